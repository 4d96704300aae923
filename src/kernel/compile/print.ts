/**
 * A loop kernel as text, for people, for `plan --verbose` and for snapshots.
 *
 * @module
 */
import type { ScalarValue } from "../../expr/graph.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";

/**
 * The kernel as readable text, one instruction a line: `%n` is the n-th value of its list, `$n` an operand, `@n` an
 * accumulator.
 *
 * @example
 * ```ts
 * import { printLoopKernel } from "./print.ts";
 * import { strictEqual } from "node:assert/strict";
 *
 * const text = printLoopKernel({
 *   numKept: 1,
 *   numReduced: 1,
 *   vector: "reduced",
 *   operands: [{ dtype: "f32", access: "unit" }, { dtype: "f32", access: "unit" }],
 *   body: [{ op: "load", dtype: "f32", operand: 0 }],
 *   accumulators: [{ op: "max", dtype: "f32", value: 0, fuseMultiply: false }],
 *   epilogue: [{ op: "accumulator", dtype: "f32", index: 0 }],
 *   stores: [{ operand: 1, value: 0, at: "epilogue" }],
 * });
 * strictEqual(text, `loops: 1 kept, 1 reduced, vector along the last reduced
 *   $0: f32 unit, $1: f32 unit
 * body
 *   %0 = load f32 $0
 *   @0 = max f32 %0
 * epilogue
 *   %0 = accumulator f32 @0
 *   store $1 = %0
 * `);
 * ```
 */
export function printLoopKernel(kernel: LoopKernel): string {
  const { numKept, numReduced, vector, operands, body, accumulators, epilogue } = kernel;
  const lines = [
    `loops: ${numKept} kept, ${numReduced} reduced, vector along the last ${vector}`,
    `  ${operands.map(({ dtype, access }, i) => `$${i}: ${dtype} ${access}`).join(", ")}`,
    "body",
    ...body.map(printInstruction),
    ...accumulators.map(({ op, dtype, value, fuseMultiply }, i) =>
      `  @${i} = ${op} ${dtype} %${value}${fuseMultiply ? " (fused product)" : ""}`
    ),
    ...printStores(kernel, "body"),
    ...(kernel.filter === undefined ? [] : [`filter %${kernel.filter}`, ...printStores(kernel, "filter")]),
  ];
  if (epilogue.length > 0) {
    lines.push("epilogue", ...epilogue.map(printInstruction), ...printStores(kernel, "epilogue"));
  }
  return lines.join("\n") + "\n";
}

function printStores({ stores }: LoopKernel, at: LoopKernel["stores"][number]["at"]): string[] {
  return stores.filter((store) => store.at === at).map(({ operand, value }) =>
    `  store $${operand} = %${value}`
  );
}

function printInstruction(instruction: Instruction, index: number): string {
  const { dtype } = instruction;
  const value = (text: string) => `  %${index} = ${text}`;
  const refs = "args" in instruction ? instruction.args.map((ref) => `%${ref}`).join(" ") : "";
  switch (instruction.op) {
    case "load":
      return value(`load ${dtype} $${instruction.operand}`);
    case "constant":
      return value(`constant ${dtype} ${printScalar(instruction.value)}`);
    case "cast":
      return value(`cast ${dtype} from ${instruction.from} ${refs}`);
    case "elementwise": {
      const { name, compute } = instruction;
      return value(`${name} ${dtype}${compute === dtype ? "" : ` in ${compute}`} ${refs}`);
    }
    case "multiplyAdd":
      return value(`multiplyAdd ${dtype} ${refs}`);
    case "where":
      return value(`where ${dtype} ${refs}`);
    case "accumulator":
      return value(`accumulator ${dtype} @${instruction.index}`);
    default:
      return instruction satisfies never;
  }
}

function printScalar(value: ScalarValue): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
