/**
 * A param's value, from wherever it comes, against its declaration: shape, dtype, finite numbers.
 *
 * Arrays (.npz, .npy, .arrow, typed arrays) have a dtype. It must be the declared one, or one that casts to it
 * without changing a value; anything else is said, not done, since a silent cast from f64 to f32 rounds. Literals
 * (JSON, the command line, nested lists in the pipeline file) have no dtype: their numbers become the declared one
 * where it holds them, and floats round to f32 as literals do everywhere.
 *
 * @module
 */
import { countText } from "../wording/count_text.ts";
import { DTYPE, type DType, isFloat, promoteTypes, type TypedArray } from "../dtype/mod.ts";
import { ParamError, type Place } from "../errors.ts";
import { type Shape, showShape, sizeOf } from "../shape/mod.ts";

/** A param as the pipeline declares it. Its shape has no symbol; axes may carry labels. */
export interface DeclaredParam {
  readonly name: string;
  /** where it is declared in the pipeline file; absent or null: it is not known */
  readonly place?: Place | null;
  readonly dtype: DType;
  readonly shape: Shape;
  /** the value where none is given: a number, a bool, nested lists of these, or a typed array in C order */
  readonly value?: unknown;
  /** whether NaN and infinities are refused */
  readonly finite: boolean;
}

/** A param's value, in C order; bool is one byte, 0 or 1. */
export interface ParamValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** Where a value comes from, for messages: "entry mean of params.npz", "--param mean", "its declaration". */
export type Origin = string;

/** The declared sizes. */
export function declaredSizes(param: DeclaredParam): number[] {
  return param.shape.map((dim) => {
    const size = sizeOf(dim);
    if (typeof size === "number") return size;
    throw new ParamError("PIP003", `param ${param.name} has the symbol ${size} in its shape`, {
      place: param.place ?? null,
      operands: [declaredText(param)],
      help: "give each axis of a param a size: only inputs have rows",
    });
  });
}

function declaredText({ name, dtype, shape }: DeclaredParam): string {
  return `declared  ${name} ${dtype} ${showShape(shape)}`;
}

function foundText(origin: Origin, dtype: DType | null, shape: readonly number[]): string {
  return `found     ${origin}${dtype === null ? "" : ` ${dtype}`} ${showShape(shape)}`;
}

/**
 * Checks an array's shape against the declaration.
 *
 * @throws ParamError PAR002, with the way to mend it where another arrangement of the same elements would fit
 */
export function checkParamShape(param: DeclaredParam, shape: readonly number[], origin: Origin): void {
  const wanted = declaredSizes(param);
  if (!sameSizes(wanted, shape)) {
    throw badShape(param, shape, { origin, help: shapeHelp(param, wanted, shape) });
  }
}

function badShape(
  param: DeclaredParam,
  shape: readonly number[],
  { origin, help }: { readonly origin: Origin; readonly help: string },
): ParamError {
  return new ParamError(
    "PAR002",
    `param ${param.name} is declared ${showShape(param.shape)}, but ${origin} has shape ${showShape(shape)}`,
    {
      place: param.place ?? null,
      operands: [declaredText(param), foundText(origin, null, shape)],
      help,
    },
  );
}

function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function shapeHelp(param: DeclaredParam, wanted: readonly number[], shape: readonly number[]): string {
  if (shape.length > 1 && sameSizes(wanted, shape.toReversed())) {
    return `the transposed array fits: save ${param.name}.T`;
  }
  const squeezed = (sizes: readonly number[]) => sizes.filter((size) => size !== 1);
  if (sameSizes(squeezed(wanted), squeezed(shape))) {
    return `the elements fit: save ${param.name}.reshape(${wanted.length === 0 ? "()" : wanted.join(", ")})`;
  }
  return `give an array of shape ${showShape(wanted)}, or declare param ${param.name} with shape ${
    JSON.stringify(shape)
  }`;
}

/**
 * An array as the declared dtype.
 *
 * @throws ParamError PAR002 another shape; PAR003 a dtype that does not cast safely; PAR004 not finite
 */
export function valueOfArray(param: DeclaredParam, array: ParamValue, origin: Origin): ParamValue {
  checkParamShape(param, array.shape, origin);
  const { dtype } = param;
  const data = array.dtype === dtype ? array.data : castSafely(param, array, origin);
  const value = { dtype, shape: array.shape, data };
  checkFinite(param, value, origin);
  return value;
}

/** NumPy's "safe" casting, and beyond it every element must stay what it is: i64 → f64 may round. */
function castSafely(param: DeclaredParam, array: ParamValue, origin: Origin): TypedArray {
  const from = array.dtype, to = param.dtype;
  if (promoteTypes(from, to) !== to) {
    throw new ParamError("PAR003", `param ${param.name} is declared ${to}, but ${origin} is ${from}`, {
      place: param.place ?? null,
      operands: [declaredText(param), foundText(origin, from, array.shape)],
      notes: [`a cast from ${from} to ${to} can change values, so it is not done silently`],
      help: `save ${param.name}.astype(np.${
        DTYPE[to].numpyName
      }), or declare param ${param.name} as "${from}"`,
    });
  }
  const data = new DTYPE[to].TypedArray(array.data.length);
  const isBigInt = DTYPE[to].isBigInt;
  for (let i = 0; i < data.length; i++) {
    const element = array.data[i]!;
    data[i] = isBigInt ? BigInt(element) : Number(element);
    if (typeof element !== "bigint" || isBigInt || BigInt(data[i]!) === element) continue;
    throw new ParamError("PAR003", `param ${param.name}: ${to} does not hold ${element} of ${origin}`, {
      place: param.place ?? null,
      operands: [declaredText(param), foundText(origin, from, array.shape)],
      notes: [`at index ${indexText(i, array.shape)}`],
      help: `declare param ${param.name} as "${from}"`,
    });
  }
  return data;
}

/**
 * A literal (a number, a bool, nested lists of these) as the declared dtype.
 *
 * @throws ParamError PAR002 another shape, or lists of unequal lengths; PAR003 an element that the dtype does not
 *   hold; PAR004 not finite
 */
export function valueOfLiteral(param: DeclaredParam, literal: unknown, origin: Origin): ParamValue {
  // it has no shape that could differ
  if (typeof literal === "string" || (typeof literal === "object" && !Array.isArray(literal))) {
    throw badElement(param, literal, { origin, index: "()" });
  }
  const shape = shapeOfLiteral(param, literal, origin), wanted = declaredSizes(param);
  if (!sameSizes(wanted, shape)) {
    const help = wanted.length === 0 ? "write one number, without brackets" : shapeHelp(param, wanted, shape);
    throw badShape(param, shape, { origin, help });
  }
  const { dtype } = param;
  const data = new DTYPE[dtype].TypedArray(shape.reduce((product, size) => product * size, 1));
  let filled = 0;
  const fill = (part: unknown, axis: number): void => {
    if (axis < shape.length) return (part as unknown[]).forEach((item) => fill(item, axis + 1));
    data[filled] = elementOf(param, part, { origin, index: indexText(filled, shape) });
    filled++;
  };
  fill(literal, 0);
  const value = { dtype, shape, data };
  checkFinite(param, value, origin);
  return value;
}

/** The shape of nested lists, which all have as many items as their neighbours. */
function shapeOfLiteral(param: DeclaredParam, literal: unknown, origin: Origin): number[] {
  const shape: number[] = [];
  for (let inner = literal; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  const check = (part: unknown, axis: number): void => {
    if (axis === shape.length) return;
    const size = shape[axis], found = Array.isArray(part) ? part.length : undefined;
    if (found !== size) {
      const count = (length: number | undefined) =>
        length === undefined ? "is no list" : `has ${length} elements`;
      throw new ParamError("PAR002", `param ${param.name}: the lists of ${origin} have unequal lengths`, {
        place: param.place ?? null,
        operands: [declaredText(param)],
        notes: [`on axis ${axis} one ${count(size)}, another ${count(found)}`],
        help: `give nested lists of shape ${showShape(param.shape)}`,
      });
    }
    if (Array.isArray(part)) { for (const item of part) check(item, axis + 1); }
  };
  check(literal, 0);
  return shape;
}

/** A typed array in a declaration: its elements in C order, of the declared dtype or one that casts safely. */
export function valueOfTypedArray(param: DeclaredParam, data: TypedArray, origin: Origin): ParamValue {
  const shape = declaredSizes(param), wanted = shape.reduce((product, size) => product * size, 1);
  if (data.length !== wanted) checkParamShape(param, [data.length], origin);
  const own = data instanceof Uint8ClampedArray
    ? undefined
    : Object.values(DTYPE).find((info) => info.name !== "bool" && data.constructor === info.TypedArray);
  if (own === undefined) throw badElement(param, data, { origin, index: "()" });
  const isBool = param.dtype === "bool" && own.name === "u8" &&
    data.every((element: number | bigint) => element <= 1);
  return valueOfArray(param, { dtype: isBool ? "bool" : own.name, shape, data: data.slice() }, origin);
}

interface ElementPlace {
  readonly origin: Origin;
  readonly index: string;
}

/** One element of a literal as an element of the typed array. */
function elementOf(param: DeclaredParam, element: unknown, place: ElementPlace): number | bigint {
  const { dtype } = param, { range, isBigInt, kind } = DTYPE[dtype];
  if (kind === "b") {
    if (typeof element === "boolean") return element ? 1 : 0;
  } else if (range !== null) {
    const isInteger = typeof element === "bigint" ||
      (typeof element === "number" && Number.isInteger(element));
    if (isInteger && BigInt(element) >= range[0] && BigInt(element) <= range[1]) {
      return isBigInt ? BigInt(element) : Number(element);
    }
  } else if (typeof element === "number" || typeof element === "bigint") {
    const value = dtype === "f32" ? Math.fround(Number(element)) : Number(element);
    // a finite number that rounds to infinity is not held
    if (Number.isFinite(value) || !Number.isFinite(Number(element))) return value;
  }
  throw badElement(param, element, place);
}

function badElement(param: DeclaredParam, element: unknown, { origin, index }: ElementPlace): ParamError {
  const shown = typeof element === "bigint" ? String(element) : JSON.stringify(element) ?? String(element);
  const text = shown.length > 40 ? `${shown.slice(0, 40)}…` : shown;
  const { range } = DTYPE[param.dtype];
  return new ParamError("PAR003", `param ${param.name}: ${text} of ${origin} is no ${param.dtype}`, {
    place: param.place ?? null,
    operands: [declaredText(param)],
    notes: [
      ...(index === "()" ? [] : [`at index ${index}`]),
      ...(range === null ? [] : [`${param.dtype} holds the integers from ${range[0]} to ${range[1]}`]),
    ],
    help: elementHelp(param, element),
  });
}

function elementHelp({ name, dtype }: DeclaredParam, element: unknown): string {
  if (dtype === "bool") return "write true or false";
  if (typeof element === "string" && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(element)) {
    return `write the number without quotes: ${element}`;
  }
  if (typeof element === "object" && element !== null) {
    return "a value is a number, true, false, or nested lists of these";
  }
  const isMissing = element === null ||
    (typeof element === "string" && /^[-+]?(nan|inf|infinity)$/i.test(element));
  return isMissing && isFloat(dtype)
    ? "JSON has no NaN and no infinity: give such params in an .npz file"
    : `write numbers that ${dtype} holds, or declare param ${name} with another dtype`;
}

/** "(3, 17)": the index of an element in C order. */
function indexText(position: number, shape: readonly number[]): string {
  const index = shape.map(() => 0);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return `(${index.join(", ")})`;
}

function checkFinite(param: DeclaredParam, { dtype, shape, data }: ParamValue, origin: Origin): void {
  if (!param.finite || !isFloat(dtype)) return;
  const position = (data as Float64Array).findIndex((element) => !Number.isFinite(element));
  if (position < 0) return;
  const numBad = (data as Float64Array).reduce(
    (count, element) => count + (Number.isFinite(element) ? 0 : 1),
    0,
  );
  throw new ParamError("PAR004", `param ${param.name} of ${origin} holds ${data[position]}`, {
    place: param.place ?? null,
    operands: [declaredText(param)],
    notes: [
      `first at index ${indexText(position, shape)}, ${countText(numBad)} of ${
        countText(data.length)
      } elements in all`,
    ],
    help: `mend the value, or declare param ${param.name} with finite: false where it is meant`,
  });
}
