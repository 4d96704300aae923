/**
 * Between arrays and JavaScript's own values: nested lists, typed arrays, numbers.
 *
 * 64-bit integers come out as numbers where these are exact (up to 2^53 - 1 in magnitude), as bigints beyond; bools
 * come out as booleans.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES, type TypedArray } from "../../dtype/mod.ts";
import { DTypeError, NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import { contiguous, duplicate } from "../elementwise/operations.ts";
import { shapeText, sizeOfShape } from "./layout.ts";
import { textOf } from "./option_kinds.ts";
import { allocate, type Element, elementsOf, type Strided } from "./strided.ts";

/** Numbers in lists in lists. */
export type NestedList = ScalarValue | readonly NestedList[];

const [I64_MIN, I64_MAX] = DTYPE.i64.range!;
const U64_MAX = DTYPE.u64.range![1];

/** An element as a JavaScript value. */
export function valueOf(element: Element, dtype: DType): ScalarValue {
  if (dtype === "bool") return element !== 0;
  if (typeof element === "number") return element;
  return element >= Number.MIN_SAFE_INTEGER && element <= Number.MAX_SAFE_INTEGER ? Number(element) : element;
}

/** Copies the elements in row-major order into an array of their own. */
export function toTypedArray(source: Strided): TypedArray {
  const rows = contiguous(source);
  const copied = elementsOf(rows).slice();
  // slice of a shared buffer's view is on a plain buffer
  if (rows.storage !== source.storage) rows.storage.freeUnheld();
  return copied;
}

/** The elements as nested lists; a number for an array without axes. */
export function toList(source: Strided): NestedList {
  const elements = toTypedArray(source);
  let next = 0;
  const build = (axis: number): NestedList =>
    axis === source.shape.length
      ? valueOf(elements[next++]!, source.dtype)
      : Array.from({ length: source.shape[axis]! }, () => build(axis + 1));
  return build(0);
}

/**
 * The dtype that NumPy 2 gives to plain values: bool; i64; u64 of numbers beyond i64 alone, f64 where others stand beside
 * them; or f64. Refused: DTY002, integers that neither i64 nor u64 holds.
 */
export function inferDType(values: readonly ScalarValue[]): DType {
  if (values.length === 0) return "f64";
  if (values.every((value) => typeof value === "boolean")) return "bool";
  let numSigned = 0, numBeyond = 0, isHeld = true;
  for (const value of values) {
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) return "f64";
      numSigned++;
    } else if (typeof value === "bigint") {
      isHeld &&= value >= I64_MIN && value <= U64_MAX;
      if (value > I64_MAX) numBeyond++;
      else numSigned++;
    }
  }
  if (isHeld) return numBeyond === 0 ? "i64" : numSigned === 0 ? "u64" : "f64";
  throw new DTypeError("DTY002", "no integer dtype holds all of the values", {
    help: 'give a dtype: { dtype: "f64" }',
  });
}

/** A plain value, or the element of an array without axes. Refused: ARR002. */
export function scalarOf(callee: string, value: unknown): ScalarValue {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return value;
  const isArray = typeof value === "object" && value !== null && "item" in value && "ndim" in value;
  if (isArray && value.ndim === 0 && typeof value.item === "function") return value.item();
  throw new NdpipeError("ARR002", `${callee} takes a number, a bigint or a boolean, not ${textOf(value)}`);
}

/** A plain value as an element of the dtype; refused: DTY002, what the dtype does not hold. */
export function elementOf(value: ScalarValue, dtype: DType): Element {
  const { kind, range, isBigInt } = DTYPE[dtype];
  if (kind === "b") return value !== 0 && value !== 0n && value !== false ? 1 : 0;
  if (kind === "f") return Number(value);
  // as NumPy: a fraction is cut off
  const integer = typeof value === "number" ? Math.trunc(value) : value;
  const isHeld = typeof integer === "number"
    ? Number.isFinite(integer) && BigInt(integer) >= range![0] && BigInt(integer) <= range![1]
    : BigInt(integer) >= range![0] && BigInt(integer) <= range![1];
  if (!isHeld) {
    throw new DTypeError(
      "DTY002",
      `${value} does not fit ${dtype}, which holds ${range![0]} to ${range![1]}`,
      {
        help: "use a wider dtype, or cast an array of one: .astype()",
      },
    );
  }
  return isBigInt ? BigInt(integer) : Number(integer);
}

function flatten(list: NestedList): { readonly shape: number[]; readonly values: ScalarValue[] } {
  const shape: number[] = [];
  for (let level: NestedList | undefined = list; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
  }
  const values: ScalarValue[] = [];
  const visit = (item: unknown, axis: number): void => {
    const isList = Array.isArray(item);
    if (isList !== (axis < shape.length) || (isList && item.length !== shape[axis])) {
      throw new NdpipeError("ARR002", `a nested list is ragged: it is no ${shapeText(shape)} of numbers`, {
        help: "lists of one level have one length",
      });
    }
    if (isList) { for (const part of item) visit(part, axis + 1); }
    else if (typeof item === "number" || typeof item === "bigint" || typeof item === "boolean") {
      values.push(item);
    } else throw new NdpipeError("ARR002", `a nested list holds ${typeof item}, not numbers`);
  };
  visit(list, 0);
  return { shape, values };
}

/** A new array of a nested list. Refused: ARR002, DTY002. */
export function fromList(list: NestedList, dtype?: DType): Strided {
  const { shape, values } = flatten(list);
  const chosen = dtype ?? inferDType(values);
  const elements = new DTYPE[chosen].TypedArray(values.length);
  values.forEach((value, i) => elements[i] = elementOf(value, chosen));
  return fromElements(elements, { dtype: chosen, shape });
}

/** A new array of elements in row-major order, copied. Refused: ARR002 for another number of elements. */
export function fromElements(
  elements: TypedArray,
  { dtype, shape }: { readonly dtype: DType; readonly shape: readonly number[] },
): Strided {
  if (elements.length !== sizeOfShape(shape)) {
    throw new NdpipeError("ARR002", `${elements.length} elements do not fill ${shapeText(shape)}`);
  }
  const demand = { sentence: `an array of ${dtype} ${shapeText(shape)}`, operands: [] };
  const result = allocate(dtype, shape, { demand });
  // both arrays have the dtype's own class, which the union of their types cannot say
  (elementsOf(result) as Float64Array).set(elements as Float64Array);
  return result;
}

/** The dtype of a typed array's elements; refused: DTY001. */
export function dtypeOfElements(elements: ArrayBufferView): DType {
  if (elements instanceof Uint8ClampedArray) return "u8";
  const dtype = DTYPES.find((name) => name !== "bool" && elements instanceof DTYPE[name].TypedArray);
  if (dtype !== undefined) return dtype;
  throw new DTypeError("DTY001", `${elements.constructor.name} has no dtype here`, {
    help: `the typed arrays of ${DTYPES.join(", ")} are taken`,
  });
}

/** A typed array's elements as one axis: a copy. Refused: DTY001, MEM005. */
export function viewOfElements(elements: TypedArray): Strided {
  return fromElements(elements, { dtype: dtypeOfElements(elements), shape: [elements.length] });
}

/** A view of the dtype: the source itself, or a cast copy. */
export function ofDType(source: Strided, dtype: DType | undefined): Strided {
  return dtype === undefined || dtype === source.dtype ? source : duplicate(source, { dtype, order: "K" });
}
