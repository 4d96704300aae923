import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

/** NumPy 2.4's values */
const EXPECTED = {
  bartlett: [0, 0.6666666666666667, 0.6666666666666667, 0],
  blackman: [-1.3877787807814457e-17, 0.6300000000000001, 0.6300000000000001, -1.3877787807814457e-17],
  hamming: [0.08000000000000002, 0.7700000000000001, 0.7700000000000001, 0.08000000000000002],
  hanning: [0, 0.75, 0.75, 0],
};

function refuseFar(window: nd.NDArray, expected: readonly number[]): void {
  strictEqual(window.size, expected.length);
  ok(nd.allclose(window, [...expected], { rtol: 1e-14, atol: 1e-16 }), String(window));
}

Deno.test("bartlett(), blackman(), hamming(), hanning() and kaiser() promise NumPy's windows, of no and one point too", () => {
  nd.scope(() => {
    for (const [name, expected] of Object.entries(EXPECTED)) {
      const window = nd[name as keyof typeof EXPECTED];
      refuseFar(window(4), expected);
      deepStrictEqual([window(1).toList(), window(0).toList(), window(-3).shape], [[1], [], [0]]);
      throws(() => window(NaN), { code: "ARR002" });
    }
    const ends = [0.0013325139979024198, 0.34039362244018856];
    refuseFar(nd.kaiser(5, 8.6), [...ends, 1, ...ends.toReversed()]);
    deepStrictEqual([nd.kaiser(1, 3).toList(), nd.kaiser(0, 3).toList()], [[1], []]);
    deepStrictEqual(nd.kaiser(3, 0).toList(), [1, 1, 1]);
    throws(() => nd.kaiser(3, Infinity), { code: "ARR002" });
  });
});
