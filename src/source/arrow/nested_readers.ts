/** Readers of values with parts: lists, structs, unions. @module */
import type { PackedNode } from "../../schema/packed.ts";
import type { StoredNode } from "./batch_layout.ts";
import type { BufferWindow } from "./buffer_window.ts";
import { type BoundBatch, NodeReader, offsetsAt } from "./node_reader.ts";
import type { PackedWriter } from "../packed_writer.ts";

/** Lists and maps, by offsets or by views. */
export class ListReader extends NodeReader {
  readonly #isView: boolean;

  constructor(target: PackedNode, isView: boolean, children: readonly NodeReader[]) {
    super(target, isView ? 2 : 1, children);
    this.#isView = isView;
  }

  override pack(index: number, out: PackedWriter): void {
    if (this.isNull(index)) return out.null(this.target);
    const [first, count] = this.#isView ? this.#view(index) : this.#extent(index);
    this.childHas(first, count);
    out.tag(true);
    out.uint32(count);
    this.children[0]!.elements(first, count, out);
  }

  #extent(index: number): readonly [number, number] {
    const [start, end] = offsetsAt(this.windows[0]!, index, this.target.isLarge);
    return [start, end - start];
  }

  #view(index: number): readonly [number, number] {
    const [first, count] = this.windows.map((window) => {
      const { isLarge } = this.target, at = window.seek(index * (isLarge ? 8 : 4), isLarge ? 8 : 4);
      return isLarge ? Number(window.view.getBigInt64(at, true)) : window.view.getInt32(at, true);
    });
    return [first!, count!];
  }
}

/** Lists of a fixed size. */
export class FixedSizeListReader extends NodeReader {
  override bind(node: StoredNode, batch: BoundBatch): void {
    super.bind(node, batch);
    this.checkChildren(node.numItems * this.target.listSize);
  }

  override pack(index: number, out: PackedWriter): void {
    if (this.isNull(index)) return out.null(this.target);
    out.tag(true);
    const { listSize } = this.target;
    this.children[0]!.elements(index * listSize, listSize, out);
  }
}

/** Structs. */
export class StructReader extends NodeReader {
  override bind(node: StoredNode, batch: BoundBatch): void {
    super.bind(node, batch);
    this.checkChildren(node.numItems);
  }

  override pack(index: number, out: PackedWriter): void {
    if (this.isNull(index)) return out.null(this.target);
    out.tag(true);
    for (const child of this.children) child.pack(index, out);
  }
}

/** Unions, dense and sparse. */
export class UnionReader extends NodeReader {
  readonly #isDense = this.target.kind === "denseUnion";

  override bind(node: StoredNode, batch: BoundBatch): void {
    super.bind(node, batch);
    if (!this.#isDense) this.checkChildren(node.numItems);
  }

  override isNull(): boolean {
    return false;
  }

  override pack(index: number, out: PackedWriter): void {
    const [types, offsets] = this.windows as [BufferWindow, BufferWindow];
    const type = types.seek(index, 1), typeId = types.view.getInt8(type);
    const number = this.target.typeIds.indexOf(typeId), chosen = this.children[number];
    if (chosen === undefined) {
      return this.fail(`a value of the type id ${typeId}, which its union does not have`);
    }
    out.tag(true);
    out.uint32(number);
    if (!this.#isDense) {
      for (const child of this.children) child.pack(index, out);
      return;
    }
    const place = offsets.seek(4 * index, 4), at = offsets.view.getInt32(place, true);
    if (at < 0 || at >= chosen.numItems) {
      this.fail(`value ${at} of a union's type that has ${chosen.numItems} values`);
    }
    chosen.pack(at, out);
  }

  protected override get hasBitmap(): boolean {
    return false;
  }
}
