/**
 * Writes record batches as one array in NumPy's .npy format: an output of shape (N) or (N, k) as it is, several as
 * the fields of a structured array, which `numpy.load` gives back by name. Rows are counted in the header once all
 * are written; until then it has room for any number.
 *
 * Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { OutputError } from "../../errors.ts";
import { AtomicFile, type ByteOutput } from "../atomic_file.ts";
import { GATHERED_BYTES, GatheringWriter } from "../gathering_writer.ts";
import { openOn } from "../open_target.ts";
import type { OutputField, Sink } from "../sink.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** digits of the most rows that a header has room for, as NumPy leaves it */
const ROW_DIGITS = 21;
/** rows of several columns are put together in pieces of this */
const PIECE_BYTES = 256 * 1024;

function descriptionOf(dtype: DType): string {
  const { kind, itemsize } = DTYPE[dtype];
  return `'${itemsize === 1 ? "|" : "<"}${kind}${itemsize}'`;
}

/** A text as Python writes it, in ASCII but for what is not. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** The header of an array (of fields: a structured one) of so many rows; it has the same size for all of them. */
export function headerOf(fields: readonly OutputField[], numRows: number): Uint8Array {
  const [first] = fields, isStructured = fields.length > 1;
  const descriptions = fields.map(({ name, dtype, width }) =>
    `(${quoted(name)}, ${descriptionOf(dtype)}${width === null ? "" : `, (${width},)`})`
  );
  const type = isStructured ? `[${descriptions.join(", ")}]` : descriptionOf(first!.dtype);
  const width = isStructured ? null : first!.width;
  const shape = width === null ? `(${numRows},)` : `(${numRows}, ${width})`;
  const text = `{'descr': ${type}, 'fortran_order': False, 'shape': ${shape}, }`;
  const body = new TextEncoder().encode(text), isAscii = body.length === text.length;
  const room = body.length - String(numRows).length + ROW_DIGITS;
  // version 1 has 16 bits for the size, version 3 is UTF-8
  const isLong = !isAscii || room > 60_000, textOffset = isLong ? 12 : 10;
  const total = Math.ceil((textOffset + room + 1) / 64) * 64;
  const header = new Uint8Array(total).fill(0x20), view = new DataView(header.buffer);
  header.set(MAGIC);
  header[6] = !isAscii ? 3 : isLong ? 2 : 1;
  header[7] = 0;
  if (isLong) view.setUint32(8, total - textOffset, true);
  else view.setUint16(8, total - textOffset, true);
  header.set(body, textOffset);
  header[total - 1] = 0x0a;
  return header;
}

class NpySink implements Sink {
  readonly #output: ByteOutput;
  readonly #writer: GatheringWriter;
  readonly #fields: readonly OutputField[];
  readonly #rowBytes: readonly number[];
  readonly #piece: Uint8Array<ArrayBuffer>;
  #numRows = 0;

  constructor(output: ByteOutput, fields: readonly OutputField[]) {
    this.#output = output;
    this.#writer = new GatheringWriter(output);
    this.#fields = fields;
    this.#rowBytes = fields.map(({ dtype, width }) => DTYPE[dtype].itemsize * (width ?? 1));
    const bytes = this.#rowBytes.reduce((sum, one) => sum + one, 0);
    this.#piece = new Uint8Array(fields.length > 1 ? Math.max(PIECE_BYTES, bytes) : 0);
    this.#writer.write(headerOf(fields, 0));
  }

  get numBytes(): number {
    return this.#output.numBytes;
  }

  writeBatch(memory: WebAssembly.Memory, numRows: number, pointers: readonly number[]): void {
    this.#numRows += numRows;
    if (this.#fields.length === 1) {
      if (numRows > 0) {
        this.#writer.write(new Uint8Array(memory.buffer, pointers[0]!, numRows * this.#rowBytes[0]!));
      }
      return;
    }
    const rowBytes = this.#rowBytes.reduce((sum, one) => sum + one, 0), bytes = new Uint8Array(memory.buffer);
    const pieceRows = Math.floor(this.#piece.length / rowBytes);
    for (let first = 0; first < numRows; first += pieceRows) {
      const count = Math.min(pieceRows, numRows - first);
      let offset = 0;
      for (const [i, own] of this.#rowBytes.entries()) {
        let from = pointers[i]! + first * own;
        for (let row = 0, to = offset; row < count; row++, to += rowBytes) {
          for (let b = 0; b < own; b++) this.#piece[to + b] = bytes[from++]!;
        }
        offset += own;
      }
      this.#writer.write(this.#piece.subarray(0, count * rowBytes));
    }
  }

  finish(): void {
    this.#writer.flush();
    this.#output.rewriteStart!(headerOf(this.#fields, this.#numRows));
    this.#output.commit();
  }

  abort(): void {
    this.#output.abort();
  }
}

/** Memory that the sink itself holds while it writes. */
export function npySinkBytes(fields: readonly OutputField[]): number {
  const rowBytes = fields.reduce((sum, { dtype, width }) => sum + DTYPE[dtype].itemsize * (width ?? 1), 0);
  return GATHERED_BYTES + Math.max(PIECE_BYTES, rowBytes) + 64 * 1024 + 512 * fields.length;
}

/**
 * Opens an .npy output.
 *
 * @param target the path of a file: the rows are written into its header last
 * @throws OutputError OUT001 it cannot be written, OUT002 it exists and `force` is not given, OUT003 a carried
 *   column, no column, or standard output
 *
 * @example
 * ```ts
 * import { openNpySink } from "./npy_sink.ts";
 * import { parseNpy } from "../../source/npy/mod.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const folder = Deno.makeTempDirSync();
 * const path = `${folder}/scores.npy`;
 * const sink = openNpySink(path, { fields: [{ name: "score", dtype: "f32", width: null }], force: false });
 * const memory = new WebAssembly.Memory({ initial: 1 });
 * new Float32Array(memory.buffer, 64, 2).set([0.25, 0.5]);
 * sink.writeBatch(memory, 2, [64]);
 * sink.finish();
 * deepStrictEqual(parseNpy(Deno.readFileSync(path), path).data, Float32Array.of(0.25, 0.5));
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function openNpySink(
  target: string,
  { fields, force, output }: {
    readonly fields: readonly OutputField[];
    readonly force: boolean;
    readonly output?: ByteOutput;
  },
): Sink {
  const carried = fields.find((field) => field.carried !== undefined);
  const refuse = (what: string, help: string) => new OutputError("OUT003", what, { help });
  if (carried !== undefined) {
    throw refuse(
      `output ${carried.name} is carried, and an .npy array has numbers only`,
      "write Arrow or Parquet, or leave the column out",
    );
  }
  if (fields.length === 0) throw refuse("a table without columns is no array", "return at least one output");
  if (target === "-" || isPipe(target)) {
    throw refuse(
      "an .npy array has its rows in its header, which a pipe does not take back",
      "name a file with -o",
    );
  }
  return openOn(output ?? AtomicFile.open(target, { force }), (bytes) => new NpySink(bytes, fields));
}

function isPipe(path: string): boolean {
  try {
    const info = Deno.statSync(path);
    return info.isFifo === true || info.isCharDevice === true;
  } catch {
    return false; // whoever opens it says why it cannot be
  }
}
