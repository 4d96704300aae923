/**
 * What takes values out of the buffers of a column and packs them: what readers of all types share. A reader is made
 * once a column (`make_reader.ts`) and bound to one batch after the other. Whatever offsets, indices and sizes claim is
 * checked before it is followed.
 *
 * Source: Arrow columnar format, "Physical Memory Layout".
 *
 * @module
 */
import type { PackedNode } from "../../schema/packed.ts";
import type { StoredNode } from "./batch_layout.ts";
import { type BodyBytes, BufferWindow } from "./buffer_window.ts";
import type { Fail } from "./flatbuffer.ts";
import type { PackedWriter } from "../packed_writer.ts";

/** What a reader is bound to. */
export interface BoundBatch {
  /** (position, bytes) of every buffer of the body */
  readonly buffers: Float64Array;
  readonly body: BodyBytes;
  /** throws FMT004 and names batch and column */
  readonly fail: Fail;
}

/** The values of a dictionary, at their index. */
export interface DictionaryValues {
  /** the reader that has the value, and `index` there; null: there is no such value */
  find(index: number): { readonly reader: NodeReader; readonly first: number } | null;
}

/** Dictionaries by their ids. */
export type FindDictionary = (id: number) => DictionaryValues | null;

/** Values of one type. */
export abstract class NodeReader {
  readonly target: PackedNode;
  readonly children: readonly NodeReader[];
  numItems = 0;
  #nullCount = 0;
  readonly #validity = new BufferWindow();
  /** of the buffers behind the bitmap */
  protected readonly windows: readonly BufferWindow[];
  protected fail: Fail = (detail) => {
    throw new Error(detail);
  };

  constructor(target: PackedNode, numWindows: number, children: readonly NodeReader[] = []) {
    this.target = target;
    this.children = children;
    this.windows = Array.from({ length: numWindows }, () => new BufferWindow());
  }

  /** goes to a batch */
  bind(node: StoredNode, batch: BoundBatch): void {
    const { body, buffers, fail } = batch;
    this.numItems = node.numItems;
    this.#nullCount = this.hasBitmap ? node.nullCount : 0;
    this.fail = fail;
    const place = (index: number) => ({
      position: buffers[2 * index]!,
      numBytes: buffers[2 * index + 1]!,
      fail,
    });
    if (this.hasBitmap) this.#validity.bind(body, place(node.firstBuffer));
    const first = node.firstBuffer + (this.hasBitmap ? 1 : 0);
    for (const [i, window] of this.windows.entries()) window.bind(body, place(first + i));
    for (const [i, child] of this.children.entries()) child.bind(node.children[i]!, batch);
  }

  /** packs the value at an index below `numItems` */
  abstract pack(index: number, out: PackedWriter): void;

  /** of a fixed or variable type: the bytes of the value; a null has those of `packed.ts`, and the result is false */
  value(_index: number, _out: PackedWriter): boolean {
    throw new Error(`a value of a ${this.target.kind} has no bytes of its own`);
  }

  /** whether the value itself is null */
  isNull(index: number): boolean {
    if (this.#nullCount === 0) return false;
    const byte = this.#validity.seek(Math.floor(index / 8), 1);
    return ((this.#validity.bytes[byte]! >> (index % 8)) & 1) === 0;
  }

  /** packs the elements of a list; its extent was checked */
  elements(first: number, count: number, out: PackedWriter): void {
    if (this.target.kind !== "fixed") {
      for (let i = first; i < first + count; i++) this.pack(i, out);
      return;
    }
    const tags = out.reserve(count);
    for (let i = 0; i < count; i++) out.bytes[tags + i] = this.value(first + i, out) ? 1 : 0;
  }

  protected get hasBitmap(): boolean {
    return true;
  }

  /** whether elements from `first` on are there */
  protected within(first: number, count: number): boolean {
    return first >= 0 && count >= 0 && first + count <= this.numItems;
  }

  protected checkChildren(wanted: number): void {
    for (const { numItems } of this.children) {
      if (numItems < wanted) this.fail(`a part of it has ${numItems} elements where ${wanted} are needed`);
    }
  }

  protected childHas(first: number, count: number): void {
    const child = this.children[0]!;
    if (child.within(first, count)) return;
    this.fail(`a list of ${count} elements from ${first} on, of ${child.numItems} elements`);
  }
}

/** two neighbours of a buffer of offsets */
export function offsetsAt(window: BufferWindow, index: number, isLarge: boolean): readonly [number, number] {
  if (!isLarge) {
    const at = window.seek(4 * index, 8);
    return [window.view.getInt32(at, true), window.view.getInt32(at + 4, true)];
  }
  const at = window.seek(8 * index, 16);
  return [Number(window.view.getBigInt64(at, true)), Number(window.view.getBigInt64(at + 8, true))];
}
