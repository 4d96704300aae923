/** The buffers of a carried column in a record batch: validity, offsets, values. @module */
import type { CarriedBatch, OutputField } from "../sink.ts";

/** offsets of 64 bits are made in pieces of so many */
const WIDENED_OFFSETS = 4096;

/** A buffer of a column, as it goes to the file. */
export interface BufferPiece {
  readonly numBytes: number;
  /** its bytes, in order; each part is done with when the next is asked for */
  readonly parts: (memory: WebAssembly.Memory) => Iterable<Uint8Array>;
}

/** The buffers of a carried column. The bitmap is empty where nothing is null. */
export function carriedPieces(field: OutputField, batch: CarriedBatch, numRows: number): BufferPiece[] {
  const { isLarge } = field.carried!.type, { validity, offsets, data, dataBytes, numNulls } = batch;
  const plain = (pointer: number, numBytes: number): BufferPiece => ({
    numBytes,
    parts: (memory) => [new Uint8Array(memory.buffer, pointer, numBytes)],
  });
  const pieces = [plain(validity, numNulls === 0 ? 0 : Math.ceil(numRows / 8))];
  if (offsets !== null) {
    pieces.push(
      isLarge
        ? { numBytes: 8 * (numRows + 1), parts: (memory) => widened(memory, offsets, numRows + 1) }
        : plain(offsets, 4 * (numRows + 1)),
    );
  }
  pieces.push(plain(data, dataBytes));
  return pieces;
}

function* widened(memory: WebAssembly.Memory, pointer: number, count: number): Generator<Uint8Array> {
  // typed arrays take a shared memory's buffer too
  const narrow = new Uint32Array(memory.buffer as ArrayBuffer, pointer, count);
  const wide = new BigInt64Array(Math.min(count, WIDENED_OFFSETS));
  for (let first = 0; first < count; first += WIDENED_OFFSETS) {
    const length = Math.min(WIDENED_OFFSETS, count - first);
    for (let i = 0; i < length; i++) wide[i] = BigInt(narrow[first + i]!);
    yield new Uint8Array(wide.buffer, 0, 8 * length);
  }
}
