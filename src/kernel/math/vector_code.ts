/**
 * Vector expressions: a thin layer over the function builder in which a formula reads as a formula. An expression
 * is code that pushes one v128; `let` binds it to a local. Everything bound in a `VectorCode` is released by
 * `finish`, which hands out the result.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder } from "../wasm/module_builder.ts";
import type { ValueType } from "../wasm/opcodes.ts";
import { HIGH_HALF, LOW_HALVES } from "../wasm/shuffles.ts";
import type { Numerics } from "../numerics.ts";

/** The two floating-point shapes of a v128. */
export type VectorShape = "f32x4" | "f64x2";

/** Where math code is emitted to. */
export interface MathContext {
  /** the function under construction */
  readonly f: FunctionBuilder;
  /** the module it will belong to: rarely taken paths become helper functions there, once a module */
  readonly module: ModuleBuilder;
  readonly numerics: Numerics;
}

/** A value, mostly a v128: a local, or code that pushes it. Code that is used twice is emitted twice: bind it with `let`. */
export type Vector = Local | (() => void);

/** the bits of a number, rounded to the shape's lanes */
export function bitsOf(shape: VectorShape, value: number): bigint {
  return shape === "f32x4"
    ? BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!)
    : new BigUint64Array(new Float64Array([value]).buffer)[0]!;
}

/** Emits expressions of one shape into one function. */
export class VectorCode {
  readonly context: MathContext;
  readonly shape: VectorShape;
  readonly f: FunctionBuilder;
  /** the integer shape of the same lane width */
  readonly int: "i32x4" | "i64x2";
  readonly #owned: Local[] = [];

  constructor(context: MathContext, shape: VectorShape) {
    this.context = context;
    this.shape = shape;
    this.f = context.f;
    this.int = shape === "f32x4" ? "i32x4" : "i64x2";
  }

  /** pushes the value */
  push(value: Vector): void {
    if (typeof value === "function") value();
    else this.f.get(value);
  }

  /** an instruction of the table */
  op(name: string, ...args: readonly Vector[]): Vector {
    return () => {
      const { f } = this;
      if (!f.isInterleaving) {
        for (const arg of args) this.push(arg);
        f.op(name);
        return;
      }
      // each operation a statement
      const own: Local[] = [], registers: Local[] = [];
      for (const arg of args) {
        if (typeof arg !== "function") registers.push(arg);
        else {
          arg();
          const register = f.local("v128");
          f.set(register);
          own.push(register);
          registers.push(register);
        }
      }
      for (const register of registers) f.get(register);
      f.op(name);
      for (const register of own) f.release(register);
    };
  }

  /** binds a value to a new local that lives until `finish` */
  let(value: Vector, type: ValueType = "v128"): Local {
    this.push(value);
    const local = this.f.local(type);
    this.f.set(local);
    this.#owned.push(local);
    return local;
  }

  /** takes over a local that another `VectorCode` has finished with */
  own(local: Local): Local {
    this.#owned.push(local);
    return local;
  }

  /** overwrites a local bound by `let` */
  assign(local: Local, value: Vector): void {
    this.push(value);
    this.f.set(local);
  }

  /** releases a local bound by `let` before `finish` does */
  free(...locals: readonly Local[]): void {
    for (const local of locals) {
      const at = this.#owned.indexOf(local);
      if (at < 0) throw new Error(`${this.f.name}: local ${local.index} is not bound here`);
      this.#owned.splice(at, 1);
      this.f.release(local);
    }
  }

  /** binds the result to a local which the caller releases, and releases everything bound here */
  finish(value: Vector): Local {
    this.push(value);
    const result = this.f.local("v128");
    this.f.set(result);
    this.releaseAll();
    return result;
  }

  /** releases everything bound here */
  releaseAll(): void {
    for (const local of this.#owned) this.f.release(local);
    this.#owned.length = 0;
  }

  /** a hoisted constant in every lane */
  c(value: number): Local {
    const lanes = this.shape === "f32x4" ? new Float32Array(4).fill(value) : new Float64Array(2).fill(value);
    return this.f.hoist(new Uint8Array(lanes.buffer));
  }

  /** a hoisted constant in every lane, given by its bits */
  bits(value: bigint): Local {
    const lanes = this.shape === "f32x4"
      ? new Uint32Array(4).fill(Number(BigInt.asUintN(32, value)))
      : new BigUint64Array(2).fill(value);
    return this.f.hoist(new Uint8Array(lanes.buffer));
  }

  add(a: Vector, b: Vector): Vector {
    return this.op(`${this.shape}.add`, a, b);
  }

  sub(a: Vector, b: Vector): Vector {
    return this.op(`${this.shape}.sub`, a, b);
  }

  mul(a: Vector, b: Vector): Vector {
    return this.op(`${this.shape}.mul`, a, b);
  }

  div(a: Vector, b: Vector): Vector {
    return this.op(`${this.shape}.div`, a, b);
  }

  /** a * b + c, rounded once in fused numerics, twice in strict */
  fma(a: Vector, b: Vector, c: Vector): Vector {
    if (this.context.numerics === "fused") return this.op(`${this.shape}.relaxed_madd`, a, b, c);
    return this.add(this.mul(a, b), c);
  }

  /** c - a * b, rounded once in fused numerics, twice in strict */
  fnma(a: Vector, b: Vector, c: Vector): Vector {
    if (this.context.numerics === "fused") return this.op(`${this.shape}.relaxed_nmadd`, a, b, c);
    return this.sub(c, this.mul(a, b));
  }

  /** coefficients from the constant upwards, by Horner's rule */
  poly(x: Vector, coefficients: readonly number[]): Vector {
    const last = coefficients.length - 1;
    let sum: Vector = this.c(coefficients[last]!);
    for (let i = last - 1; i >= 0; i--) sum = this.fma(sum, x, this.c(coefficients[i]!));
    return sum;
  }

  /**
   * The same for many coefficients: where there are twelve or more, all but the lowest two in even and odd powers, two
   * chains of half the length, which run beside each other. Not for terms that alternate up to x = 1: the chains would
   * cancel.
   */
  longPoly(x: Local, coefficients: readonly number[]): Vector {
    if (coefficients.length < 12) return this.poly(x, coefficients);
    const [first, second, ...rest] = coefficients;
    const square = this.let(this.mul(x, x));
    const ofParity = (parity: number): Vector => this.poly(square, rest.filter((_, i) => i % 2 === parity));
    const upper = this.fma(ofParity(1), x, ofParity(0));
    return this.fma(this.fma(upper, x, this.c(second!)), x, this.c(first!));
  }

  /** `value` held to [low, high]; NaN stays NaN, because the data operand stands first */
  clamp(value: Vector, low: number, high: number): Vector {
    const { shape } = this;
    return this.op(`${shape}.pmax`, this.op(`${shape}.pmin`, value, this.c(high)), this.c(low));
  }

  /** lanes of a where the mask's lane is all ones, of b where it is zero: on such masks the relaxed instruction is exact */
  select(mask: Vector, a: Vector, b: Vector): Vector {
    return this.op("i8x16.relaxed_laneselect", a, b, mask);
  }

  and(a: Vector, b: Vector): Vector {
    return this.op("v128.and", a, b);
  }

  or(a: Vector, b: Vector): Vector {
    return this.op("v128.or", a, b);
  }

  xor(a: Vector, b: Vector): Vector {
    return this.op("v128.xor", a, b);
  }

  /** a comparison of floats: `lt`, `le`, `gt`, `ge`, `eq`, `ne` */
  compare(relation: "lt" | "le" | "gt" | "ge" | "eq" | "ne", a: Vector, b: Vector): Vector {
    return this.op(`${this.shape}.${relation}`, a, b);
  }

  /** runs `then` where a lane's magnitude is `from` or above, or NaN, else `otherwise`; `from`: see `chooseFrom` */
  chooseMagnitude(a: Vector, from: number, then: () => void, otherwise?: () => void): void {
    // bits of positive floats compare as integers, and those of NaN are above all others
    this.chooseFrom(this.op("v128.andnot", a, this.signBit()), bitsOf(this.shape, from), then, otherwise);
  }

  /**
   * Runs `then` where a lane, as a signed integer, is `from` or above, else `otherwise`. Of 64 bits the lower half of
   * `from` is 0: registers in pairs compare upper halves only, of which there is a maximum.
   */
  chooseFrom(lanes: Vector, from: bigint, then: () => void, otherwise?: () => void): void {
    const { f, int } = this, isWide = int === "i64x2";
    if (isWide && BigInt.asUintN(32, from) !== 0n) {
      throw new Error(`${f.name}: the lower half of ${from} is not 0`);
    }
    if (f.isInPairs) {
      const limit = isWide ? from - (1n << 32n) | 0x7fffffffn : from - 1n;
      f.choosePairs(() => this.push(lanes), this.bits(limit), then, otherwise ?? (() => {}));
      return;
    }
    const isAny = this.op(`${int}.bitmask`, this.op(`${int}.gt_s`, lanes, this.bits(from - 1n)));
    if (otherwise !== undefined) return void f.choose(() => this.push(isAny), then, otherwise);
    this.push(isAny);
    f.if(then);
  }

  /** runs `then` where a lane of the mask is all zeros */
  unlessAll(mask: Vector, then: () => void): void {
    if (this.f.isInPairs) return this.chooseFrom(mask, 0n, then);
    this.push(mask);
    this.f.op(`${this.int}.all_true`).op("i32.eqz").if(then);
  }

  /** behind what V8 cannot join, where registers are in pairs: what the locals go to may be joined */
  leaf(...locals: readonly Local[]): void {
    if (this.f.isInPairs) { for (const local of locals) this.f.leaf(local); }
  }

  abs(a: Vector): Vector {
    return this.op(`${this.shape}.abs`, a);
  }

  neg(a: Vector): Vector {
    return this.op(`${this.shape}.neg`, a);
  }

  /** the sign bit of every lane */
  signBit(): Vector {
    return this.shape === "f32x4" ? this.bits(0x80000000n) : this.bits(0x8000000000000000n);
  }

  /** the magnitude of a result that never has the wrong sign, with the sign of x: keeps f(-0) = -0 */
  withSignOf(x: Vector, result: Vector): Vector {
    return this.or(result, this.and(x, this.signBit()));
  }

  /** integer addition of lanes */
  iadd(a: Vector, b: Vector): Vector {
    return this.op(`${this.int}.add`, a, b);
  }

  isub(a: Vector, b: Vector): Vector {
    return this.op(`${this.int}.sub`, a, b);
  }

  /** lanes shifted left by a constant */
  shl(a: Vector, count: number): Vector {
    return this.#shift("shl", a, count);
  }

  /** lanes shifted right by a constant, zeros coming in */
  shrU(a: Vector, count: number): Vector {
    return this.#shift("shr_u", a, count);
  }

  /** lanes shifted right by a constant, the sign coming in */
  shrS(a: Vector, count: number): Vector {
    return this.#shift("shr_s", a, count);
  }

  /** the first two lanes of an f32x4 as f64x2 */
  promoteLow(x: Local): Vector {
    return this.op("f64x2.promote_low_f32x4", x);
  }

  /** the last two lanes of an f32x4 as f64x2 */
  promoteHigh(x: Local): Vector {
    const moved = () => void this.f.get(x).get(x).op("i8x16.shuffle", ...HIGH_HALF);
    return this.op("f64x2.promote_low_f32x4", moved);
  }

  /** two f64x2 rounded to one f32x4 */
  demote(low: Vector, high: Vector): Vector {
    return () => {
      this.push(this.op("f32x4.demote_f64x2_zero", low));
      this.push(this.op("f32x4.demote_f64x2_zero", high));
      this.f.op("i8x16.shuffle", ...LOW_HALVES);
    };
  }

  /** `demote`, bound; where registers are in pairs, V8 joins what comes before it and what comes after it */
  letDemoted(low: Vector, high: Vector): Local {
    if (!this.f.isInPairs) return this.let(this.demote(low, high));
    const halves = [this.let(low), this.let(high)] as const;
    // what made the halves is joined up to here, and what the result goes to from the leaf on
    for (const half of halves) this.f.seed(half);
    const result = this.let(this.demote(...halves));
    this.free(...halves);
    this.leaf(result);
    return result;
  }

  #shift(kind: "shl" | "shr_u" | "shr_s", a: Vector, count: number): Vector {
    return () => {
      this.push(a);
      this.f.i32(count).op(`${this.int}.${kind}`);
    };
  }
}
