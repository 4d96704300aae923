/**
 * The modified Bessel function of the first kind and order 0, of primitives.
 *
 * exp(x) times a Chebyshev series, in x / 2 - 2 up to 8 and in 32 / x - 2, by 1 / sqrt(x), beyond: good to a few units
 * in the last place of f64, in which it is computed. Source of the series: C. W. Clenshaw, "Chebyshev series for
 * mathematical functions", National Physical Laboratory, 1962, as in S. L. Moshier's Cephes, i0.c.
 *
 * @module
 */
import { where } from "./decompose.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";

/** exp(-x) I0(x) on [0, 8] */
const NEAR = [
  -4.4153416464793395e-18,
  3.3307945188222384e-17,
  -2.431279846547955e-16,
  1.715391285555133e-15,
  -1.1685332877993451e-14,
  7.676185498604936e-14,
  -4.856446783111929e-13,
  2.95505266312964e-12,
  -1.726826291441556e-11,
  9.675809035373237e-11,
  -5.189795601635263e-10,
  2.6598237246823866e-09,
  -1.300025009986248e-08,
  6.046995022541919e-08,
  -2.670793853940612e-07,
  1.1173875391201037e-06,
  -4.4167383584587505e-06,
  1.6448448070728896e-05,
  -5.754195010082104e-05,
  0.00018850288509584165,
  -0.0005763755745385824,
  0.0016394756169413357,
  -0.004324309995050576,
  0.010546460394594998,
  -0.02373741480589947,
  0.04930528423967071,
  -0.09490109704804764,
  0.17162090152220877,
  -0.3046826723431984,
  0.6767952744094761,
];

/** exp(-x) sqrt(x) I0(x) on [8, infinity] */
const FAR = [
  -7.233180487874754e-18,
  -4.830504485944182e-18,
  4.46562142029676e-17,
  3.461222867697461e-17,
  -2.8276239805165836e-16,
  -3.425485619677219e-16,
  1.7725601330565263e-15,
  3.8116806693526224e-15,
  -9.554846698828307e-15,
  -4.150569347287222e-14,
  1.54008621752141e-14,
  3.8527783827421426e-13,
  7.180124451383666e-13,
  -1.7941785315068062e-12,
  -1.3215811840447713e-11,
  -3.1499165279632416e-11,
  1.1889147107846439e-11,
  4.94060238822497e-10,
  3.3962320257083865e-09,
  2.266668990498178e-08,
  2.0489185894690638e-07,
  2.8913705208347567e-06,
  6.889758346916825e-05,
  0.0033691164782556943,
  0.8044904110141088,
];

/** Clenshaw's recurrence for half the sum of c_k T_k(t / 2), the highest first */
function chebyshev(b: GraphBuilder, t: NodeId, coefficients: readonly number[]): NodeId {
  const { dtype } = b.node(t);
  const constant = (value: number): NodeId => b.constant(value, dtype);
  let [current, before, earlier] = [constant(coefficients[0]!), constant(0), constant(0)];
  for (const coefficient of coefficients.slice(1)) {
    [before, earlier] = [current, before];
    const rest = b.elementwise("sub", [b.elementwise("mul", [t, before]), earlier]);
    current = b.elementwise("add", [rest, constant(coefficient)]);
  }
  return b.elementwise("mul", [constant(0.5), b.elementwise("sub", [current, earlier])]);
}

/** I0 of numbers in f64; infinite at the infinities. */
export function besselI0(b: GraphBuilder, x: NodeId): NodeId {
  const constant = (value: number): NodeId => b.constant(value, "f64");
  const a = b.elementwise("abs", [x]);
  const near = chebyshev(
    b,
    b.elementwise("sub", [b.elementwise("mul", [a, constant(0.5)]), constant(2)]),
    NEAR,
  );
  const t = b.elementwise("sub", [b.elementwise("div", [constant(32), a]), constant(2)]);
  const far = b.elementwise("div", [chebyshev(b, t, FAR), b.elementwise("sqrt", [a])]);
  const series = where(b, b.elementwise("le", [a, constant(8)]), [near, far]);
  // at infinity the series is 0, by which exp must not be multiplied
  const value = b.elementwise("mul", [b.elementwise("exp", [a]), series]);
  return where(b, b.elementwise("eq", [a, constant(Infinity)]), [a, value]);
}
