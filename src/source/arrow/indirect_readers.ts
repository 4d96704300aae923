/** Readers of values that stand elsewhere: in a dictionary, in runs. @module */
import { fixedBytes, type PackedNode } from "../../schema/packed.ts";
import type { ArrowField } from "./arrow_type.ts";
import type { StoredNode } from "./batch_layout.ts";
import type { BufferWindow } from "./buffer_window.ts";
import { type BoundBatch, type DictionaryValues, type FindDictionary, NodeReader } from "./node_reader.ts";
import type { PackedWriter } from "../packed_writer.ts";

/** a whole number of a buffer; beyond 2^53 it is rounded, which no index is */
function integerAt({ view }: BufferWindow, at: number, bitWidth: number, isSigned: boolean): number {
  if (bitWidth === 8) return isSigned ? view.getInt8(at) : view.getUint8(at);
  if (bitWidth === 16) return isSigned ? view.getInt16(at, true) : view.getUint16(at, true);
  if (bitWidth === 32) return isSigned ? view.getInt32(at, true) : view.getUint32(at, true);
  return Number(isSigned ? view.getBigInt64(at, true) : view.getBigUint64(at, true));
}

/** Values that stand elsewhere. */
abstract class IndirectReader extends NodeReader {
  /** finds the reader and the index of a value; false: it is null */
  protected abstract find(index: number): boolean;
  protected reader: NodeReader | null = null;
  protected index = 0;

  override pack(index: number, out: PackedWriter): void {
    if (this.find(index)) this.reader!.pack(this.index, out);
    else out.null(this.target);
  }

  override value(index: number, out: PackedWriter): boolean {
    if (this.find(index)) return this.reader!.value(this.index, out);
    if (this.target.kind === "fixed") out.zeros(fixedBytes(this.target));
    return false;
  }
}

/** Values by their index in a dictionary. */
export class DictionaryReader extends IndirectReader {
  readonly #indices: { readonly bitWidth: number; readonly isSigned: boolean };
  readonly #id: number;
  readonly #dictionaries: FindDictionary;
  #values: DictionaryValues | null = null;

  constructor(target: PackedNode, { type }: ArrowField, dictionaries: FindDictionary) {
    super(target, 1);
    const { id, isSigned } = type.dictionary!;
    this.#indices = { bitWidth: type.bitWidth!, isSigned };
    this.#id = id;
    this.#dictionaries = dictionaries;
  }

  override bind(node: StoredNode, batch: BoundBatch): void {
    super.bind(node, batch);
    this.#values = this.#dictionaries(this.#id);
  }

  override isNull(index: number): boolean {
    return !this.find(index) || this.reader!.isNull(this.index);
  }

  protected override find(index: number): boolean {
    if (super.isNull(index)) return false;
    const { bitWidth, isSigned } = this.#indices, [indices] = this.windows as [BufferWindow];
    const value = integerAt(indices, indices.seek((index * bitWidth) / 8, bitWidth / 8), bitWidth, isSigned);
    const found = this.#values?.find(value) ?? null;
    if (found === null) return this.fail(`value ${value} of dictionary ${this.#id}, which does not have it`);
    this.reader = found.reader;
    this.index = value - found.first;
    return true;
  }
}

/** Values by runs. Children: the end of each run, and its value. */
export class RunEndReader extends IndirectReader {
  readonly #bitWidth: number;
  readonly #ends: RunEnds;
  #run = 0;
  #start = 0;
  #end = 0;

  constructor(target: PackedNode, { type }: ArrowField, children: readonly [RunEnds, NodeReader]) {
    super(target, 0, children);
    this.#bitWidth = type.children[0]!.type.bitWidth!;
    this.#ends = children[0];
    this.reader = children[1];
  }

  override bind(node: StoredNode, batch: BoundBatch): void {
    super.bind(node, batch);
    this.#run = this.#start = this.#end = 0;
    const [ends, values] = this.children as [NodeReader, NodeReader];
    if (values.numItems < ends.numItems) this.fail(`${ends.numItems} runs of ${values.numItems} values`);
  }

  override isNull(index: number): boolean {
    this.find(index);
    return this.reader!.isNull(this.index);
  }

  protected override find(index: number): boolean {
    if (index < this.#start || index >= this.#end) this.#search(index);
    this.index = this.#run;
    return true;
  }

  protected override get hasBitmap(): boolean {
    return false;
  }

  /** the first run that ends behind the index */
  #search(index: number): void {
    let low = 0, high = this.#ends.numItems;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#endOf(middle) > index) high = middle;
      else low = middle + 1;
    }
    if (low === this.#ends.numItems) this.fail(`its runs end before element ${index}`);
    this.#run = low;
    this.#start = low === 0 ? 0 : this.#endOf(low - 1);
    this.#end = this.#endOf(low);
    // ends that do not ascend
    if (index < this.#start || index >= this.#end) this.fail(`run ${low} ends before it begins`);
  }

  #endOf(run: number): number {
    return this.#ends.at(run, this.#bitWidth);
  }
}

/** Where runs end. */
export class RunEnds extends NodeReader {
  override pack(): void {
    throw new Error("run ends are not carried");
  }

  at(run: number, bitWidth: number): number {
    const [ends] = this.windows as [BufferWindow];
    return integerAt(ends, ends.seek((run * bitWidth) / 8, bitWidth / 8), bitWidth, true);
  }
}
