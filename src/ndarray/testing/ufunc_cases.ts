/**
 * Runs the cases of testdata/ndarray/ufunc_cases.json.gz, which tools/make_ufunc_cases.py writes: elementwise functions,
 * reductions and their methods beside NumPy.
 *
 * @module
 */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { DTYPE, type DType, type TypedArray } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import * as nd from "../mod.ts";

/** dtype, shape, bytes in base64 */
export type Stored = readonly [DType, readonly number[], string];
/** the array's index in the pool, and how the operand is a view of it */
export type Operand = readonly [number, string?];
/** code, operands, index of the result (null: NumPy refuses), strides, tolerance in ULP and as a number */
export type Case = readonly [
  string,
  readonly Operand[],
  number | null,
  (readonly (number | null)[])?,
  number?,
  number?,
];

const [pool, ...cases] = JSON.parse(
  new TextDecoder().decode(
    gunzipSync(Deno.readFileSync(new URL("../../../testdata/ndarray/ufunc_cases.json.gz", import.meta.url))),
  ),
) as [readonly Stored[], ...Case[]];

function elementsAt(index: number): TypedArray {
  const [dtype, , text] = pool[index]!;
  return new DTYPE[dtype].TypedArray(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

function arrayAt(index: number): nd.NDArray {
  const [dtype, shape] = pool[index]!, elements = elementsAt(index);
  if (elements.length === 0) return nd.zeros(shape, { dtype });
  const flat = nd.fromTypedArray(elements);
  return (dtype === "bool" ? flat.astype("bool") : flat).reshape(shape);
}

const compiled = new Map<string, (...args: unknown[]) => nd.NDArray>();

/** the code of a case comes from the generator in tools/, so it may be run */
function run(code: string, operands: readonly Operand[]): nd.NDArray {
  let evaluate = compiled.get(code);
  if (evaluate === undefined) {
    evaluate = new Function("nd", "a", "b", "c", "d", `return (${code});`) as (
      ...args: unknown[]
    ) => nd.NDArray;
    compiled.set(code, evaluate);
  }
  const arrays = operands.map(([index, view]) => {
    const base = arrayAt(index);
    return view === undefined ? base : new Function("a", `return a${view};`)(base);
  });
  return evaluate(nd, ...arrays);
}

const bits = new DataView(new ArrayBuffer(8));
/** a float's place among all floats of its dtype */
function rank(x: number, dtype: DType): number {
  if (dtype === "f32") {
    bits.setFloat32(0, x);
    const word = bits.getInt32(0);
    return word < 0 ? -(word & 0x7fffffff) : word;
  }
  bits.setFloat64(0, x);
  const word = bits.getBigInt64(0);
  return Number(word < 0n ? -(word & 0x7fffffffffffffffn) : word);
}

function isNear(
  actual: number,
  wanted: number,
  [dtype, ulp, scale]: readonly [DType, number, number],
): boolean {
  if (Number.isNaN(actual) || Number.isNaN(wanted)) return Number.isNaN(actual) && Number.isNaN(wanted);
  if (Math.abs(actual - wanted) <= scale) return true;
  return Math.abs(rank(actual, dtype) - rank(wanted, dtype)) <= ulp;
}

/** what differs from NumPy; null: nothing */
function difference([code, operands, result, strides, ulp = 0, scale = 0]: Case): string | null {
  let actual: nd.NDArray;
  try {
    actual = run(code, operands);
  } catch (error) {
    if (result === null && error instanceof NdpipeError) return null;
    return `threw ${error}`;
  }
  if (result === null) return `gave ${Deno.inspect(actual)} where NumPy refuses`;
  const [dtype, shape] = pool[result]!;
  if (actual.dtype !== dtype) return `dtype ${actual.dtype}, not ${dtype}`;
  if (actual.shape.join() !== shape.join() || actual.ndim !== shape.length) {
    return `shape ${actual.shape}, not ${shape}`;
  }
  const given = actual.toTypedArray(), wanted = elementsAt(result), isFloat = DTYPE[dtype].kind === "f";
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(given[i], wanted[i])) continue;
    if (!isFloat || !isNear(Number(given[i]), Number(wanted[i]), [dtype, ulp, scale])) {
      return `element ${i} is ${given[i]}, not ${wanted[i]}: ${given} is not ${wanted}`;
    }
    // where nothing is rounded, neither is the sign of a zero lost; which of 0 and -0 is smaller, or stands for both, is open
    const isOpen = /min|max|Min|Max|clip|unique|partition/.test(code);
    if (ulp === 0 && scale === 0 && given[i] === 0 && !isOpen) {
      return `element ${i} is ${given[i]}, not a zero of the other sign`;
    }
  }
  if (strides !== null && strides !== undefined) {
    const own = actual.strides.map((stride, axis) => actual.shape[axis]! > 1 ? stride : null);
    if (own.join() !== strides.join()) return `strides ${own}, not ${strides}`;
  }
  return null;
}

const groups = Map.groupBy(cases, ([code]) => {
  const name = /nd\.(\w+)(\.(?:reduce|accumulate|reduceat|outer|at))?\(/.exec(code);
  return name === null ? "astype" : `${name[1]}${name[2] ?? ""}`;
});

/** Every function with its cases. */
export const CASES: ReadonlyMap<string, readonly Case[]> = groups;

/** Fails where a case differs from NumPy, and says how the first ones do. */
export function checkCases(group: readonly Case[]): void {
  const faults = group.flatMap((each) => {
    const fault = nd.scope(() => difference(each));
    const operands = each[1].map(([index, view]) => `${pool[index]!.slice(0, 2).join(" ")}${view ?? ""}`);
    return fault === null ? [] : [`${each[0]} of ${operands.join(", ")}: ${fault}`];
  });
  deepStrictEqual(faults.slice(0, 5), []);
  strictEqual(faults.length, 0);
}
