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

Deno.test("windows promise NumPy's points of a fractional number of them", () => {
  nd.scope(() => {
    const expected = {
      bartlett: [[0.0, 0.6666666666666667], [0.0, 0.625, 0.75, 0.1250000000000001]],
      blackman: [[-1.3877787807814457e-17, 0.6300000000000001], [
        -1.3877787807814457e-17,
        0.5547731736876211,
        0.7735533905932739,
        0.014628776239280404,
      ]],
      hamming: [[0.08000000000000002, 0.7700000000000001], [
        0.08000000000000002,
        0.7160343788879413,
        0.865269119345812,
        0.11501541504480811,
      ]],
      hanning: [[0.0, 0.75], [0.0, 0.6913417161825449, 0.8535533905932738, 0.03806023374435663]],
    };
    for (const [name, [few, more]] of Object.entries(expected)) {
      const window = nd[name as keyof typeof expected];
      refuseFar(window(2.5), few!);
      refuseFar(window(4.2), more!);
      deepStrictEqual([window(0.5).shape, window(1.5).shape], [[0], [1]]);
    }
    const kaiser = nd.kaiser(4.2, 5);
    refuseFar(kaiser.slice(":4"), [
      0.036710892271286676,
      0.723003598184522,
      0.868017159478478,
      0.11369652128992516,
    ]);
    deepStrictEqual([kaiser.size, kaiser.at(4)], [5, NaN]);
    refuseFar(nd.kaiser(0.5, 5), [0.036710892271286676]);
  });
});
