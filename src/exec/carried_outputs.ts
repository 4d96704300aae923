/**
 * Outputs that are carried: what the program gives of them is the numbers of rows; their values are gathered here,
 * from a chunk's carried buffers into the record batch's own.
 *
 * @module
 */
import type { Graph, NodeId } from "../expr/graph.ts";
import {
  bytesPerRowOf,
  carriedDataBytes,
  type CarriedLayout,
  carriedLayout,
  type CarriedType,
  type CarriedView,
  type InputRequest,
  MAX_VALUE_BYTES,
} from "../schema/mod.ts";
import type { KeyValues } from "../schema/arrow_tree.ts";
import type { PackedNode } from "../schema/packed.ts";
import type { CarriedBatch } from "../sink/sink.ts";

/** An output whose values are those of a carried input. */
export interface CarriedOutput {
  readonly name: string;
  /** among the inputs that are carried, in the pipeline's order */
  readonly index: number;
  /** null where no input was opened */
  readonly type: CarriedType | null;
  /** the average that a record batch has room for */
  readonly bytesPerRow: number;
  /** bytes that a value may have: a record batch has room for one */
  readonly longestBytes: number;
  /** rows whose average this is, those of a record batch where not all is known: batches end where it is used up */
  readonly averageRows: number;
}

/** What is known of a carried input once its table was opened. */
export interface CarriedInput {
  readonly type: CarriedType;
  readonly nullable: boolean;
  /** average bytes of a value, as the metadata has it */
  readonly bytesPerRow: number | null;
  /** bytes that a value may have */
  readonly longestBytes: number;
  /** custom metadata of the column */
  readonly metadata: KeyValues;
}

/** Room of a record batch that is never less: of values that a dictionary has the average is not that of the rows. */
const LEAST_ROOM_BYTES = 16 * 1024 * 1024;

/** The name of the carried input that a node passes on; null: the node is computed. */
function carriedSource({ nodes }: Graph, id: NodeId, carried: ReadonlySet<string>): string | null {
  let node = nodes[id]!;
  while (node.operation.kind === "filter") node = nodes[node.inputs[0]!]!;
  return node.operation.kind === "input" && carried.has(node.operation.name) ? node.operation.name : null;
}

/** By output, what it carries; null: it is computed. */
export function carriedOutputs(
  graph: Graph,
  requests: readonly InputRequest[],
  { known, batchRows, numRows }: {
    readonly known: readonly CarriedInput[];
    readonly batchRows: number;
    /** of all inputs; null where only reading them would tell */
    readonly numRows: number | null;
  },
): (CarriedOutput | null)[] {
  const inputs = requests.filter(({ carry }) => carry !== undefined);
  const names = new Set(inputs.map(({ input }) => input));
  return graph.outputs.map(({ name, node }) => {
    const source = carriedSource(graph, node, names);
    if (source === null) return null;
    const index = inputs.findIndex(({ input }) => input === source), of = known[index];
    const carry = inputs[index]!.carry!, average = of?.bytesPerRow ?? null;
    const bytesPerRow = bytesPerRowOf(carry, average);
    // the inputs' average, times their rows, is about all that there is; what is declared is of a whole record batch
    const isWhole = average !== null && numRows !== null && carry.bytesPerRow === null;
    const wholeRows = isWhole ? Math.max(numRows, Math.ceil(LEAST_ROOM_BYTES / bytesPerRow)) : Infinity;
    const averageRows = Math.min(batchRows, wholeRows);
    const longestBytes = of?.longestBytes ?? MAX_VALUE_BYTES;
    return { name, index, type: of?.type ?? null, bytesPerRow, longestBytes, averageRows };
  });
}

function layoutOf(
  { type, bytesPerRow, longestBytes, averageRows }: CarriedOutput,
  heldRows: number,
): CarriedLayout {
  const known = type ?? { name: "", bitWidth: null, isLarge: false, typeId: 0, slots: [] };
  // offsets of a batch are u32, also where Arrow's have 64 bits: the sink widens them
  const narrow = { ...known, isLarge: false };
  const dataRows = known.bitWidth === null ? averageRows : heldRows;
  return carriedLayout(narrow, heldRows, carriedDataBytes(known, dataRows, { bytesPerRow, longestBytes }));
}

/**
 * Bytes of the buffers of a record batch.
 *
 * @param heldRows that there are at most
 * @param averageRows in place of the output's own
 */
export function carriedBatchBytes(
  output: CarriedOutput,
  heldRows: number,
  averageRows: number = output.averageRows,
): number {
  return layoutOf({ ...output, averageRows }, heldRows).numBytes;
}

/** What packed values take of the buffers of a record batch. */
export function packedBatchBytes(outputs: readonly (CarriedOutput | null)[], batchRows: number): number {
  return outputs.reduce(
    (sum, output) => sum + (output?.type?.packed === undefined ? 0 : carriedBatchBytes(output, batchRows)),
    0,
  );
}

/**
 * The outputs with less room in a record batch, where packed values have more than their writer takes: batches then
 * have fewer rows.
 *
 * @param mostBytes of packed values of these types, of all columns
 */
export function withinPackedRoom(
  outputs: readonly (CarriedOutput | null)[],
  batchRows: number,
  mostBytes: (types: readonly PackedNode[]) => number,
): readonly (CarriedOutput | null)[] {
  const most = mostBytes(outputs.flatMap((output) => output?.type?.packed ?? []));
  const share = most / packedBatchBytes(outputs, batchRows);
  if (!(share < 1)) return outputs;
  return outputs.map((output) =>
    output?.type?.packed === undefined
      ? output
      : { ...output, averageRows: Math.floor(output.averageRows * share) }
  );
}

/** The buffers of one carried output of a record batch, and what is in them. */
export class CarriedGatherer {
  readonly #output: CarriedOutput;
  readonly #layout: CarriedLayout;
  readonly #pointer: number;
  readonly #batchRows: number;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  #numRows = 0;
  #numNulls = 0;

  /** @param pointer where its `carriedBatchBytes` begin */
  constructor(
    output: CarriedOutput,
    { memory, pointer, batchRows }: {
      readonly memory: WebAssembly.Memory;
      readonly pointer: number;
      readonly batchRows: number;
    },
  ) {
    this.#output = output;
    this.#layout = layoutOf(output, batchRows);
    this.#pointer = pointer;
    this.#batchRows = batchRows;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }

  /** begins a batch */
  clear(): void {
    const { validity, offsets } = this.#layout;
    this.#bytes.fill(0, this.#pointer + validity, this.#pointer + offsets);
    this.#words[(this.#pointer + offsets) / 4] = 0;
    this.#numRows = 0;
    this.#numNulls = 0;
  }

  /**
   * How many of the rows the batch has room for, as `add` is given them: all, or the first ones. A batch without rows
   * has room for one, since no value is longer than the output's `longestBytes`.
   */
  rowsThatFit(chunk: readonly CarriedView[], rows: number, numRows: number): number {
    if (this.#output.type!.bitWidth !== null || numRows === 0) return numRows;
    const words = this.#words, numbers = rows / 4, first = chunk[this.#output.index]!.offsets! / 4;
    const filled = words[(this.#pointer + this.#layout.offsets) / 4 + this.#numRows]!;
    let room = this.#layout.dataBytes - filled;
    // rows come in their order: what lies between the first and the last is no less than they take
    if (words[first + words[numbers + numRows - 1]! + 1]! - words[first + words[numbers]!]! <= room) {
      return numRows;
    }
    for (let i = 0; i < numRows; i++) {
      const offset = first + words[numbers + i]!;
      room -= words[offset + 1]! - words[offset]!;
      if (room < 0) return i;
    }
    return numRows;
  }

  /** Adds the values of `numRows` rows that have room; their numbers in the chunk are u32 from `rows` on. */
  add(chunk: readonly CarriedView[], rows: number, numRows: number): void {
    const numbers = this.#words.subarray(rows / 4, rows / 4 + numRows);
    const view = chunk[this.#output.index]!;
    for (let i = 0; i < numRows;) {
      let end = i + 1;
      while (end < numRows && numbers[end] === numbers[end - 1]! + 1) end++;
      this.#addRun(view, numbers[i]!, end - i);
      i = end;
    }
  }

  /** what the sink is given */
  batch(): CarriedBatch {
    const { validity, offsets, data } = this.#layout, pointer = this.#pointer;
    const isVariable = this.#output.type!.bitWidth === null;
    return {
      numNulls: this.#numNulls,
      validity: pointer + validity,
      offsets: isVariable ? pointer + offsets : null,
      data: pointer + data,
      dataBytes: isVariable
        ? this.#words[(pointer + offsets) / 4 + this.#numRows]!
        : Math.ceil((this.#numRows * this.#output.type!.bitWidth!) / 8),
    };
  }

  /** rows that follow one another in the chunk */
  #addRun(view: CarriedView, first: number, count: number): void {
    const pointer = this.#pointer, { validity, data } = this.#layout, { bitWidth } = this.#output.type!;
    const target = this.#numRows;
    if (view.validity === null) {
      for (let i = target; i < target + count; i++) this.#setBit(pointer + validity, i);
    } else {
      this.#numNulls += count -
        this.#copyBits(view.validity.pointer, view.validity.firstBit + first, {
          pointer: pointer + validity,
          firstBit: target,
          count,
        });
    }
    if (bitWidth === null) {
      this.#addVariable(view, first, count);
    } else if (bitWidth === 1) {
      // bits are only ever set: those of the batch before are taken away first
      if (target === 0) this.#bytes.fill(0, pointer + data, pointer + data + Math.ceil(this.#batchRows / 8));
      this.#copyBits(view.pointer, view.firstBit + first, {
        pointer: pointer + data,
        firstBit: target,
        count,
      });
    } else {
      const width = bitWidth / 8, start = view.pointer + first * width;
      this.#bytes.copyWithin(pointer + data + target * width, start, start + count * width);
    }
    this.#numRows += count;
  }

  #addVariable(view: CarriedView, first: number, count: number): void {
    const words = this.#words, source = view.offsets! / 4 + first;
    const target = (this.#pointer + this.#layout.offsets) / 4 + this.#numRows;
    const start = words[source]!, numBytes = words[source + count]! - start, filled = words[target]!;
    if (filled + numBytes > this.#layout.dataBytes) throw new Error("rows beyond those that have room");
    const data = this.#pointer + this.#layout.data;
    this.#bytes.copyWithin(data + filled, view.pointer + start, view.pointer + start + numBytes);
    for (let i = 1; i <= count; i++) words[target + i] = filled + words[source + i]! - start;
  }

  #setBit(pointer: number, bit: number): void {
    this.#bytes[pointer + (bit >> 3)]! |= 1 << (bit & 7);
  }

  /** Copies bits on bits that are 0; returns how many are 1. */
  #copyBits(
    source: number,
    firstBit: number,
    target: { readonly pointer: number; readonly firstBit: number; readonly count: number },
  ): number {
    let ones = 0;
    for (let i = 0; i < target.count; i++) {
      const bit = firstBit + i;
      if (((this.#bytes[source + (bit >> 3)]! >> (bit & 7)) & 1) === 0) continue;
      this.#setBit(target.pointer, target.firstBit + i);
      ones++;
    }
    return ones;
  }
}
