/**
 * Columns of packed values as Arrow has them: a record batch's nodes and buffers are counted first, then filled.
 *
 * Source: Arrow columnar format, "Physical Memory Layout".
 *
 * @module
 */
import { alignUp } from "../../dtype/mod.ts";
import { MemoryError } from "../../errors.ts";
import { countNodes, fixedBytes, type PackedNode } from "../../schema/packed.ts";
import { PackedCursor } from "../packed_cursor.ts";
import type { CarriedBatch } from "../sink.ts";
import type { BufferPiece } from "./carried_pieces.ts";
import type { EncodedNode } from "./encode_metadata.ts";

/** offsets of 32 bits reach so many elements or bytes */
const MAX_OFFSET = 2 ** 31 - 1;

/** One node of the type, and what a batch has of it. */
class ColumnNode {
  readonly type: PackedNode;
  readonly children: readonly ColumnNode[];
  readonly #itemsize: number;
  /** counted first; then those that were filled in */
  numItems = 0;
  numNulls = 0;
  /** of values of variable length */
  numBytes = 0;
  #filled = 0;
  #filledBytes = 0;
  #validity: Uint8Array = new Uint8Array();
  #offsets: DataView = new DataView(new ArrayBuffer(0));
  #types: Uint8Array = new Uint8Array();
  #data: Uint8Array = new Uint8Array();
  #buffers: readonly Uint8Array[] = [];

  constructor(type: PackedNode) {
    this.type = type;
    this.children = type.children.map((child) => new ColumnNode(child));
    this.#itemsize = fixedBytes(type);
  }

  clear(): void {
    this.numItems =
      this.numNulls =
      this.numBytes =
      this.#filled =
      this.#filledBytes =
        0;
    for (const child of this.children) child.clear();
  }

  /** counts a value, and goes behind it */
  count(cursor: PackedCursor): void {
    this.numItems++;
    if (!cursor.tag()) this.numNulls++;
    const { kind, listSize } = this.type, [child] = this.children;
    switch (kind) {
      case "null":
        return;
      case "fixed":
        cursor.position += this.#itemsize;
        return;
      case "variable": {
        const numBytes = cursor.uint32();
        this.numBytes += numBytes;
        cursor.position += numBytes;
        return;
      }
      case "list":
        return child!.countElements(cursor.uint32(), cursor);
      case "fixedSizeList":
        return child!.countElements(listSize, cursor);
      case "struct":
        for (const part of this.children) part.count(cursor);
        return;
      case "denseUnion":
        return this.children[cursor.uint32()]!.count(cursor);
      case "sparseUnion":
        cursor.position += 4;
        for (const part of this.children) part.count(cursor);
        return;
      default:
        kind satisfies never;
    }
  }

  countElements(count: number, cursor: PackedCursor): void {
    if (this.type.kind !== "fixed") {
      for (let i = 0; i < count; i++) this.count(cursor);
      return;
    }
    this.numItems += count;
    for (let i = 0; i < count; i++) if (!cursor.tag()) this.numNulls++;
    cursor.position += count * this.#itemsize;
  }

  /** sizes of its buffers, in Arrow's order; those of its children follow */
  bufferBytes(): number[] {
    const { kind, isLarge, bitWidth } = this.type;
    const validity = this.numNulls === 0 ? 0 : Math.ceil(this.numItems / 8);
    const offsets = (this.numItems + 1) * (isLarge ? 8 : 4);
    switch (kind) {
      case "null":
        return [];
      case "fixed":
        return [validity, bitWidth === 1 ? Math.ceil(this.numItems / 8) : this.numItems * this.#itemsize];
      case "variable":
        return [validity, offsets, this.numBytes];
      case "list":
        return [validity, offsets];
      case "fixedSizeList":
      case "struct":
        return [validity];
      case "denseUnion":
        return [this.numItems, 4 * this.numItems];
      case "sparseUnion":
        return [this.numItems];
      default:
        return kind satisfies never;
    }
  }

  /** Takes its buffers and those below it, filled with zeros; values are filled in next. */
  place(take: (numBytes: number) => Uint8Array): void {
    const buffers = this.bufferBytes().map(take), { kind } = this.type;
    this.#buffers = buffers;
    this.#filled = this.#filledBytes = 0;
    const isUnion = kind === "denseUnion" || kind === "sparseUnion";
    this.#validity = isUnion ? new Uint8Array() : buffers[0] ?? new Uint8Array();
    this.#types = isUnion ? buffers[0]! : new Uint8Array();
    if (kind === "variable" || kind === "list" || kind === "denseUnion") {
      const { buffer, byteOffset, byteLength } = buffers[1]!;
      this.#offsets = new DataView(buffer, byteOffset, byteLength);
    }
    if (kind === "fixed" || kind === "variable") this.#data = buffers.at(-1)!;
    for (const child of this.children) child.place(take);
  }

  /** fills in a value, and goes behind it */
  fill(cursor: PackedCursor): void {
    const isValue = cursor.tag(), index = this.#filled++;
    if (isValue && this.#validity.byteLength > 0) this.#validity[index >> 3]! |= 1 << (index & 7);
    const { kind, listSize, typeIds } = this.type, [child] = this.children;
    switch (kind) {
      case "null":
        return;
      case "fixed":
        return this.#fillFixed(index, 1, cursor);
      case "variable": {
        const numBytes = cursor.uint32(), { bytes, position } = cursor;
        copy(bytes, position, { bytes: this.#data, position: this.#filledBytes, numBytes });
        cursor.position = position + numBytes;
        this.#filledBytes += numBytes;
        return this.#setOffset(index + 1, this.#filledBytes);
      }
      case "list":
        child!.fillElements(cursor.uint32(), cursor);
        return this.#setOffset(index + 1, child!.#filled);
      case "fixedSizeList":
        return child!.fillElements(listSize, cursor);
      case "struct":
        for (const part of this.children) part.fill(cursor);
        return;
      case "denseUnion": {
        const number = cursor.uint32(), chosen = this.children[number]!;
        this.#types[index] = typeIds[number]!;
        this.#offsets.setInt32(4 * index, chosen.#filled, true);
        return chosen.fill(cursor);
      }
      case "sparseUnion":
        this.#types[index] = typeIds[cursor.uint32()]!;
        for (const part of this.children) part.fill(cursor);
        return;
      default:
        kind satisfies never;
    }
  }

  fillElements(count: number, cursor: PackedCursor): void {
    if (this.type.kind !== "fixed") {
      for (let i = 0; i < count; i++) this.fill(cursor);
      return;
    }
    const first = this.#filled;
    this.#filled += count;
    if (this.#validity.byteLength === 0) cursor.position += count;
    else {
      for (let index = first; index < first + count; index++) {
        if (cursor.tag()) this.#validity[index >> 3]! |= 1 << (index & 7);
      }
    }
    this.#fillFixed(first, count, cursor);
  }

  nodes(): EncodedNode[] {
    const numNulls = this.type.kind === "denseUnion" || this.type.kind === "sparseUnion" ? 0 : this.numNulls;
    return [{ numElements: this.numItems, numNulls }, ...this.children.flatMap((child) => child.nodes())];
  }

  pieces(): BufferPiece[] {
    const own = this.#buffers.map((bytes) => ({ numBytes: bytes.byteLength, parts: () => [bytes] }));
    return [...own, ...this.children.flatMap((child) => child.pieces())];
  }

  /** the part whose offsets do not reach; null: all do */
  tooLong(): ColumnNode | null {
    const [child] = this.children, { kind, isLarge } = this.type;
    const reach = kind === "variable" ? this.numBytes : kind === "list" ? child!.numItems : 0;
    if (reach > MAX_OFFSET && !isLarge) return this;
    return this.children.map((part) => part.tooLong()).find((part) => part !== null) ?? null;
  }

  #fillFixed(first: number, count: number, cursor: PackedCursor): void {
    const { bytes, position } = cursor, size = this.#itemsize;
    cursor.position = position + count * size;
    if (this.type.bitWidth !== 1) {
      copy(bytes, position, { bytes: this.#data, position: first * size, numBytes: count * size });
      return;
    }
    for (let i = 0; i < count; i++) {
      this.#data[(first + i) >> 3]! |= bytes[position + i]! << ((first + i) & 7);
    }
  }

  #setOffset(index: number, value: number): void {
    if (this.type.isLarge) this.#offsets.setBigInt64(8 * index, BigInt(value), true);
    else this.#offsets.setInt32(4 * index, value, true);
  }
}

function copy(
  source: Uint8Array,
  from: number,
  target: { readonly bytes: Uint8Array; readonly position: number; readonly numBytes: number },
): void {
  const { bytes, position, numBytes } = target;
  // a view costs more than a few bytes one by one
  if (numBytes <= 32) { for (let i = 0; i < numBytes; i++) bytes[position + i] = source[from + i]!; }
  else bytes.set(source.subarray(from, from + numBytes), position);
}

/** Makes the columns of one field, batch after batch, in the same memory. */
export class PackedColumn {
  readonly #name: string;
  readonly #root: ColumnNode;
  #scratch: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(name: string, type: PackedNode) {
    this.#name = name;
    this.#root = new ColumnNode(type);
  }

  /**
   * The nodes and buffers of a batch; good until the next one.
   *
   * @throws MemoryError MEM003 more elements than offsets of 32 bits reach
   */
  batch(
    memory: WebAssembly.Memory,
    { data, dataBytes }: CarriedBatch,
  ): { readonly nodes: readonly EncodedNode[]; readonly pieces: readonly BufferPiece[] } {
    const root = this.#root, cursor = new PackedCursor(memory), end = data + dataBytes;
    root.clear();
    cursor.position = data;
    while (cursor.position < end) root.count(cursor);
    const tooLong = root.tooLong();
    if (tooLong !== null) throw elementsTooMany(this.#name, tooLong.type.field.name);
    const take = this.#taker();
    root.place(take);
    cursor.position = data;
    while (cursor.position < end) root.fill(cursor);
    return { nodes: root.nodes(), pieces: root.pieces() };
  }

  /** hands out parts of the scratch, which has room for what was counted */
  #taker(): (numBytes: number) => Uint8Array {
    const needed = allBytes(this.#root);
    if (this.#scratch.byteLength < needed) this.#scratch = new Uint8Array(needed);
    this.#scratch.fill(0, 0, needed);
    let position = 0;
    return (numBytes) => {
      const start = position;
      position += alignUp(numBytes);
      return this.#scratch.subarray(start, start + numBytes);
    };
  }
}

function allBytes(node: ColumnNode): number {
  const own = node.bufferBytes().reduce((sum, numBytes) => sum + alignUp(numBytes), 0);
  return node.children.reduce((sum, child) => sum + allBytes(child), own);
}

/** Buffers of a column of the type, at most. */
export function packedBuffers(type: PackedNode): number {
  return 3 * countNodes(type);
}

function elementsTooMany(name: string, part: string): MemoryError {
  return new MemoryError("MEM003", `a record batch of the output has no room for carried column ${name}`, {
    notes: [
      `the lists or texts ${
        JSON.stringify(part)
      } hold more than the 2,147,483,647 that offsets of 32 bits reach`,
    ],
    help: "run with less --batch-rows",
  });
}
