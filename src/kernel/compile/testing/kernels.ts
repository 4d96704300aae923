/** Small loop kernels, made for tests. */
import type { DType } from "../../../dtype/mod.ts";
import {
  ELEMENTWISE,
  elementwiseDTypes,
  type ElementwiseOp,
  type ReduceOp,
} from "../../../expr/primitives.ts";
import { MATH_OPS } from "../../math/mod.ts";
import { EXACT_FUNCTIONS } from "./js_functions.ts";
import type { Access, Instruction, LoopKernel } from "../../../plan/loop_kernel.ts";

/** The primitives whose results are compared with a tolerance, not bit for bit; pow of integers is exact, too. */
export const TRANSCENDENTAL: ReadonlySet<ElementwiseOp> = new Set<ElementwiseOp>(
  MATH_OPS.filter((op) => op !== "pow" && !EXACT_FUNCTIONS.has(op)),
);

/** A load of an operand. */
export const load = (dtype: DType, operand: number): Instruction => ({ op: "load", dtype, operand });

/** A primitive on arguments of its compute dtype. */
export const apply = (name: ElementwiseOp, dtype: DType, ...args: number[]): Instruction => ({
  op: "elementwise",
  name,
  dtype: elementwiseDTypes(name, args.map(() => dtype))!.result,
  compute: dtype,
  args,
});

/** A kernel without reductions over `numKept` axes; operands are loaded by `body` and the last value is stored last. */
export function mapKernel(
  operands: readonly (readonly [DType, Access])[],
  body: readonly Instruction[],
  numKept = 1,
): LoopKernel {
  return {
    numKept,
    numReduced: 0,
    vector: "kept",
    operands: operands.map(([dtype, access]) => ({ dtype, access })),
    body,
    accumulators: [],
    epilogue: [],
    stores: [{ operand: operands.length - 1, value: body.length - 1, at: "body" }],
  };
}

/** One primitive on operands of its compute dtype; null where the primitive does not compute in that dtype. */
export function primitiveKernel(
  name: ElementwiseOp,
  compute: DType,
  access: readonly Access[],
): LoopKernel | null {
  const { arity } = ELEMENTWISE[name];
  const dtypes = elementwiseDTypes(name, Array.from({ length: arity }, () => compute));
  if (dtypes === null || dtypes.compute !== compute) return null;
  const args = Array.from({ length: arity }, (_, i) => i);
  const body: Instruction[] = [
    ...args.map((operand) => load(compute, operand)),
    { op: "elementwise", name, dtype: dtypes.result, compute, args },
  ];
  const loads = args.map((operand) => [compute, access[operand] ?? "unit"] as const);
  return mapKernel([...loads, [dtypes.result, access[arity] ?? "unit"]], body);
}

/** One reduction of a loaded value, its result stored. */
export function reduceKernel(
  op: ReduceOp,
  dtype: DType,
  { vector, numReduced, access }: { vector: "kept" | "reduced"; numReduced: number; access: Access },
): LoopKernel {
  const result: DType = op === "argmin" || op === "argmax" ? "i64" : dtype;
  return {
    numKept: 1,
    numReduced,
    vector,
    operands: [{ dtype, access }, { dtype: result, access: "strided" }],
    body: [load(dtype, 0)],
    accumulators: [{ op, dtype, value: 0, fuseMultiply: false }],
    epilogue: [{ op: "accumulator", dtype: result, index: 0 }],
    stores: [{ operand: 1, value: 0, at: "epilogue" }],
  };
}
