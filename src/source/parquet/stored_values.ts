/**
 * Values that stand in the file as the dtype has them: PLAIN pages without nulls that are not compressed, or in which
 * Snappy found nothing to compress and left long literals. They are read from the file straight to where their rows
 * belong, without a page in memory. What such a page turns out not to be is left to the pool and its readers, which
 * say what is wrong with it.
 *
 * @module
 */
import { LITERAL_TAG_BYTES, snappyLength, snappyLiteral } from "../../compression/snappy.ts";
import { ENCODING, PHYSICAL } from "../../schema/parquet_numbers.ts";
import type { RandomAccess } from "../random_access.ts";
import type { ReadableCodec } from "./decompress.ts";
import { HybridReader } from "./hybrid.ts";
import type { ColumnPlace } from "./page.ts";
import type { PageHeader } from "./page_header.ts";
import type { Fail } from "./thrift.ts";
import { wordBytes } from "./values.ts";

/** what is read of a page to see whether it is such a one: levels of one run take less */
const HEAD_BYTES = 64;
/** literals are that long where Snappy compressed nothing: it works on blocks of 64 KiB */
const LONG_LITERAL = 32 * 1024;
/** smaller pages are cheaper read whole */
const MIN_PAGE_BYTES = 64 * 1024;

/** A part of the page's bytes that stands in the file as it is. */
interface Run {
  /** of the page */
  readonly start: number;
  readonly end: number;
  /** of the file */
  readonly position: number;
}

/** The values of one page. */
export class StoredValues {
  readonly #access: RandomAccess;
  /** where the page's bytes end in the file, and how many it has once decompressed */
  readonly #fileEnd: number;
  readonly #plainBytes: number;
  /** of the page */
  readonly #valuesStart: number;
  readonly #first: Run;
  /** the run that was read last */
  #run: Run;
  readonly #tag = new Uint8Array(LITERAL_TAG_BYTES);

  constructor(access: RandomAccess, { first, fileEnd, plainBytes, valuesStart }: {
    readonly first: Run;
    readonly fileEnd: number;
    readonly plainBytes: number;
    readonly valuesStart: number;
  }) {
    this.#access = access;
    this.#first = this.#run = first;
    this.#fileEnd = fileEnd;
    this.#plainBytes = plainBytes;
    this.#valuesStart = valuesStart;
  }

  /**
   * Reads the bytes of the values from byte `from` of them on; false: not all of them stand in the file, and what was
   * written is to be written again.
   */
  read(from: number, target: Uint8Array): boolean {
    const start = this.#valuesStart + from, end = start + target.length;
    if (end > this.#plainBytes) return false;
    if (start < this.#run.start) this.#run = this.#first;
    for (let at = start; at < end;) {
      while (at >= this.#run.end) {
        const next = this.#next(this.#tagBehind());
        if (next === null) return false;
        this.#run = next;
      }
      const run = this.#run, position = run.position + at - run.start, to = at - start;
      const numBytes = Math.min(run.end, end) - at;
      // the next tag comes along, and is overwritten by what it stands before
      const behind = end - run.end >= LITERAL_TAG_BYTES ? this.#bytesBehind(run) : 0;
      this.#access.readInto(target.subarray(to, to + numBytes + behind), position);
      at += numBytes;
      if (behind === 0) continue;
      const next = this.#next(target.subarray(to + numBytes, to + numBytes + behind));
      if (next === null) return false;
      this.#run = next;
    }
    return true;
  }

  #bytesBehind({ start, end, position }: Run): number {
    return Math.min(LITERAL_TAG_BYTES, this.#fileEnd - (position + end - start));
  }

  #tagBehind(): Uint8Array {
    const { start, end, position } = this.#run, tag = this.#tag.subarray(0, this.#bytesBehind(this.#run));
    if (tag.length > 0) this.#access.readInto(tag, position + end - start);
    return tag;
  }

  /** the run behind the one that was read last; null: it is no literal */
  #next(tag: Uint8Array): Run | null {
    const { start, end, position } = this.#run;
    return literalRun(tag, {
      start: end,
      position: position + end - start,
      fileEnd: this.#fileEnd,
      plainBytes: this.#plainBytes,
    });
  }
}

/** the literal whose tag stands at `position`; null: another element, a short one, or more than there is */
function literalRun(
  tag: Uint8Array,
  { start, position, fileEnd, plainBytes }: {
    readonly start: number;
    readonly position: number;
    readonly fileEnd: number;
    readonly plainBytes: number;
  },
): Run | null {
  const literal = snappyLiteral(tag);
  if (literal === null) return null;
  const run = { start, end: start + literal.numBytes, position: position + literal.tagBytes };
  if (run.end > plainBytes || run.position + literal.numBytes > fileEnd) return null;
  return literal.numBytes >= LONG_LITERAL || run.end === plainBytes ? run : null;
}

/** Opens a page's values where they can be read so; null: they cannot. */
export function openStored(
  { access, leaf }: ColumnPlace,
  { header, codec }: { readonly header: PageHeader; readonly codec: ReadableCodec },
  fail: Fail,
): StoredValues | null {
  const { encoding, checksum, definitionBytes, repetitionBytes } = header;
  const isStored = codec === "UNCOMPRESSED" || (header.kind === "dataV2" && !header.isCompressed);
  if (encoding !== ENCODING.plain || checksum !== null || header.numBytes < MIN_PAGE_BYTES) return null;
  const { boolean, fixedLengthByteArray } = PHYSICAL;
  if (leaf.list !== null || [boolean, fixedLengthByteArray].some((type) => type === leaf.physicalType)) {
    return null;
  }
  if (!isStored && codec !== "SNAPPY") return null;
  if (header.kind === "dataV2" && header.numNulls > 0) return null;
  const levelBytes = definitionBytes + repetitionBytes, plainBytes = header.plainBytes - levelBytes;
  const position = header.position + levelBytes, fileEnd = header.position + header.numBytes;
  const head = new Uint8Array(Math.min(HEAD_BYTES, fileEnd - position));
  access.readInto(head, position);
  let first: Run | null = { start: 0, end: plainBytes, position }, from = 0;
  if (!isStored) {
    const { read, size } = snappyLength(head, fail);
    if (size !== plainBytes) return null;
    first = literalRun(head.subarray(read), { start: 0, position: position + read, fileEnd, plainBytes });
    if (first === null) return null;
    from = first.position - position;
  } else if (fileEnd - position !== plainBytes) return null;
  const valuesStart = header.kind === "data" && leaf.maxDefinition > 0
    ? levelsOfOneRun(head.subarray(from), { leaf, header, fail })
    : 0;
  if (valuesStart === null || valuesStart > first.end) return null;
  if (valuesStart + header.numValues * wordBytes(leaf.physicalType) > plainBytes) return null;
  return new StoredValues(access, { first, fileEnd, plainBytes, valuesStart });
}

/** Bytes of a first page version's levels, where one run says that all entries have a value; else null. */
function levelsOfOneRun(
  head: Uint8Array,
  { leaf: { maxDefinition }, header: { numValues, levelEncoding }, fail }: {
    readonly leaf: ColumnPlace["leaf"];
    readonly header: PageHeader;
    readonly fail: Fail;
  },
): number | null {
  if (head.length < 4 || levelEncoding !== ENCODING.rle) return null;
  const end = 4 + new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
  if (end > head.length) return null;
  const levels = new HybridReader(head, 32 - Math.clz32(maxDefinition), { start: 4, end, fail });
  return levels.equalRun(maxDefinition, numValues) === numValues ? end : null;
}
