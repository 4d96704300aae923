/**
 * Random loop kernels with operands of random layouts, for property tests.
 *
 * `randomCase` is longer than other functions: each part of a kernel draws on the operands of those before it.
 *
 * @module
 */
import fc from "fast-check";
import { type DType, DTYPES } from "../../../dtype/mod.ts";
import {
  ELEMENTWISE,
  elementwiseDTypes,
  type ElementwiseOp,
  type ReduceOp,
} from "../../../expr/primitives.ts";
import type { Access, Accumulator, Instruction, LoopKernel } from "../../../plan/loop_kernel.ts";
import type { Layout } from "./compare.ts";
import { load, TRANSCENDENTAL } from "./kernels.ts";

type Choice = readonly [number, number, number, number];
const choice = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999), fc.nat(999));
const EXACT = (Object.keys(ELEMENTWISE) as ElementwiseOp[]).filter((name) =>
  !TRANSCENDENTAL.has(name) && name !== "pow"
);
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

/** appends the instruction that four numbers choose, with casts where its arguments' dtypes differ */
function appendInstruction(body: Instruction[], [kind, which, first, second]: Choice): void {
  const a = first % body.length, b = second % body.length;
  const cast = (ref: number, dtype: DType): number => {
    const from = body[ref]!.dtype;
    if (from === dtype) return ref;
    return body.push({ op: "cast", dtype, from, args: [ref] }) - 1;
  };
  if (kind % 7 === 0) return void cast(a, pick(DTYPES, which));
  if (kind % 7 === 1) {
    const { dtype } = body[a]!;
    const condition = cast(which % body.length, "bool"), otherwise = cast(b, dtype);
    return void body.push({ op: "where", dtype, args: [condition, a, otherwise] });
  }
  if (kind % 7 === 6) {
    const dtype = which % 2 === 0 ? "f32" : "f64";
    const args = [cast(a, dtype), cast(b, dtype), cast(which % body.length, dtype)] as const;
    return void body.push({ op: "multiplyAdd", dtype, args });
  }
  if (kind % 7 === 2) return void body.push({ op: "constant", dtype: pick(DTYPES, which), value: first % 2 });
  const name = pick(EXACT, which);
  const refs = ELEMENTWISE[name].arity === 1 ? [a] : [a, b];
  const dtypes = elementwiseDTypes(name, refs.map((ref) => body[ref]!.dtype));
  if (dtypes === null) return;
  const args = refs.map((ref) => cast(ref, dtypes.compute));
  body.push({ op: "elementwise", name, dtype: dtypes.result, compute: dtypes.compute, args });
}

/** A kernel, and operands for it. */
export interface KernelCase {
  readonly kernel: LoopKernel;
  readonly sizes: readonly number[];
  readonly layouts: readonly Layout[];
}

/** a kernel over two axes with three loads, up to three results in the body and two reductions */
function randomCase(
  choices: readonly Choice[],
  [shape, accesses, dtypes, results]: Choice,
  extent: Choice,
): KernelCase {
  const numReduced = shape % 3 === 0 ? 0 : 1, numKept = 2 - numReduced;
  const vector = numReduced === 1 && shape % 2 === 0 ? "reduced" : "kept";
  const sizes = [extent[0] % 9, extent[1] % 40];
  const vectorAxis = vector === "reduced" || numReduced === 0 ? 1 : 0;
  const otherAxis = 1 - vectorAxis;
  const operands: { dtype: DType; access: Access }[] = [];
  const layouts: Layout[] = [];
  const place = (dtype: DType, access: Access, strides: number[]) => {
    const atEnd = operands.length === 0 && accesses % 2 === 0;
    layouts.push({ strides, offsetBytes: (operands.length * 3) % 8, atEnd });
    return operands.push({ dtype, access }) - 1;
  };
  const matrix = (access: Access): number[] => {
    const strides = [0, 0];
    strides[vectorAxis] = { unit: 1, strided: -2, zero: 0 }[access];
    strides[otherAxis] = access === "zero" ? 3 : sizes[vectorAxis]! * (access === "unit" ? 1 : 2);
    return strides;
  };
  const body: Instruction[] = [];
  for (let i = 0; i < 3; i++) {
    const access = pick(["unit", "strided", "zero"] as const, Math.floor(accesses / 3 ** i));
    const dtype = pick(DTYPES, Math.floor(dtypes / 11 ** i));
    body.push(load(dtype, place(dtype, access, matrix(access))));
  }
  for (const step of choices) appendInstruction(body, step);
  const stores: LoopKernel["stores"][number][] = [];
  for (let i = 0; i <= results % 3; i++) {
    const value = Math.max(0, body.length - 1 - i * 2), { dtype } = body[value]!;
    const access = i === 1 ? "strided" : "unit";
    stores.push({ operand: place(dtype, access, matrix(access)), value, at: "body" });
  }
  const bools = [...body.keys()].filter((ref) => body[ref]!.dtype === "bool");
  const filter = numReduced === 0 && results % 2 === 0 ? bools.at(-1) : undefined;
  for (let i = 0; filter !== undefined && i < 2; i++) {
    const value = (results + i * 5) % body.length;
    // placed as if all passed
    const operand = place(body[value]!.dtype, "unit", [sizes[1]!, 1]);
    stores.push({ operand, value, at: "filter" });
  }
  const accumulators: Accumulator[] = [];
  const epilogue: Instruction[] = [];
  for (let i = 0; i < (numReduced === 1 ? 2 : 0); i++) {
    const value = (results + i * 7) % body.length, { dtype } = body[value]!;
    const ops: readonly ReduceOp[] = dtype === "bool"
      ? ["any", "all", "argmax"]
      : ["sum", "min", "max", "argmin", "prod"];
    const op = pick(ops, results + i);
    // the smallest of nothing is refused before a kernel is made
    if (sizes[1] === 0 && !["sum", "prod", "any", "all"].includes(op)) continue;
    const result = op.startsWith("arg") ? "i64" : dtype;
    accumulators.push({ op, dtype, value, fuseMultiply: false });
    epilogue.push({ op: "accumulator", dtype: result, index: accumulators.length - 1 });
    stores.push({ operand: place(result, "strided", [2, 0]), value: epilogue.length - 1, at: "epilogue" });
  }
  return {
    kernel: {
      ...{ numKept, numReduced, vector, operands, body, accumulators, epilogue, stores },
      ...(filter === undefined ? {} : { filter }),
    },
    sizes,
    layouts,
  };
}

/** Kernels over two axes with up to twelve operations on three loads. */
export const randomKernelCase: fc.Arbitrary<KernelCase> = fc.tuple(
  fc.array(choice, { maxLength: 12 }),
  choice,
  choice,
)
  .map(([choices, shape, extent]) => randomCase(choices, shape, extent));
