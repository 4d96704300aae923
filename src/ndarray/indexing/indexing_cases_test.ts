/**
 * Indexing, movement and creation beside NumPy: every case of testdata/ndarray/indexing_cases.json, which
 * tools/make_indexing_cases.py writes.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { NdpipeError } from "../../errors.ts";
import * as nd from "../mod.ts";

interface Case {
  /** dtype and shape of the base array */
  readonly a: string;
  readonly numpy: string;
  readonly code: string;
  readonly error?: string;
  readonly dtype?: nd.DType;
  readonly shape?: readonly number[];
  readonly strides?: readonly (number | null)[] | null;
  /** null: a scalar in NumPy */
  readonly isView?: boolean | null;
  readonly values?: readonly (number | string)[];
}

const { cases } = JSON.parse(
  Deno.readTextFileSync(new URL("../../../testdata/ndarray/indexing_cases.json", import.meta.url)),
) as { readonly cases: readonly Case[] };

/** the generator's `base` */
function baseArray(text: string): nd.NDArray {
  const [dtype, sizes] = text.split(" ") as [nd.DType, string];
  const shape = sizes === "" ? [] : sizes.split(",").map(Number);
  const size = shape.reduce((product, each) => product * each, 1);
  const values = Array.from({ length: size }, (_, i) => (i * 7 + 3) % 11);
  const typed = values.map((value) =>
    dtype === "bool" ? value % 2 === 0 : dtype.startsWith("f") ? value / 2 - 2.5 : value
  );
  return nd.array(typed, { dtype }).reshape(shape);
}

function assign(a: nd.NDArray, view: nd.NDArray, index: nd.Index, value: nd.Values): nd.NDArray {
  view.set(index, value);
  return a;
}

function assignBy(a: nd.NDArray, view: nd.NDArray, run: (view: nd.NDArray) => void): nd.NDArray {
  run(view);
  return a;
}

/** the code of a case comes from the generator in tools/, so it may be run */
function run(code: string, a: nd.NDArray): nd.NDArray {
  const evaluate = new Function("nd", "a", "assign", "assign2", `return (${code});`);
  return evaluate(nd, a, assign, assignBy) as nd.NDArray;
}

/**
 * powers are computed otherwise, so that their last bits differ; means of f32 accumulate in f64 here, so that NumPy's are
 * wrong by some units of the last place of the terms
 */
function toleranceOf({ code, dtype }: Case): number {
  if (/(log|geom)space/.test(code)) return 4e-16;
  return code.includes('"mean"') ? (dtype === "f32" ? 1e-6 : 4e-16) : 0;
}

function isSame(actual: unknown, wanted: number | string, tolerance: number): boolean {
  if (typeof wanted === "string") return String(actual) === wanted;
  // a 0 has lost its sign in JSON
  return Number(actual) === wanted ||
    Math.abs(Number(actual) - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
}

/** what differs from NumPy; null: nothing */
function difference(wanted: Case): string | null {
  const a = baseArray(wanted.a);
  let actual: nd.NDArray;
  try {
    actual = run(wanted.code, a);
  } catch (error) {
    if (wanted.error !== undefined && error instanceof NdpipeError) return null;
    return `threw ${error}`;
  }
  if (wanted.error !== undefined) return `gave ${Deno.inspect(actual)} where NumPy raises ${wanted.error}`;
  const values = [...actual.toTypedArray()];
  const tolerance = toleranceOf(wanted);
  const isEqual = values.length === wanted.values!.length &&
    values.every((value, i) => isSame(value, wanted.values![i]!, tolerance));
  if (actual.dtype !== wanted.dtype) return `dtype ${actual.dtype}, not ${wanted.dtype}`;
  if (actual.shape.join() !== wanted.shape!.join()) return `shape ${actual.shape}, not ${wanted.shape}`;
  if (!isEqual) return `values ${values}, not ${wanted.values}`;
  const isView = actual !== a && nd.sharesMemory(a, actual);
  if (actual.size > 0 && wanted.isView !== null && isView !== wanted.isView) {
    return isView ? "a view" : "a copy";
  }
  if (wanted.strides !== null) {
    const strides = actual.strides.map((stride, axis) => actual.shape[axis]! > 1 ? stride : null);
    if (strides.join() !== wanted.strides!.join()) return `strides ${strides}, not ${wanted.strides}`;
  }
  return null;
}

const GROUPS: readonly (readonly [string, (code: string) => boolean])[] = [
  ["get() reads", (code) => code.includes(".get(")],
  ["set() writes", (code) => code.startsWith("assign(")],
  ["pad() gives", (code) => code.startsWith("nd.pad(")],
  ["movement, take and creation give", () => true],
];

const rest = new Set(cases);
for (const [name, isOf] of GROUPS) {
  const group = [...rest].filter(({ code }) => isOf(code));
  for (const each of group) rest.delete(each);
  Deno.test(`${name} what NumPy does, in ${group.length} cases`, () => {
    ok(group.length > 100);
    const faults = group.flatMap((wanted) => {
      const fault = nd.scope(() => difference(wanted));
      return fault === null ? [] : [`${wanted.a}: ${wanted.code} (${wanted.numpy}): ${fault}`];
    });
    deepStrictEqual(faults.slice(0, 20), []);
    strictEqual(faults.length, 0);
  });
}
