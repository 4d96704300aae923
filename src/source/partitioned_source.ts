/**
 * Files of a partitioned table: each `name=value` among the folders of a file's path is a column that has the value in
 * every row of the file, as Hive, Spark, pyarrow and others lay tables out. Whole numbers are i64, and text when they
 * are carried; all else is text. A column that the file has itself comes before.
 *
 * @module
 */
import { alignUp } from "../dtype/mod.ts";
import { SchemaError } from "../errors.ts";
import { withoutSchemas } from "../schema/arrow_tree.ts";
import {
  type CarriedLayout,
  carriedLayout,
  type CarriedView,
  type ColumnBinding,
  type Field,
  MAX_VALUE_BYTES,
  UTF8,
} from "../schema/mod.ts";
import type {
  ChunkTicket,
  ColumnView,
  DecodedChunk,
  Decoder,
  RunShared,
  Slot,
  Source,
  SourceInfo,
} from "./source.ts";

/** A column that a path gives. Plain data. */
export interface Partition {
  readonly name: string;
  /** null: the file's rows have none */
  readonly value: string | null;
}

/** how Hive spells a null */
const NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";
const MIN_I64 = -(2n ** 63n), MAX_I64 = 2n ** 63n - 1n;

/**
 * The columns that the folders of a path give, in their order; of a name that comes twice, the last.
 *
 * @example
 * ```ts
 * import { partitionsOf } from "./partitioned_source.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(partitionsOf("events/dt=2026-01-01/kind=a%20b/part-0.parquet"), [
 *   { name: "dt", value: "2026-01-01" },
 *   { name: "kind", value: "a b" },
 * ]);
 * ```
 */
export function partitionsOf(path: string): Partition[] {
  const found = new Map<string, string | null>();
  for (const folder of path.split("/").slice(0, -1)) {
    const at = folder.indexOf("=");
    if (at < 1) continue;
    const value = unescaped(folder.slice(at + 1));
    found.set(unescaped(folder.slice(0, at)), value === NULL_VALUE ? null : value);
  }
  return [...found].map(([name, value]) => ({ name, value }));
}

/** Writers escape what a folder's name cannot have, as in URLs. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** null: it is no whole number of 64 bits */
function integerOf(value: string | null): bigint | null {
  if (value === null || !/^-?\d{1,19}$/.test(value)) return null;
  const integer = BigInt(value);
  return integer >= MIN_I64 && integer <= MAX_I64 ? integer : null;
}

function fieldOf({ name, value }: Partition): Field {
  const type = integerOf(value) === null
    ? { kind: "other", name: "utf8" } as const
    : { kind: "primitive", dtype: "i64" } as const;
  return { name, nullable: value === null, type, carried: UTF8 };
}

/** Where a partition's values go: offsets count from the slot's start. Plain data. */
type Filling =
  | { readonly kind: "source" }
  | { readonly kind: "integer"; readonly offset: number; readonly value: bigint }
  | {
    readonly kind: "text";
    readonly offset: number;
    readonly layout: CarriedLayout;
    readonly value: string | null;
  };

interface PartitionedPayload {
  readonly inner: unknown;
  /** bytes of the slot that are the file's own */
  readonly innerBytes: number;
  /** by binding that is computed with, and by one that is carried */
  readonly computed: readonly Filling[];
  readonly carried: readonly Filling[];
}

interface PartitionedOptions {
  readonly format: "partitioned";
  readonly inner: unknown;
}

function textBytes(value: string | null): number {
  return value === null ? 0 : new TextEncoder().encode(value).length;
}

class PartitionedSource implements Source {
  readonly #inner: Source;
  readonly #partitions: readonly Partition[];
  #bindings: readonly ColumnBinding[] = [];
  #chunkRows = 0;
  /** the last answer of `#own`: readers know bindings again by their array, and one is asked for with every chunk */
  #known: { readonly bindings: readonly ColumnBinding[]; readonly own: readonly ColumnBinding[] } | null =
    null;

  constructor(inner: Source, partitions: readonly Partition[]) {
    this.#inner = inner;
    this.#partitions = partitions;
  }

  get info(): SourceInfo {
    const { info } = this.#inner, { fields, metadata } = info.schema;
    return {
      ...info,
      schema: {
        fields: [...fields, ...this.#partitions.map(fieldOf)],
        // a schema that the file keeps is not of these
        ...(metadata === undefined ? {} : { metadata: withoutSchemas(metadata) }),
      },
    };
  }

  countRows(): number | null {
    return this.#inner.countRows();
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    const inner = alignUp(this.#inner.slotBytes(this.#own(bindings), chunkRows));
    return this.#fillings(bindings, chunkRows, inner).end;
  }

  residentBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return this.#inner.residentBytes(this.#own(bindings), chunkRows);
  }

  carriedBytesPerRow(binding: ColumnBinding): number | null {
    const partition = this.#partitionOf(binding);
    return partition === null
      ? this.#inner.carriedBytesPerRow?.(binding) ?? null
      : textBytes(partition.value);
  }

  get longestValueBytes(): number {
    return this.#inner.longestValueBytes ?? MAX_VALUE_BYTES;
  }

  get endsInRecord(): boolean {
    return this.#inner.endsInRecord ?? false;
  }

  sharedSizes(bindings: readonly ColumnBinding[]): readonly number[] | null {
    return this.#inner.sharedSizes?.(this.#own(bindings)) ?? null;
  }

  sharedBytes(sizes: readonly number[]): number {
    return this.#inner.sharedBytes?.(sizes) ?? 0;
  }

  threadBytes(bindings: readonly ColumnBinding[]): number {
    return this.#inner.threadBytes?.(this.#own(bindings)) ?? 0;
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number, shared?: RunShared): void {
    this.#bindings = bindings;
    this.#chunkRows = chunkRows;
    this.#inner.begin(this.#own(bindings), chunkRows, shared);
  }

  next(slot: Slot): ChunkTicket | null | Promise<ChunkTicket | null> {
    const innerBytes = alignUp(this.#inner.slotBytes(this.#own(this.#bindings), this.#chunkRows));
    const { computed, carried } = this.#fillings(this.#bindings, this.#chunkRows, innerBytes);
    const wrap = (ticket: ChunkTicket | null): ChunkTicket | null => {
      if (ticket === null) return null;
      const payload: PartitionedPayload = { inner: ticket.payload, innerBytes, computed, carried };
      return { ...ticket, payload };
    };
    const ticket = this.#inner.next({ ...slot, byteLength: innerBytes });
    return ticket instanceof Promise ? ticket.then(wrap) : wrap(ticket);
  }

  decoderOptions(): PartitionedOptions {
    return { format: "partitioned", inner: this.#inner.decoderOptions() };
  }

  close(): void {
    this.#inner.close();
  }

  #partitionOf({ fieldIndices, request }: ColumnBinding): Partition | null {
    const numOwn = this.#inner.info.schema.fields.length;
    if (fieldIndices.every((index) => index < numOwn)) return null;
    if (fieldIndices.length === 1) return this.#partitions[fieldIndices[0]! - numOwn]!;
    throw new SchemaError(
      "SCH003",
      `input ${request.input} takes several columns, one of which is a folder's`,
      {
        operands: [`folders  ${this.#partitions.map(({ name }) => name).join(", ")}`],
        help: "declare the folder's column as an input of its own",
      },
    );
  }

  #own(bindings: readonly ColumnBinding[]): readonly ColumnBinding[] {
    if (this.#known?.bindings !== bindings) {
      this.#known = { bindings, own: bindings.filter((binding) => this.#partitionOf(binding) === null) };
    }
    return this.#known.own;
  }

  #fillings(bindings: readonly ColumnBinding[], chunkRows: number, start: number) {
    let end = start;
    const computed: Filling[] = [], carried: Filling[] = [];
    for (const binding of bindings) {
      const partition = this.#partitionOf(binding), isCarried = binding.request.carry !== undefined;
      const target = isCarried ? carried : computed;
      if (partition === null) target.push({ kind: "source" });
      else if (isCarried) {
        const { value } = partition, layout = carriedLayout(UTF8, chunkRows, chunkRows * textBytes(value));
        target.push({ kind: "text", offset: end, layout, value });
        end += alignUp(layout.numBytes);
      } else {
        target.push({ kind: "integer", offset: end, value: integerOf(partition.value)! });
        end += alignUp(8 * chunkRows);
      }
    }
    return { computed, carried, end };
  }
}

class PartitionedDecoder implements Decoder {
  readonly #inner: Decoder;

  constructor(inner: Decoder) {
    this.#inner = inner;
  }

  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
    const { inner, innerBytes, computed, carried } = ticket.payload as PartitionedPayload;
    const chunk = this.#inner.decode({ ...ticket, payload: inner }, { ...slot, byteLength: innerBytes });
    let nextColumn = 0, nextCarried = 0;
    const columns = computed.map((filling): ColumnView =>
      filling.kind === "integer" ? fillInteger(filling, slot, chunk.numRows) : chunk.columns[nextColumn++]!
    );
    const views = carried.map((filling): CarriedView =>
      filling.kind === "text" ? fillText(filling, slot, chunk.numRows) : chunk.carried![nextCarried++]!
    );
    return { ...chunk, columns, carried: views };
  }

  close(): void {
    this.#inner.close();
  }
}

function fillInteger(
  { offset, value }: Extract<Filling, { kind: "integer" }>,
  { memory, byteOffset }: Slot,
  numRows: number,
): ColumnView {
  const pointer = byteOffset + offset;
  // typed arrays take a shared memory's buffer too
  new BigInt64Array(memory.buffer as ArrayBuffer, pointer, numRows).fill(value);
  return { pointer, rowStride: 8, elementStride: 8 };
}

function fillText(
  { offset, layout, value }: Extract<Filling, { kind: "text" }>,
  { memory, byteOffset }: Slot,
  numRows: number,
): CarriedView {
  const start = byteOffset + offset, bytes = new Uint8Array(memory.buffer);
  const text = new TextEncoder().encode(value ?? ""), data = start + layout.data;
  const offsets = new Uint32Array(memory.buffer as ArrayBuffer, start + layout.offsets, numRows + 1);
  for (let row = 0; row <= numRows; row++) offsets[row] = row * text.length;
  for (let row = 0; row < numRows; row++) bytes.set(text, data + row * text.length);
  bytes.fill(0, start + layout.validity, start + layout.validity + Math.ceil(numRows / 8));
  const validity = value === null ? { pointer: start + layout.validity, firstBit: 0 } : null;
  return { validity, offsets: start + layout.offsets, pointer: data, firstBit: 0 };
}

/** A source with the columns that its file's folders give; the source itself where they give none. */
export function withPartitions(source: Source, given: readonly Partition[]): Source {
  const names = new Set(source.info.schema.fields.map(({ name }) => name));
  const partitions = given.filter(({ name }) => !names.has(name));
  return partitions.length === 0 ? source : new PartitionedSource(source, partitions);
}

/** Opens a decoder for a partitioned source; `openInner` opens that of its file. */
export function openPartitionedDecoder(options: unknown, openInner: (options: unknown) => Decoder): Decoder {
  return new PartitionedDecoder(openInner((options as PartitionedOptions).inner));
}
