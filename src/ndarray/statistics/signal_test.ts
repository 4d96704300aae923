import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import * as nd from "../mod.ts";

/** the sums of products one by one, in the order of the first operand */
function plainly(a: readonly number[], v: readonly number[]): number[] {
  const sums = new Array<number>(a.length + v.length - 1).fill(0);
  a.forEach((x, i) => v.forEach((y, j) => sums[i + j]! += x * y));
  return sums;
}

const numbers = (maxLength: number) =>
  fc.array(fc.constantFrom(-3.5, -0, 0, 0.1, 1e-300, 7, 1e16, 1e300), { minLength: 1, maxLength });

Deno.test("convolve() adds products in the order of the first operand, bit for bit, whichever is longer", () => {
  fc.assert(
    fc.property(numbers(40), numbers(12), fc.boolean(), (long, short, isSwapped) => {
      const [a, v] = isSwapped ? [short, long] : [long, short];
      deepStrictEqual(nd.convolve(a, v).toList(), plainly(a, v));
      // reversed views, the same the other way round
      using backward = nd.array(a.toReversed()).slice("::-1");
      deepStrictEqual(nd.convolve(backward, v).toList(), plainly(a, v));
      deepStrictEqual(nd.correlate(a, v.toReversed(), "full").toList(), plainly(a, v));
    }),
    { numRuns: 200 },
  );
});

Deno.test("convolve() wraps integers of every width as NumPy, and takes bools as or of ands", () => {
  const a = Array.from({ length: 37 }, (_, i) => (i * 89) % 120), v = [3, 100, 7, 55, 120];
  const exact = plainly(a, v);
  for (
    const [dtype, bits] of [["i8", 8], ["u8", 8], ["i16", 16], ["u16", 16], ["i32", 32], ["u32", 32]] as const
  ) {
    const wrapped = exact.map((sum) =>
      Number((dtype[0] === "i" ? BigInt.asIntN : BigInt.asUintN)(bits, BigInt(sum)))
    );
    deepStrictEqual(nd.convolve(nd.array(a, { dtype }), nd.array(v, { dtype })).toList(), wrapped);
  }
  const most = 2n ** 62n, wide = nd.array([most, 1n, -5n], { dtype: "i64" });
  const doubled = nd.convolve(wide, nd.array([3n, 2n], { dtype: "i64" }));
  deepStrictEqual([...doubled.toTypedArray()], [
    BigInt.asIntN(64, 3n * most),
    BigInt.asIntN(64, 2n * most + 3n),
    -13n,
    -10n,
  ]);
  const bools = nd.convolve(nd.array([true, false, false]), nd.array([true, false, true]));
  deepStrictEqual(bools.toList(), [true, false, true, false, false]);
});
