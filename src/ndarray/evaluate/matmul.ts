/**
 * Matrix products: those of floats on the packed kernel, of integers and of one column on the loop kernel.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, promoteTypes } from "../../dtype/mod.ts";
import { ShapeError } from "../../errors.ts";
import * as decompose from "../../expr/decompose.ts";
import {
  GEMM_DESCRIPTOR_BYTES,
  gemmScratchBytes,
  packedBytes,
  writeGemmDescriptor,
} from "../../kernel/compile/gemm.ts";
import { PACK_DESCRIPTOR_BYTES, writePackDescriptor } from "../../kernel/compile/gemm_pack.ts";
import { contiguous, duplicate } from "../elementwise/operations.ts";
import { commonShape, sizeOfShape } from "../storage/layout.ts";
import { arraysMemory, guard, memoryStatistics, Storage } from "../storage/storage.ts";
import {
  addressOf,
  allocate,
  broadcastView,
  describe,
  dropAxis,
  expandView,
  numBytesOf,
  permuteView,
  type Strided,
} from "../storage/strided.ts";
import { demandOf, evaluate, Expression } from "./evaluate.ts";
import { operandsKey, remembered } from "./remembered.ts";
import {
  descriptorAddress,
  eagerNumerics,
  gemmFunction,
  gemmVectorBits,
  packFunction,
} from "./kernel_cache.ts";

/** Elements of the right operand from which a product of one row takes it as it lies. */
const ROW_PRODUCT_ELEMENTS = 1 << 17;

/**
 * Bytes of a left operand up to which one whose columns lie one after the other is copied to rows, where rows have the
 * faster kernel: 1024 × 1024 are turned in 1.2 ms, and their product takes 20 less. Larger ones would need the memory.
 */
const MOST_TURNED_BYTES = 1 << 26;

/** The shape of the leading axes of a product. Refused: SHP007, SHP001. */
function batchShape(operation: string, a: Strided, b: Strided): number[] {
  const operands = [a, b].map(describe), cannot = `cannot ${operation} ${operands.join(" and ")}`;
  const rows = b.shape.length > 1 ? b.shape.at(-2) : b.shape[0];
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new ShapeError("SHP007", `${cannot}: an operand has no axis`, { operands, help: "use mul" });
  }
  if (a.shape.at(-1) !== rows) {
    throw new ShapeError("SHP007", `${cannot}: the inner axis is ${a.shape.at(-1)} vs ${rows}`, {
      operands,
      help: "the last axis of the left operand meets the second-to-last of the right; transpose one of them",
    });
  }
  const leading = commonShape([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  if (Array.isArray(leading)) return leading;
  const { axis, sizes } = leading;
  throw new ShapeError("SHP001", `${cannot}: axis ${axis - 2} is ${sizes[0]} vs ${sizes[1]}`, { operands });
}

/**
 * NumPy's `matmul`: (…, m, k) by (…, k, n); an operand of one axis is a row on the left, a column on the right;
 * leading axes broadcast. Of bools it is whether any pair holds.
 */
export function matmul(left: Strided, right: Strided, operation = "matmul"): Strided {
  const leading = batchShape(operation, left, right);
  const isRow = left.shape.length === 1, isColumn = right.shape.length === 1;
  const a = matrices(isRow ? expandView(left, 0) : left, leading);
  const b = matrices(isColumn ? expandView(right, 1) : right, leading);
  const dtype = promoteTypes(left.dtype, right.dtype);
  const numMultiplications = sizeOfShape(a.shape) * b.shape.at(-1)!;
  // packing pays from the smallest matrices on; of one column, and of a large matrix for one row, it would only move
  // what the loop kernel reads in place
  const isOneRow = a.shape.at(-2) === 1 && sizeOfShape(b.shape.slice(-2)) >= ROW_PRODUCT_ELEMENTS;
  const isPacked = isFloat(dtype) && numMultiplications > 0 && b.shape.at(-1)! > 1 && !isOneRow;
  let result = isPacked ? packedProduct(a, b, dtype) : loopProduct(a, b, dtype);
  if (isColumn) result = dropAxis(result, result.shape.length - 1);
  if (isRow) result = dropAxis(result, result.shape.length - (isColumn ? 1 : 2));
  return result;
}

function matrices(source: Strided, leading: readonly number[]): Strided {
  return broadcastView(source, [...leading, ...source.shape.slice(-2)]);
}

function loopProduct(a: Strided, b: Strided, dtype: DType): Strided {
  const isSame = a.storage === b.storage && a.offset === b.offset;
  return remembered(`matmul|${operandsKey([a])} ${operandsKey([b])} ${isSame}`, [a, b], () => {
    const expression = new Expression(), { builder } = expression;
    const wide = dtype === "bool" ? "i64" : dtype;
    const product = decompose.matmul(builder, [expression.read(a), expression.read(b)], wide);
    return evaluate(expression, builder.cast(product, dtype), { operation: "matmul", operands: [a, b] });
  });
}

/** Frees what an operation made for itself. */
class Temporaries implements Disposable {
  readonly #storages: Storage[] = [];

  /** a view of the dtype; a new array where it is not the source itself */
  keep(made: Strided, source: Strided): Strided {
    if (made.storage !== source.storage) this.#storages.push(made.storage);
    return made;
  }

  bytes(numBytes: number): number {
    const storage = Storage.allocate({ numBytes, sentence: "matmul packs an operand", operands: [] });
    this.#storages.push(storage);
    return storage.byteOffset;
  }

  [Symbol.dispose](): void {
    for (const storage of this.#storages) storage.freeUnheld();
  }
}

function packedProduct(left: Strided, right: Strided, dtype: "f32" | "f64"): Strided {
  const [m, k] = left.shape.slice(-2) as [number, number], n = right.shape.at(-1)!;
  const shape = [...left.shape.slice(0, -1), n];
  const demand = demandOf("matmul", [left, right], { dtype, shape });
  const numPacked = packedBytes(k, n, dtype), numNeeded = numBytesOf(dtype, shape) + numPacked;
  guard({ ...demand, numBytes: numNeeded });
  using temporaries = new Temporaries();
  const cast = (source: Strided) =>
    source.dtype === dtype ? source : temporaries.keep(duplicate(source, { dtype }), source);
  const { itemsize } = DTYPE[dtype];
  let a = cast(left);
  const isRow = a.strides.at(-1) === itemsize, isColumn = a.strides.at(-2) === itemsize;
  const ofRows = { dtype, numerics: eagerNumerics(), a: "row", c: "row", n: null, prologue: null } as const;
  const size = { m, k, n }, vectorBits = gemmVectorBits(ofRows, size);
  // vectors of 256 bits are for rows of the left operand
  const numTurned = numBytesOf(dtype, a.shape), { bytesInUse, limitBytes } = memoryStatistics();
  const isTurned = vectorBits === 256 && numTurned <= MOST_TURNED_BYTES &&
    bytesInUse + numTurned + numNeeded <= limitBytes;
  if (!isRow && (!isColumn || isTurned)) a = temporaries.keep(contiguous(a), a);
  const layout = isRow || !isColumn || isTurned ? "row" : "column";
  const b = cast(right);
  const run = gemmFunction({ ...ofRows, a: layout }, size, layout === "row" ? vectorBits : 128);
  const pack = packFunction(dtype);
  const scratchPointer = temporaries.bytes(gemmScratchBytes({ a: layout, dtype }));
  const packedPointer = temporaries.bytes(numPacked);
  const c = allocate(dtype, shape, { demand });
  for (const [x, y, z] of products(a, b, c)) {
    const [rowStride, columnStride] = y.strides as [number, number];
    const descriptor = descriptorAddress(Math.max(PACK_DESCRIPTOR_BYTES, GEMM_DESCRIPTOR_BYTES));
    const source = { pointer: addressOf(y), rowStride, columnStride, k, n };
    writePackDescriptor(arraysMemory(), descriptor, { ...source, destination: packedPointer });
    pack(descriptor);
    writeGemmDescriptor(arraysMemory(), descriptor, {
      aPointer: addressOf(x),
      aRowStride: x.strides[0]!,
      aColumnStride: x.strides[1]!,
      m,
      k,
      packedPointer,
      n,
      cPointer: addressOf(z),
      cRowStride: z.strides[0]!,
      cColumnStride: z.strides[1]!,
      scratchPointer,
    });
    run(descriptor);
  }
  return c;
}

/** The matrices of a stack, one product after the other. */
function* products(a: Strided, b: Strided, c: Strided): Generator<readonly [Strided, Strided, Strided]> {
  if (c.shape.length === 2) {
    yield [a, b, c];
    return;
  }
  for (let i = 0; i < c.shape[0]!; i++) {
    yield* products(dropAxis(a, 0, i), dropAxis(b, 0, i), dropAxis(c, 0, i));
  }
}

/** NumPy's `dot` of operands with axes: the last of `a` with the second-to-last of `b`, every pair of the others. */
export function dot(a: Strided, b: Strided): Strided {
  if (b.shape.length <= 2) return matmul(a, b, "dot");
  const rank = b.shape.length;
  // b's inner axis first, the others behind it as the columns of one matrix
  const order = [rank - 2, ...[...b.shape.keys()].filter((axis) => axis !== rank - 2)];
  using temporaries = new Temporaries();
  const moved = permuteView(b, order);
  const columns = temporaries.keep(contiguous(moved), moved);
  const others = columns.shape.slice(1);
  const { itemsize } = DTYPE[b.dtype];
  const width = sizeOfShape(others);
  const matrix = { ...columns, shape: [columns.shape[0]!, width], strides: [width * itemsize, itemsize] };
  const product = matmul(a, matrix, "dot");
  const shape = [...product.shape.slice(0, -1), ...others];
  const unit = DTYPE[product.dtype].itemsize;
  const strides = [...product.strides.slice(0, -1)];
  let stride = unit;
  const tail: number[] = [];
  for (const size of others.toReversed()) {
    tail.unshift(stride);
    stride *= size;
  }
  return { ...product, shape, strides: [...strides, ...tail] };
}
