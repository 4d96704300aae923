/**
 * Carried columns whose values are taken out one by one: views, dictionaries, nested types. Their values go into the
 * same place of the slot as those of other carried columns; those of nested types packed.
 *
 * @module
 */
import { FormatError } from "../../errors.ts";
import { type CarriedLayout, type CarriedType, type CarriedView, MAX_VALUE_BYTES } from "../../schema/mod.ts";
import type { Slot } from "../source.ts";
import type { ArrowField } from "./arrow_type.ts";
import type { BatchLayout, StoredNode } from "./batch_layout.ts";
import { type BodyBytes, WINDOW_BYTES } from "./buffer_window.ts";
import type { ReadBody } from "./buffer_sizes.ts";
import { Dictionaries } from "./dictionaries.ts";
import { type ArrowSchema, corruption } from "./metadata.ts";
import { countWindows, nodeReader } from "./make_reader.ts";
import type { NodeReader } from "./node_reader.ts";
import { NoRoom, PackedWriter } from "../packed_writer.ts";

/** Bytes that a value has besides those of its buffers: a tag and a length for each of its parts, at most. */
const PART_BYTES = 5;

/** Bytes that the values of a column take, packed, at most; those that stand in dictionaries and runs aside. */
export function packedBytes({ numItems, children }: StoredNode): number {
  return children.reduce((sum, child) => sum + packedBytes(child), numItems * PART_BYTES);
}

/** Where a column's values go. */
export interface PackedTarget {
  readonly slot: Slot;
  /** of the column's part of the slot */
  readonly start: number;
  readonly layout: CarriedLayout;
  readonly type: CarriedType;
  readonly firstRow: number;
  readonly numRows: number;
}

/** The columns of a source that are read so. */
export class PackedColumns {
  readonly dictionaries: Dictionaries;
  readonly #readers: ReadonlyMap<number, NodeReader>;
  readonly #path: string;
  readonly #names: readonly string[];
  readonly #windows: number;

  /** @param fieldIndices of the carried columns, of whatever type */
  constructor(path: string, { arrowFields }: ArrowSchema, fieldIndices: readonly number[]) {
    const taken = fieldIndices.filter((index) => !arrowFields[index]!.type.isDirect);
    const fields = taken.map((index) => arrowFields[index]!);
    this.#path = path;
    this.#names = arrowFields.map(({ name }) => name);
    this.#windows = fields.reduce((count, field: ArrowField) => count + countWindows(field), 0);
    this.dictionaries = new Dictionaries(fields, corruption(path, "the schema"));
    this.#readers = new Map(
      taken.map((index) => [index, nodeReader(arrowFields[index]!, this.dictionaries.find)]),
    );
  }

  /** memory of the parts of buffers that are held, dictionaries aside */
  get windowBytes(): number {
    return this.#windows * WINDOW_BYTES;
  }

  /** goes to a batch */
  bind(
    index: number,
    { nodes, buffers }: BatchLayout,
    { memory, read }: { memory: Uint8Array | null; read: ReadBody },
  ) {
    const body: BodyBytes = { memory, read };
    for (const [fieldIndex, reader] of this.#readers) {
      const fail = corruption(
        this.#path,
        `record batch ${index}, column ${JSON.stringify(this.#names[fieldIndex])}`,
      );
      reader.bind(nodes[fieldIndex]!, { buffers, body, fail });
    }
  }

  has(fieldIndex: number): boolean {
    return this.#readers.has(fieldIndex);
  }

  /**
   * Reads the values of as many rows as have room; 0: the first one takes more than a value may.
   *
   * @throws FormatError FMT004 the first row's value is damaged
   */
  read(fieldIndex: number, target: PackedTarget): { readonly numRows: number; readonly view: CarriedView } {
    const { slot, start, layout, type } = target;
    const memory = new Uint8Array(slot.memory.buffer), base = slot.byteOffset + start;
    const validity = base + layout.validity, data = base + layout.data;
    memory.fill(0, validity, validity + Math.ceil(target.numRows / 8));
    const rows = rowWriter(this.#readers.get(fieldIndex)!, type, {
      out: new PackedWriter(memory),
      // typed arrays take a shared memory's buffer too
      offsets: new Uint32Array(
        memory.buffer as ArrayBuffer,
        base + layout.offsets,
        type.bitWidth === null ? target.numRows + 1 : 0,
      ),
      data,
      end: data + layout.dataBytes,
    });
    let numRows = 0;
    for (; numRows < target.numRows; numRows++) {
      try {
        const isValue = rows(target.firstRow + numRows, numRows);
        if (isValue) memory[validity + (numRows >> 3)]! |= 1 << (numRows & 7);
      } catch (error) {
        if (error instanceof NoRoom) break;
        // the rows before it come first
        if (error instanceof FormatError && numRows > 0) break;
        throw error;
      }
    }
    const offsets = type.bitWidth === null ? start + layout.offsets : null;
    const view = {
      validity: { pointer: start + layout.validity, firstBit: 0 },
      offsets,
      pointer: start + layout.data,
      firstBit: 0,
    };
    return { numRows, view };
  }
}

interface RowTarget {
  readonly out: PackedWriter;
  readonly offsets: Uint32Array;
  readonly data: number;
  readonly end: number;
}

/** Writes the value of one row of the batch as a row of the chunk; says whether it is one, or null. */
function rowWriter(
  reader: NodeReader,
  type: CarriedType,
  { out, offsets, data, end }: RowTarget,
): (index: number, row: number) => boolean {
  if (type.bitWidth === 1) {
    const bit = new PackedWriter(new Uint8Array(1));
    return (index, row) => {
      bit.position = 0;
      bit.limit = 1;
      const isValue = reader.value(index, bit), byte = data + (row >> 3);
      if ((row & 7) === 0) out.bytes[byte] = 0;
      out.bytes[byte]! |= bit.bytes[0]! << (row & 7);
      return isValue;
    };
  }
  if (type.bitWidth !== null) {
    const itemsize = type.bitWidth / 8;
    out.limit = end;
    return (index, row) => {
      out.position = data + row * itemsize;
      return reader.value(index, out);
    };
  }
  const isPacked = type.packed !== undefined;
  offsets[0] = 0;
  return (index, row) => {
    const start = data + offsets[row]!;
    out.position = start;
    out.limit = Math.min(end, start + MAX_VALUE_BYTES);
    let isValue: boolean;
    if (isPacked) {
      isValue = !reader.isNull(index);
      reader.pack(index, out);
    } else {
      isValue = reader.value(index, out);
    }
    offsets[row + 1] = out.position - data;
    return isValue;
  };
}
