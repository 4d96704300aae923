/**
 * Products, linear algebra, transforms and random numbers beside NumPy: every case of
 * testdata/ndarray/linalg_cases.json.gz, which tools/make_linalg_cases.py writes. Random numbers agree bit for bit.
 *
 * @module
 */
import { ok } from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { DTYPE, type TypedArray } from "../../dtype/mod.ts";
import { type NumpyCase, type PackedArray, testCases } from "../testing/numpy_cases.ts";

interface Packed extends PackedArray {
  /** base64 */
  readonly bytes: string;
}

const file = new URL("../../../testdata/ndarray/linalg_cases.json.gz", import.meta.url);
const cases = JSON.parse(gunzipSync(Deno.readFileSync(file)).toString()) as readonly NumpyCase<Packed>[];

function elementsOf({ dtype, bytes }: Packed): TypedArray {
  const raw = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  return new DTYPE[dtype].TypedArray(raw.buffer);
}

/** the function that a case is about: the first of a random generator, else the first called */
function nameOf({ code }: NumpyCase<Packed>): string {
  const names = [...code.matchAll(/\b(nd\.(?:linalg\.|fft\.)?|r\.(?:bitGenerator\.)?)(\w+)\(/g)];
  const name = names.find(([, from]) => from!.startsWith("r.")) ??
    names.find(([, , name]) => name !== "sort");
  return `${name![1]}${name![2]}`.replace(/^nd\./, "");
}

testCases(cases, { nameOf, elementsOf });

Deno.test("linalg_cases.json.gz has cases of every part", () => ok(cases.length > 2500));
