/**
 * Where the buffers of a record batch lie. The nodes and buffers of a batch are flat lists; the schema says how to
 * walk them. Everything that the metadata claims is checked here, against the batch and the body.
 *
 * Source: Arrow columnar format, "RecordBatch message": fields in pre-order, each with one node and its buffers.
 *
 * @module
 */
import type { ArrowField, ArrowType } from "./arrow_type.ts";
import type { Fail } from "./flatbuffer.ts";
import type { RecordBatchMetadata } from "./metadata.ts";

/** A column's buffers. Positions are bytes from the start of the body. */
export interface ColumnBuffers {
  readonly dataPosition: number;
  /** of a carried column of variable length: where its offsets start; else 0 */
  readonly offsetsPosition: number;
  /** bytes of its values, as far as offsets may reach */
  readonly dataBytes: number;
  /** nulls among the rows, and where their bitmap starts */
  readonly nullCount: number;
  readonly validityPosition: number;
  /** the same for the elements of a FixedSizeList; 0 for other columns */
  readonly childNullCount: number;
  readonly childValidityPosition: number;
}

/** A column or a part of one as a batch has it. */
export interface StoredNode {
  readonly numItems: number;
  readonly nullCount: number;
  /** index of its first buffer in `BatchLayout.buffers` */
  readonly firstBuffer: number;
  /** the variadic ones included */
  readonly numBuffers: number;
  readonly children: readonly StoredNode[];
}

/** A batch whose claims hold. */
export interface BatchLayout {
  readonly numRows: number;
  /** by the field's index, what carries values that are taken out one by one; null for other columns */
  readonly nodes: readonly (StoredNode | null)[];
  /** (position, bytes) of every buffer of the body */
  readonly buffers: Float64Array;
  /** by the field's index; null for columns that are neither computed with nor carried */
  readonly columns: readonly (ColumnBuffers | null)[];
}

/** Bytes that a column's buffers take in the body, as they are stored. */
export interface StoredBytes {
  readonly data: number;
  readonly offsets: number;
  readonly validity: number;
  readonly childValidity: number;
}

/** A layout that knows the sizes of its buffers. */
export interface StoredLayout extends BatchLayout {
  /** by the field's index, as `columns` */
  readonly storedBytes: readonly (StoredBytes | null)[];
}

/** what there is to know of buffers of a column whose values are taken out one by one: see its node */
function nodeOnly(
  { nullCount }: StoredNode,
): { readonly buffers: ColumnBuffers; readonly stored: StoredBytes } {
  return {
    buffers: {
      dataPosition: 0,
      offsetsPosition: 0,
      dataBytes: 0,
      nullCount,
      validityPosition: 0,
      childNullCount: 0,
      childValidityPosition: 0,
    },
    stored: { data: 0, offsets: 0, validity: 0, childValidity: 0 },
  };
}

/** A walk over the nodes and buffers of one batch, in step. */
class BatchWalk {
  readonly #batch: RecordBatchMetadata;
  readonly #bodyBytes: number;
  readonly #fail: Fail;
  #node = 0;
  #buffer = 0;
  #variadic = 0;

  constructor(batch: RecordBatchMetadata, bodyBytes: number, fail: Fail) {
    this.#batch = batch;
    this.#bodyBytes = bodyBytes;
    this.#fail = fail;
  }

  column(
    field: ArrowField,
  ):
    | { readonly buffers: ColumnBuffers; readonly stored: StoredBytes; readonly node: StoredNode | null }
    | null {
    const { type } = field, top = this.checked(field);
    const node = type.carried !== null && !type.isDirect ? top : null;
    if (type.dtype === null || type.listSize === null) {
      if (node !== null) return { ...nodeOnly(top), node };
      if (type.dtype === null && type.carried === null) return null;
      const hasOffsets = type.carried !== null && type.carried.bitWidth === null;
      return { ...this.#found(top, null, hasOffsets), node };
    }
    return { ...this.#found(top, top.children[0]!, false), node };
  }

  /** a column's node, which has the rows of the batch, and the elements that these need */
  checked(field: ArrowField): StoredNode {
    const { name, type } = field, { numRows } = this.#batch, top = this.node(field, name);
    if (top.numItems !== numRows) {
      this.#refuse(name, `it has ${top.numItems} rows, the batch has ${numRows}`);
    }
    if (type.dtype === null || type.listSize === null) return top;
    const { numItems } = top.children[0]!;
    if (numItems < numRows * type.listSize) {
      this.#refuse(name, `its lists hold ${numItems} elements, not ${numRows} × ${type.listSize}`);
    }
    return top;
  }

  #found(top: StoredNode, child: StoredNode | null, hasOffsets: boolean) {
    const dataBuffer = (child ?? top).firstBuffer + (hasOffsets ? 2 : 1);
    return {
      buffers: {
        dataPosition: this.#position(dataBuffer),
        dataBytes: this.#length(dataBuffer),
        offsetsPosition: hasOffsets ? this.#position(dataBuffer - 1) : 0,
        nullCount: top.nullCount,
        validityPosition: this.#position(top.firstBuffer),
        childNullCount: child?.nullCount ?? 0,
        childValidityPosition: child === null ? 0 : this.#position(child.firstBuffer),
      },
      stored: {
        data: this.#length(dataBuffer),
        offsets: hasOffsets ? this.#length(dataBuffer - 1) : 0,
        validity: this.#length(top.firstBuffer),
        childValidity: child === null ? 0 : this.#length(child.firstBuffer),
      },
    };
  }

  /** after the last column nothing may be left */
  end(): void {
    const { nodes, buffers, variadicCounts } = this.#batch;
    if (2 * this.#node !== nodes.length) {
      this.#fail(`it has ${nodes.length / 2} field nodes, the schema needs ${this.#node}`);
    }
    if (2 * this.#buffer !== buffers.length) {
      this.#fail(`it has ${buffers.length / 2} buffers, the schema needs ${this.#buffer}`);
    }
    if (this.#variadic !== variadicCounts.length) {
      this.#fail(`it has ${variadicCounts.length} variadic counts, the schema needs ${this.#variadic}`);
    }
  }

  /** takes one node, its buffers and its children, and checks them */
  node(field: ArrowField, column: string): StoredNode {
    const { nodes } = this.#batch;
    if (2 * this.#node >= nodes.length) {
      return this.#refuse(column, `there are only ${nodes.length / 2} field nodes`);
    }
    const numItems = nodes[2 * this.#node]!, nullCount = nodes[2 * this.#node + 1]!;
    this.#node += 1;
    if (nullCount > numItems) {
      this.#refuse(column, `${nullCount} of ${numItems} elements are said to be null`);
    }
    const firstBuffer = this.#buffer;
    this.#takeBuffers(field.type, column);
    const numBuffers = this.#buffer - firstBuffer;
    this.#checkLengths(field.type, { numItems, nullCount, firstBuffer }, column);
    // of what stands in a dictionary a batch has the indices only
    const { children } = field.type;
    return {
      numItems,
      nullCount,
      firstBuffer,
      numBuffers,
      children: field.type.dictionary === null ? children.map((child) => this.node(child, column)) : [],
    };
  }

  #takeBuffers(type: ArrowType, column: string): void {
    const { buffers, variadicCounts } = this.#batch;
    let count = type.numBuffers;
    if (type.isVariadic) {
      if (this.#variadic >= variadicCounts.length) this.#refuse(column, "it has no variadic count");
      count += variadicCounts[this.#variadic++]!;
    }
    if (2 * (this.#buffer + count) > buffers.length) {
      this.#refuse(column, `there are only ${buffers.length / 2} buffers`);
    }
    const end = this.#buffer + count;
    for (; this.#buffer < end; this.#buffer++) {
      const offset = this.#position(this.#buffer), length = this.#length(this.#buffer);
      if (offset + length > this.#bodyBytes) {
        this.#refuse(
          column,
          `a buffer of ${length} bytes at ${offset} leaves the body of ${this.#bodyBytes} bytes`,
        );
      }
    }
  }

  #checkLengths(
    type: ArrowType,
    node: Pick<StoredNode, "numItems" | "nullCount" | "firstBuffer">,
    column: string,
  ): void {
    // what is compressed says its length itself, in the body
    if (this.#batch.codec !== null) return;
    const { numItems, nullCount, firstBuffer } = node;
    if (type.bitWidth !== null) {
      const wanted = Math.ceil((numItems * type.bitWidth) / 8), length = this.#length(firstBuffer + 1);
      if (length < wanted) {
        this.#refuse(column, `${numItems} ${type.name} need ${wanted} bytes, its buffer has ${length}`);
      }
    }
    if (type.isDirect && type.bitWidth === null && numItems > 0) {
      const wanted = (numItems + 1) * (type.carried!.isLarge ? 8 : 4), length = this.#length(firstBuffer + 1);
      if (length < wanted) {
        this.#refuse(column, `the offsets of ${numItems} ${type.name} need ${wanted} bytes, not ${length}`);
      }
    }
    if (type.hasValidity && nullCount > 0 && this.#length(firstBuffer) < Math.ceil(numItems / 8)) {
      this.#refuse(column, `its bitmap is too short to say which of ${numItems} elements are null`);
    }
  }

  #position(buffer: number): number {
    return this.#batch.buffers[2 * buffer]!;
  }

  #length(buffer: number): number {
    return this.#batch.buffers[2 * buffer + 1]!;
  }

  #refuse(column: string, detail: string): never {
    return this.#fail(`column ${JSON.stringify(column)}: ${detail}`);
  }
}

/**
 * Checks a record batch against the schema and its body, and says where its columns lie.
 *
 * @param fail throws FMT004 and names the record batch
 */
export function layOutBatch(
  fields: readonly ArrowField[],
  batch: RecordBatchMetadata,
  { bodyBytes, fail }: { readonly bodyBytes: number; readonly fail: Fail },
): StoredLayout {
  const walk = new BatchWalk(batch, bodyBytes, fail);
  const found = fields.map((field) => walk.column(field));
  walk.end();
  return {
    numRows: batch.numRows,
    nodes: found.map((column) => column?.node ?? null),
    buffers: batch.buffers,
    columns: found.map((column) => column?.buffers ?? null),
    storedBytes: found.map((column) => column?.stored ?? null),
  };
}

/**
 * Checks a record batch as `layOutBatch` does, where nobody asks where its columns lie.
 *
 * @param fail throws FMT004 and names the record batch
 */
export function checkBatch(
  fields: readonly ArrowField[],
  batch: RecordBatchMetadata,
  { bodyBytes, fail }: { readonly bodyBytes: number; readonly fail: Fail },
): void {
  const walk = new BatchWalk(batch, bodyBytes, fail);
  for (const field of fields) walk.checked(field);
  walk.end();
}

/**
 * Checks a batch of a dictionary's values, and says where they lie.
 *
 * @param fail throws FMT004 and names the dictionary
 */
export function layOutDictionary(
  values: ArrowField,
  batch: RecordBatchMetadata,
  { bodyBytes, fail }: { readonly bodyBytes: number; readonly fail: Fail },
): StoredNode {
  const walk = new BatchWalk(batch, bodyBytes, fail);
  const node = walk.node(values, values.name);
  walk.end();
  return node;
}
