/** Derivatives of samples beside NumPy 2.4: how they are rounded, what stands where, and what is refused. */
import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

Deno.test("gradient() has NumPy's bits at the ends of second order, however near or far samples are", () => {
  const edgeOrder = 2;
  deepStrictEqual(nd.gradient([0, 1, 4], 1e-170, { edgeOrder }).toList(), [0, 2e170, 3.9999999999999996e170]);
  deepStrictEqual(nd.gradient([0, 1, 4], 1e170, { edgeOrder }).toList(), [0, 2e-170, 3.999999999999999e-170]);
  deepStrictEqual(nd.gradient([0.3, 1.7, 2.9, 8.1], 0.7, { edgeOrder }).toList(), [
    2.142857142857142,
    1.8571428571428574,
    4.571428571428571,
    10.285714285714281,
  ]);
});

Deno.test("gradient() of f32 rounds as NumPy by distances of every dtype", () => {
  const f = nd.array([0.1, 1.7, 4.3, 9.9, 2.2], "f32"), x = nd.array([0.1, 0.3, 0.4, 0.9, 1.7]);
  const even = nd.array([0.1, 0.2, 0.3, 0.4, 0.5], "f32");
  const expected: readonly (readonly [nd.Spacing, number[], first: number, last: number])[] = [
    [
      x,
      [8, 20.000001907348633, 23.533334732055664, 3.1903841495513916, -9.625],
      -4.000000476837158,
      -22.440383911132812,
    ],
    [
      x.astype("f32"),
      [7.999999523162842, 20.000003814697266, 23.533336639404297, 3.190385341644287, -9.624999046325684],
      -4.000005722045898,
      -22.440383911132812,
    ],
    [nd.array(0.1), [16, 21.000001907348633, 41, -10.500000953674316, -77], 11, -143.49998474121094],
    [nd.array(0.1, "f32"), [16, 21.000001907348633, 41, -10.500000953674316, -77], 11, -143.5],
    [
      nd.array(3),
      [0.5333333611488342, 0.7000000476837158, 1.3666666746139526, -0.3500000238418579, -2.566666603088379],
      0.36666667461395264,
      -4.783332824707031,
    ],
    [
      even,
      [16, 20.999998092651367, 41, -10.50000286102295, -77],
      11.000003814697266,
      -143.50001525878906,
    ],
  ];
  for (const [spacing, list, first, last] of expected) {
    deepStrictEqual(nd.gradient(f, spacing).toList(), list);
    const second = nd.gradient(f, spacing, { edgeOrder: 2 });
    strictEqual(second.dtype, "f32");
    deepStrictEqual(second.toList(), [first, ...list.slice(1, -1), last]);
  }
});

Deno.test("gradient() of two samples is NaN, as NumPy's, where their distance is none", () => {
  for (const points of [[0, NaN], [NaN, NaN], [Infinity, Infinity], [-Infinity, -Infinity]]) {
    deepStrictEqual(nd.gradient([1, 2], points).toList(), [NaN, NaN]);
    deepStrictEqual(nd.gradient([[1, 2, 5], [2, 4, 8]], points, { axis: 0 }).toList(), [
      [NaN, NaN, NaN],
      [NaN, NaN, NaN],
    ]);
  }
  deepStrictEqual(nd.gradient([1, 2], [0, Infinity]).toList(), [0, 0]);
  deepStrictEqual(nd.gradient([1, 2, 4], [0, 1, NaN]).toList(), [1, NaN, NaN]);
  deepStrictEqual(nd.gradient([1, 2, 4], [0, NaN, 2], { edgeOrder: 2 }).toList(), [NaN, NaN, NaN]);
});

Deno.test("gradient() and gradients() take options in the place of the spacing, as diff() does", () => {
  const m = nd.array([[1, 2, 4], [2, 4, 8]]), [down, across] = nd.gradients(m).map((each) => each.toList());
  deepStrictEqual(nd.gradient(m, { axis: 0 }).toList(), down);
  deepStrictEqual(nd.gradient(m, undefined, { axis: 1 }).toList(), across);
  deepStrictEqual(nd.gradients(m, { axis: [1, 0] }).map((each) => each.toList()), [across, down]);
  deepStrictEqual(nd.gradients(m, [2n as never])[0]!.toList(), nd.gradients(m, [2])[0]!.toList());
  deepStrictEqual(nd.gradient(m, 2n as never, { axis: 0 }).toList(), nd.gradient(m, 2, { axis: 0 }).toList());
});

Deno.test("gradients() says what it takes where it is given something else", () => {
  const m = nd.array([[1, 2, 4], [2, 4, 8]]);
  const refused = (run: () => unknown, message: RegExp) => throws(run, { code: "ARR002", message });
  refused(() => nd.gradients(m, nd.array([0, 1, 3])), /a spacing for each of 2 axes, not 1/);
  refused(() => nd.gradients(m, null as never), /a spacing for each of 2 axes, not 1/);
  refused(() => nd.gradients(m, [1, 2, 3]), /a spacing for each of 2 axes, not 3/);
  refused(() => nd.gradients(m, { axis: [0, -2] }), /gradients takes each axis once/);
  refused(() => nd.gradient(m), /gradient takes an axis for 2 axes/);
  refused(() => nd.gradient([1, 2, 3], "1" as never), /gradient takes a number, or the coordinates/);
  refused(
    () => nd.gradient([1, 2, 3], [0, 1]),
    /gradient takes coordinates .* one axis of 3 elements, not \(2,\)/,
  );
  refused(
    () => nd.gradients([1, 2, 3], [nd.zeros([3, 1])]),
    /gradients takes coordinates .* of 3 elements, not \(3, 1\)/,
  );
  throws(() => nd.gradient([true, false]), { code: "DTY001", message: /gradient is not defined for bool/ });
  throws(() => nd.gradients([true, false]), { code: "DTY001", message: /gradients is not defined for bool/ });
});
