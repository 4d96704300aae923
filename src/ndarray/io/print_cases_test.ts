/**
 * Arrays as text beside NumPy: every case of testdata/ndarray/print_cases.json.gz, which tools/make_print_cases.py writes.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import type { DType } from "../../dtype/mod.ts";
import * as nd from "../mod.ts";

/** dtype, shape, bytes in base64, options, str, repr */
type Case = readonly [DType, readonly number[], string, Partial<nd.PrintOptions>, string, string];

const cases = JSON.parse(
  new TextDecoder().decode(
    gunzipSync(Deno.readFileSync(new URL("../../../testdata/ndarray/print_cases.json.gz", import.meta.url))),
  ),
) as readonly (Case | null)[];

function arrayOf([dtype, shape, text]: Case): nd.NDArray {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return bytes.length === 0 ? nd.zeros(shape, { dtype }) : nd.frombuffer(bytes, { dtype }).reshape(shape);
}

for (const dtype of ["bool", "i8", "i64", "u8", "u64", "f32", "f64"] as const) {
  const own = cases.filter((each): each is Case => each !== null && each[0] === dtype);
  Deno.test(`arrays of ${dtype} are printed as by NumPy, under its options, in ${own.length} cases`, () => {
    ok(own.length > 100);
    const faults = own.flatMap((each) => {
      const [, shape, , options, str, repr] = each;
      const [text, representation] = nd.scope(() => {
        const array = arrayOf(each);
        return nd.withPrintoptions(options, () => [String(array), Deno.inspect(array)] as const);
      });
      return [[text, str], [representation, repr]].filter(([actual, wanted]) => actual !== wanted)
        .map(([actual, wanted]) =>
          `${dtype} ${shape} ${JSON.stringify(options)}:\n${actual}\nis not\n${wanted}`
        );
    });
    deepStrictEqual(faults.slice(0, 3), []);
    strictEqual(faults.length, 0);
  });
}

Deno.test("setPrintoptions() sets what it is given, and refuses what is no number from 0", () => {
  const before = nd.setPrintoptions({ precision: 1 });
  strictEqual(before.precision, 8);
  strictEqual(nd.scope(() => String(nd.array([0.25, 1.75]))), "[0.2 1.8]");
  deepStrictEqual(nd.setPrintoptions(before), { ...before, precision: 1 });
  deepStrictEqual(nd.getPrintoptions(), before);
  for (const options of [{ precision: -1 }, { precision: 0.5 }, { edgeitems: -1 }, { linewidth: NaN }]) {
    throws(() => nd.setPrintoptions(options), { code: "ARR002" });
  }
  deepStrictEqual(nd.getPrintoptions(), before);
});
