/** Reads packed values one after the other. @module */
import { fixedBytes, type PackedNode } from "../schema/packed.ts";

/** A place in packed values. */
export class PackedCursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position = 0;

  constructor(memory: WebAssembly.Memory) {
    this.bytes = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
  }

  tag(): boolean {
    return this.bytes[this.position++] === 1;
  }

  uint32(): number {
    const value = this.view.getUint32(this.position, true);
    this.position += 4;
    return value;
  }

  /** Goes behind a value. */
  skip(node: PackedNode): void {
    this.position += 1;
    this.skipParts(node);
  }

  /** Goes behind what follows a value's tag. */
  skipParts(node: PackedNode): void {
    const { kind, children, listSize } = node, [child] = children;
    switch (kind) {
      case "null":
        return;
      case "fixed":
        this.position += fixedBytes(node);
        return;
      case "variable": {
        const numBytes = this.uint32();
        this.position += numBytes;
        return;
      }
      case "list":
        return this.#skipElements(child!, this.uint32());
      case "fixedSizeList":
        return this.#skipElements(child!, listSize);
      case "struct":
        for (const part of children) this.skip(part);
        return;
      case "denseUnion":
        return this.skip(children[this.uint32()]!);
      case "sparseUnion":
        this.position += 4;
        for (const part of children) this.skip(part);
        return;
      default:
        kind satisfies never;
    }
  }

  #skipElements(node: PackedNode, count: number): void {
    if (node.kind === "fixed") this.position += count * (1 + fixedBytes(node));
    else for (let i = 0; i < count; i++) this.skip(node);
  }
}
