/**
 * Floor division and modulo with NumPy's meaning, for integers and floats. Nothing traps: an integer divided by
 * zero gives 0, and so does an integer modulo zero; the smallest integer divided by -1 wraps to itself.
 *
 * @module
 */
import { isFloat } from "../../dtype/mod.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { HIGH_HALF, lowHalvesOfLanes } from "../wasm/shuffles.ts";
import { isSigned, laneBytesOf, type LaneContext, numberDType } from "./lane_context.ts";
import { keep, perLane, releaseAll, select, shapeOf, splat, viaWider } from "./lanes.ts";

/** floor(a / b) */
export function floorDivide(e: LaneContext, a: Local, b: Local): Local {
  return isFloat(e.dtype) ? floatDivmod(e, a, b).quotient() : integerDivmod(e, a, b, "quotient");
}

/** a - floorDivide(a, b) * b, with the sign of b */
export function modulo(e: LaneContext, a: Local, b: Local): Local {
  return isFloat(e.dtype) ? floatDivmod(e, a, b).remainder() : integerDivmod(e, a, b, "remainder");
}

/** a - trunc(a / b) * b, with the sign of a */
export function fmod(e: LaneContext, a: Local, b: Local): Local {
  if (isFloat(e.dtype)) return floatRemainder(e, a, b);
  const moved = modulo(e, a, b);
  if (!isSigned(e.dtype)) return moved;
  // where the signs differ, the remainder that has the divisor's sign is one divisor off, unless it is zero
  const { f } = e, shape = shapeOf(numberDType(e)), zero = splat(f, numberDType(e), 0);
  f.get(moved).get(b);
  f.get(a).get(b).op("v128.xor").get(zero).op(`${shape}.lt_s`);
  f.get(moved).get(zero).op(`${shape}.ne`).op("v128.and");
  const result = keep(f.op("v128.and").op(`${shape}.sub`));
  f.release(moved);
  return result;
}

/** C's fmod of floats, exact */
function floatRemainder({ f, module, dtype, numLanes }: LaneContext, a: Local, b: Local): Local {
  const helper = fmodOfDoubles(module), shape = dtype === "f32" ? "f32x4" : "f64x2";
  return perLane(f, { shape, numLanes, args: [a, b] }, () => {
    if (shape === "f64x2") return void f.call(helper);
    // the remainder of two floats is a float: computing it in double is exact
    const second = keep(f, "f32");
    f.op("f64.promote_f32").get(second).op("f64.promote_f32").call(helper).op("f32.demote_f64");
    f.release(second);
  });
}

type Part = "quotient" | "remainder";

function integerDivmod(e: LaneContext, a: Local, b: Local, part: Part): Local {
  const { f, dtype, numLanes } = e;
  const signed = isSigned(dtype);
  const laneBytes = laneBytesOf(dtype);
  switch (laneBytes) {
    case 8: {
      const helper = divmod64(e.module, signed, part);
      return perLane(f, { shape: "i64x2", numLanes, args: [a, b] }, () => f.call(helper));
    }
    case 4:
      return divmod32(e, a, b, { signed, part });
    case 2:
      return viaWider(
        f,
        { laneBytes, signed, numLanes, args: [a, b] },
        ([x, y]) => divmod16(f, x!, y!, part),
      );
    case 1:
      return viaWider(
        f,
        { laneBytes, signed, numLanes, args: [a, b] },
        (args, lanes) =>
          viaWider(f, { laneBytes: 2, signed, numLanes: lanes, args }, ([x, y]) => divmod16(f, x!, y!, part)),
      );
    default:
      return laneBytes satisfies never;
  }
}

/**
 * i32x4 lanes that hold numbers of at most 16 bits and a sign. The f32 quotient of two such is never rounded to
 * or across an integer: a / b is at least 1 / b away from it, a relative distance of at least 1 / a >= 2^-16.
 */
function divmod16(f: FunctionBuilder, a: Local, b: Local, part: Part): Local {
  f.get(a).op("f32x4.convert_i32x4_s").get(b).op("f32x4.convert_i32x4_s");
  f.op("f32x4.div").op("f32x4.floor").op("i32x4.trunc_sat_f32x4_s");
  return finishDivmod(f, a, b, part);
}

/** Takes the i32x4 quotient from the stack; lanes with a zero divisor become 0. */
function finishDivmod(f: FunctionBuilder, a: Local, b: Local, part: Part): Local {
  const zero = splat(f, "i32", 0);
  if (part === "remainder") {
    const product = keep(f.get(b).op("i32x4.mul"));
    f.get(a).get(product).op("i32x4.sub");
    f.release(product);
  }
  return keep(f.get(b).get(zero).op("i32x4.ne").op("v128.and"));
}

/**
 * The f64 quotient of two 32-bit integers has the right floor, by the argument of `divmod16`. Adding 1.5 * 2^52
 * puts the integer's low 32 bits into the low bits of the double: a conversion that wraps.
 */
function divmod32(
  e: LaneContext,
  a: Local,
  b: Local,
  { signed, part }: { signed: boolean; part: Part },
): Local {
  const { f, numLanes } = e;
  const convert = `f64x2.convert_low_i32x4_${signed ? "s" : "u"}`;
  const magic = splat(f, "f64", 1.5 * 2 ** 52);
  const halves = (numLanes <= 2 ? [0] : [0, 1]).map((half) => {
    for (const arg of [a, b]) {
      f.get(arg);
      if (half === 1) f.get(arg).op("i8x16.shuffle", ...HIGH_HALF);
      f.op(convert);
    }
    return keep(f.op("f64x2.div").op("f64x2.floor").get(magic).op("f64x2.add"));
  });
  f.get(halves[0]!).get(halves[1] ?? halves[0]!);
  f.op("i8x16.shuffle", ...lowHalvesOfLanes(8));
  releaseAll(f, halves);
  return finishDivmod(f, a, b, part);
}

/** (a, b) -> floor(a / b) or a mod b on 64-bit integers */
function divmod64(module: ModuleBuilder, signed: boolean, part: Part): ModuleFunction {
  return module.helper(`${signed ? "i64" : "u64"}.${part}`, ["i64", "i64"], ["i64"], (f) => {
    const [a, b] = f.params as [Local, Local];
    const zero = () =>
      f.get(b).op("i64.eqz").if(() => f.i64(0n), signed ? nonZeroSigned : nonZeroUnsigned, "i64");
    zero();

    function nonZeroUnsigned(): void {
      f.get(a).get(b).op(part === "quotient" ? "i64.div_u" : "i64.rem_u");
    }
    function nonZeroSigned(): void {
      // div_s of the smallest integer by -1 would trap
      f.get(b).i64(-1n).op("i64.eq");
      f.if(() => {
        if (part === "quotient") f.i64(0n).get(a).op("i64.sub");
        else f.i64(0n);
      }, () => {
        const remainder = keep(f.get(a).get(b).op("i64.rem_s"), "i64");
        const differs = () =>
          f.get(remainder).op("i64.eqz").op("i32.eqz").get(remainder).get(b).op("i64.xor").i64(0n).op(
            "i64.lt_s",
          )
            .op("i32.and");
        if (part === "quotient") {
          f.get(a).get(b).op("i64.div_s");
          differs();
          f.op("i64.extend_i32_u").op("i64.sub");
        } else {
          f.get(remainder).get(b).i64(0n);
          differs();
          f.select("i64").op("i64.add");
        }
      }, "i64");
    }
  });
}

/**
 * NumPy's npy_divmod (numpy/_core/src/npymath/npy_math_internal.h.src): the remainder comes from fmod, which is
 * exact, and is moved to the sign of b; the quotient is snapped to the nearest integer of (a - remainder) / b.
 */
function floatDivmod(e: LaneContext, a: Local, b: Local): { quotient(): Local; remainder(): Local } {
  const { f } = e;
  const shape = numberDType(e) === "f32" ? "f32x4" : "f64x2";
  const dtype = shape === "f32x4" ? "f32" : "f64";
  const zero = splat(f, dtype, 0), one = splat(f, dtype, 1), half = splat(f, dtype, 0.5);
  const sign = f.hoist(signBits(shape));
  const fm = floatRemainder(e, a, b);
  /** lanes whose remainder is not zero and has not the sign of b */
  const pushOpposed = () => {
    f.get(fm).get(zero).op(`${shape}.ne`);
    f.get(b).get(zero).op(`${shape}.lt`).get(fm).get(zero).op(`${shape}.lt`).op("v128.xor").op("v128.and");
  };
  /** zero with the sign of what is on the stack */
  const pushSignedZero = () => f.get(sign).op("v128.and");

  function remainder(): Local {
    f.get(fm).get(b);
    pushOpposed();
    const moved = keep(f.op("v128.and").op(`${shape}.add`));
    const signedZero = keep(f.get(b).get(sign).op("v128.and"));
    const isZero = keep(f.get(fm).get(zero).op(`${shape}.eq`));
    const result = select(f, signedZero, moved, isZero);
    releaseAll(f, [fm, moved, signedZero, isZero]);
    return result;
  }

  function quotient(): Local {
    f.get(a).get(fm).op(`${shape}.sub`).get(b).op(`${shape}.div`);
    pushOpposed();
    const div = keep(f.get(one).op("v128.and").op(`${shape}.sub`));
    const floored = keep(f.get(div).op(`${shape}.floor`));
    f.get(floored).get(div).get(floored).op(`${shape}.sub`).get(half).op(`${shape}.gt`).get(one).op(
      "v128.and",
    );
    const snapped = keep(f.op(`${shape}.add`));
    const ratio = keep(f.get(a).get(b).op(`${shape}.div`));
    f.get(ratio);
    const signedZero = keep(pushSignedZero());
    const isZero = keep(f.get(div).get(zero).op(`${shape}.eq`));
    const finite = select(f, signedZero, snapped, isZero);
    const byZero = keep(f.get(b).get(zero).op(`${shape}.eq`));
    const result = select(f, ratio, finite, byZero);
    releaseAll(f, [fm, div, floored, snapped, ratio, signedZero, isZero, finite, byZero]);
    return result;
  }
  return { quotient, remainder };
}

function signBits(shape: "f32x4" | "f64x2"): Uint8Array {
  const every = shape === "f32x4" ? 4 : 8;
  return Uint8Array.from({ length: 16 }, (_, i) => (i % every === every - 1 ? 0x80 : 0));
}

/**
 * (a, b) -> C's fmod, exact. The mantissas are divided as integers: a * 2^d mod b by steps of as many bits as
 * fit above the remainder, instead of bit by bit.
 */
function fmodOfDoubles(module: ModuleBuilder): ModuleFunction {
  return module.helper("f64.fmod", ["f64", "f64"], ["f64"], (f) => {
    const [a, b] = f.params as [Local, Local];
    const [x, y, exponentX, exponentY, shift] = Array.from({ length: 5 }, () => f.local("i64")) as
      & Local[]
      & [Local, Local, Local, Local, Local];
    const result = f.local("f64");
    const magnitude = 0x7fff_ffff_ffff_ffffn, infinity = 0x7ff0_0000_0000_0000n;
    f.get(a).op("i64.reinterpret_f64").i64(magnitude).op("i64.and").set(x);
    f.get(b).op("i64.reinterpret_f64").i64(magnitude).op("i64.and").set(y);
    f.block((done) => {
      // b is 0 or NaN, or a is infinite or NaN
      f.get(y).op("i64.eqz").get(y).i64(infinity).op("i64.gt_u").op("i32.or");
      f.get(x).i64(infinity).op("i64.ge_u").op("i32.or");
      f.if(() => {
        f.get(a).get(b).op("f64.mul").set(result);
        f.get(result).get(result).op("f64.div").set(result).br(done);
      });
      f.get(a).set(result);
      f.get(x).get(y).op("i64.lt_u").brIf(done);
      splitMantissa(f, x, exponentX);
      splitMantissa(f, y, exponentY);
      f.get(x).get(y).op("i64.rem_u").set(x);
      f.get(exponentX).get(exponentY).op("i64.sub").set(exponentX);
      f.f64(0).get(a).op("f64.copysign").set(result);
      f.loop((again) => {
        f.get(x).op("i64.eqz").brIf(done);
        f.get(exponentX).op("i64.eqz").op("i32.eqz");
        f.if(() => {
          f.get(x).op("i64.clz").set(shift);
          f.get(shift).get(exponentX).get(shift).get(exponentX).op("i64.lt_u").select("i64").set(shift);
          f.get(x).get(shift).op("i64.shl").get(y).op("i64.rem_u").set(x);
          f.get(exponentX).get(shift).op("i64.sub").set(exponentX);
          f.br(again);
        });
      });
      // x * 2^(exponentY - 1075): shift the top bit to bit 52, as far as the exponent allows
      f.get(x).op("i64.clz").i64(11n).op("i64.sub").set(shift);
      f.get(shift).get(exponentY).op("i64.lt_s");
      f.if(
        () => {
          f.get(x).get(shift).op("i64.shl");
          f.get(exponentY).get(shift).op("i64.sub").i64(1n).op("i64.sub").i64(52n).op("i64.shl").op(
            "i64.add",
          );
        },
        () => f.get(x).get(exponentY).i64(1n).op("i64.sub").op("i64.shl"),
        "i64",
      );
      f.op("f64.reinterpret_i64").get(a).op("f64.copysign").set(result);
    });
    f.get(result);
  });
}

const IMPLICIT_BIT = 1n << 52n;

/** bits -> mantissa in place, and its exponent; a subnormal has exponent 1 and no implicit bit */
function splitMantissa(f: FunctionBuilder, bits: Local, exponent: Local): void {
  f.get(bits).i64(52n).op("i64.shr_u").set(exponent);
  f.get(exponent).op("i64.eqz");
  f.if(() => f.i64(1n).set(exponent), () => {
    f.get(bits).i64(IMPLICIT_BIT - 1n).op("i64.and").i64(IMPLICIT_BIT).op("i64.or").set(bits);
  });
}
