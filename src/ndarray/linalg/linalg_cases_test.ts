/**
 * Products, linear algebra, transforms and random numbers beside NumPy: every case of
 * testdata/ndarray/linalg_cases.json.gz, which tools/make_linalg_cases.py writes. Random numbers agree bit for bit.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { DTYPE, type DType, type TypedArray } from "../../dtype/mod.ts";
import * as nd from "../mod.ts";

interface Packed {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** base64 */
  readonly bytes: string;
  /** how the operand is a view of the elements */
  readonly view?: string;
}

interface Case {
  readonly code: string;
  readonly operands: readonly Packed[];
  /** null: NumPy refuses */
  readonly expected: readonly Packed[] | null;
  /** units in the last place of the largest element by which floats may differ; none: they are the same */
  readonly tolerance?: number;
}

const file = new URL("../../../testdata/ndarray/linalg_cases.json.gz", import.meta.url);
const cases = JSON.parse(gunzipSync(Deno.readFileSync(file)).toString()) as readonly Case[];

function elementsOf({ dtype, bytes }: Packed): TypedArray {
  const raw = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  return new DTYPE[dtype].TypedArray(raw.buffer);
}

function operandOf(packed: Packed): nd.NDArray {
  const elements = elementsOf(packed), whole = nd.fromTypedArray(elements, { shape: packed.shape });
  const array = packed.dtype === "bool" ? whole.astype("bool") : whole;
  return packed.view === undefined ? array : packed.view === "T" ? array.T : array.slice(packed.view);
}

/** the code of a case comes from the generator in tools/, so it may be run */
function run({ code, operands }: Case): nd.NDArray[] {
  const evaluate = new Function("nd", "a", "b", "c", `return (${code});`);
  const result: unknown = evaluate(nd, ...operands.map(operandOf));
  return Array.isArray(result) ? result : [result as nd.NDArray];
}

function refuseDifference(actual: nd.NDArray, wanted: Packed, tolerance: number): void {
  strictEqual(actual.dtype, wanted.dtype);
  deepStrictEqual(actual.shape, wanted.shape);
  const expected = elementsOf(wanted), given = actual.toTypedArray();
  let scale = 0;
  for (const value of expected) {
    if (Math.abs(Number(value)) < Infinity) scale = Math.max(scale, Math.abs(Number(value)));
  }
  const isFloating = wanted.dtype === "f32" || wanted.dtype === "f64";
  const allowed = isFloating ? tolerance * scale * (wanted.dtype === "f32" ? 2 ** -24 : 2 ** -53) : 0;
  expected.forEach((value: number | bigint, i: number) => {
    const isEqual = given[i] === value || Object.is(given[i], value) ||
      Math.abs(Number(given[i]) - Number(value)) <= allowed;
    ok(isEqual, `element ${i} is ${given[i]}, not ${value}; ${given} is not ${expected}`);
  });
}

/** the function that a case is about: the first of a random generator, else the first called */
function nameOf({ code }: Case): string {
  const names = [...code.matchAll(/\b(nd\.(?:linalg\.|fft\.)?|r\.(?:bitGenerator\.)?)(\w+)\(/g)];
  const name = names.find(([, from]) => from!.startsWith("r.")) ??
    names.find(([, , name]) => name !== "sort");
  return `${name![1]}${name![2]}`.replace(/^nd\./, "");
}

for (const name of new Set(cases.map(nameOf))) {
  Deno.test(`${name}() gives what NumPy gives`, () => {
    for (const wanted of cases.filter((one) => nameOf(one) === name)) {
      nd.scope(() => {
        try {
          if (wanted.expected === null) return void throws(() => run(wanted));
          const results = run(wanted);
          strictEqual(results.length, wanted.expected.length);
          results.forEach((result, i) =>
            refuseDifference(result, wanted.expected![i]!, wanted.tolerance ?? 0)
          );
        } catch (error) {
          throw new Error(`${wanted.code} of ${JSON.stringify(wanted.operands)}`, { cause: error });
        }
      });
    }
  });
}

Deno.test("linalg_cases.json.gz has cases of every part", () => ok(cases.length > 2500));
