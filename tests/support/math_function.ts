/**
 * A primitive of floats as a function on arrays: what the tests, the ULP table and timings run.
 *
 * @module
 */
import { ELEMENTWISE, elementwiseDTypes, type ElementwiseOp } from "../../src/expr/primitives.ts";
import { emitElementwise } from "../../src/kernel/compile/elementwise.ts";
import type { Numerics } from "../../src/kernel/numerics.ts";
import { ModuleBuilder } from "../../src/kernel/wasm/module_builder.ts";

/** The primitives that compute and return floats, in the order of the table. */
export const FLOAT_OPS: readonly ElementwiseOp[] = (Object.keys(ELEMENTWISE) as ElementwiseOp[]).filter((
  op,
) =>
  elementwiseDTypes(op, Array.from({ length: ELEMENTWISE[op].arity }, () => "f64" as const))?.result === "f64"
);

/** A compiled function: fill `x` (and `y` for two arguments), call `run`, read `out`. */
export interface MathFunction<A extends Float32Array | Float64Array> {
  readonly capacity: number;
  readonly x: A;
  readonly y: A;
  readonly out: A;
  /** computes the first `count` elements (rounded up to a whole vector) */
  run(count: number): void;
  /** one value */
  of(x: number, y?: number): number;
}

/** The text of the module, for reading. */
export function printMath(op: ElementwiseOp, dtype: "f32" | "f64", numerics: Numerics): string {
  return build(op, dtype, numerics).print();
}

function build(op: ElementwiseOp, dtype: "f32" | "f64", numerics: Numerics): ModuleBuilder {
  const module = new ModuleBuilder({ prints: true });
  module.add("apply", ["i32", "i32", "i32", "i32"], [], (f) => {
    const [px, py, pout, end] = f.params;
    const [x, y] = [f.local("v128"), f.local("v128")];
    f.block((done) => {
      f.loop((again) => {
        f.get(px!).get(end!).op("i32.ge_u").brIf(done);
        f.get(px!).op("v128.load").set(x);
        f.get(py!).op("v128.load").set(y);
        const context = {
          f,
          module,
          numerics,
          dtype,
          numLanes: dtype === "f32" ? 4 : 2,
          constants: [null, null],
        };
        const result = emitElementwise(context, op, ELEMENTWISE[op].arity === 2 ? [x, y] : [x]);
        f.get(pout!).get(result).op("v128.store");
        f.release(result);
        for (const pointer of [px, py, pout]) f.get(pointer!).i32(16).op("i32.add").set(pointer!);
        f.br(again);
      });
    });
  });
  return module;
}

/** Compiles one function for arrays of up to `capacity` elements. */
export function compileMath(
  op: ElementwiseOp,
  dtype: "f32",
  numerics: Numerics,
  capacity?: number,
): MathFunction<Float32Array>;
export function compileMath(
  op: ElementwiseOp,
  dtype: "f64",
  numerics: Numerics,
  capacity?: number,
): MathFunction<Float64Array>;
export function compileMath(
  op: ElementwiseOp,
  dtype: "f32" | "f64",
  numerics: Numerics,
  capacity = 1 << 14,
): MathFunction<Float32Array> | MathFunction<Float64Array> {
  const itemBytes = dtype === "f32" ? 4 : 8;
  const bytes = Math.ceil(capacity * itemBytes / 16) * 16;
  const pages = Math.ceil(3 * bytes / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const module = new WebAssembly.Module(build(op, dtype, numerics).encode());
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const apply = exports["apply"] as (x: number, y: number, out: number, end: number) => void;
  type NewView = new (buffer: ArrayBufferLike, at: number, length: number) => Float32Array;
  const View = (dtype === "f32" ? Float32Array : Float64Array) as NewView;
  const view = (at: number) => new View(memory.buffer, at, capacity);
  const [x, y, out] = [view(0), view(bytes), view(2 * bytes)];
  return {
    capacity,
    x,
    y,
    out,
    run: (count) => apply(0, bytes, 2 * bytes, count * itemBytes),
    of(a, b = 0) {
      x[0] = a;
      y[0] = b;
      apply(0, bytes, 2 * bytes, 16);
      return out[0]!;
    },
  };
}
