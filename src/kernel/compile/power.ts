/**
 * Integer powers by squaring: products wrap. A negative exponent, which NumPy refuses, gives 0, except for the
 * bases 1 and -1, whose powers are integers.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import { isSigned, laneBytesOf, type LaneContext } from "./lane_context.ts";
import { copy, INT_SHAPE, keep, releaseAll, select, splat, viaWider } from "./lanes.ts";

/** a to the power of b, wrapping */
export function integerPower(e: LaneContext, a: Local, b: Local): Local {
  const { f, dtype, numLanes } = e;
  const signed = isSigned(dtype);
  const laneBytes = laneBytesOf(dtype);
  if (laneBytes !== 1) return bySquaring(f, a, b, { laneBytes, signed });
  // 8-bit lanes have no multiplication; low bits of products do not depend on high ones
  return viaWider(
    f,
    { laneBytes, signed, numLanes, args: [a, b] },
    ([x, y]) => bySquaring(f, x!, y!, { laneBytes: 2, signed }),
  );
}

function bySquaring(
  f: FunctionBuilder,
  a: Local,
  b: Local,
  { laneBytes, signed }: { laneBytes: 2 | 4 | 8; signed: boolean },
): Local {
  const shape = INT_SHAPE[laneBytes];
  const dtype = `i${laneBytes * 8}` as "i16" | "i32" | "i64";
  const one = splat(f, dtype, 1), zero = splat(f, dtype, 0);
  const base = copy(f, a), exponent = copy(f, b), result = copy(f, one);
  if (signed) {
    const minusOne = splat(f, dtype, -1);
    // b < 0: the exponent's parity is all that counts for 1 and -1; every other base becomes 0
    const negative = keep(f.get(b).get(zero).op(`${shape}.lt_s`));
    const parity = keep(f.get(b).get(one).op("v128.and"));
    const nonNegative = select(f, parity, exponent, negative);
    f.get(nonNegative).set(exponent);
    f.get(a).get(one).op(`${shape}.eq`).get(a).get(minusOne).op(`${shape}.eq`).op("v128.or");
    f.get(negative).op("v128.not").op("v128.or");
    const isUnit = keep(f);
    f.get(result).get(isUnit).op("v128.and").set(result);
    releaseAll(f, [negative, parity, nonNegative, isUnit]);
  }
  f.block((done) =>
    f.loop((again) => {
      f.get(exponent).op("v128.any_true").op("i32.eqz").brIf(done);
      const odd = keep(f.get(exponent).get(one).op("v128.and").get(one).op(`${shape}.eq`));
      const product = keep(f.get(result).get(base).op(`${shape}.mul`));
      const chosen = select(f, product, result, odd);
      f.get(chosen).set(result);
      f.get(base).get(base).op(`${shape}.mul`).set(base);
      f.get(exponent).i32(1).op(`${shape}.shr_u`).set(exponent);
      releaseAll(f, [odd, product, chosen]);
      f.br(again);
    })
  );
  releaseAll(f, [base, exponent]);
  return result;
}
