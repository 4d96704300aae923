/** Packs values into a part of memory. @module */
import { fixedBytes, type PackedNode } from "../schema/packed.ts";

/** Thrown where a value has no room; nothing is wrong with it. */
export class NoRoom extends Error {
  constructor() {
    super("a packed value has no room");
  }
}

/** one for all: making an error takes longer than packing a value */
const NO_ROOM = new NoRoom();

/** Writes one value after the other. */
export class PackedWriter {
  /** all memory; `position` and `limit` count from its start */
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  position = 0;
  limit = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Takes room; returns where it begins. Its bytes are what they were. */
  reserve(numBytes: number): number {
    const start = this.position;
    if (start + numBytes > this.limit) throw NO_ROOM;
    this.position = start + numBytes;
    return start;
  }

  tag(isValue: boolean): void {
    this.bytes[this.reserve(1)] = isValue ? 1 : 0;
  }

  zeros(numBytes: number): void {
    const start = this.reserve(numBytes);
    this.bytes.fill(0, start, start + numBytes);
  }

  uint32(value: number): void {
    this.setUint32(this.reserve(4), value);
  }

  setUint32(position: number, value: number): void {
    this.#view.setUint32(position, value, true);
  }

  /** what stands for a null: see the invariant of `packed.ts` */
  null(node: PackedNode): void {
    this.tag(false);
    switch (node.kind) {
      case "null":
        return;
      case "fixed":
        return this.zeros(fixedBytes(node));
      case "variable":
      case "list":
        return this.uint32(0);
      case "fixedSizeList":
        for (let i = 0; i < node.listSize; i++) this.null(node.children[0]!);
        return;
      case "struct":
        for (const child of node.children) this.null(child);
        return;
      case "denseUnion":
        this.uint32(0);
        return this.null(node.children[0]!);
      case "sparseUnion":
        this.uint32(0);
        for (const child of node.children) this.null(child);
        return;
      default:
        node.kind satisfies never;
    }
  }
}
