/**
 * The rules of a loop kernel, checked before code is emitted.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import type { LoopKernel } from "../../plan/loop_kernel.ts";
import { isArg } from "./reduction.ts";

/** Refuses a kernel that breaks the rules of `plan/loop_kernel.ts`: a bug in whoever made it. Throws BUG001. */
export function verifyLoopKernel(kernel: LoopKernel): void {
  verifyInstructions(kernel, "body");
  verifyInstructions(kernel, "epilogue");
  verifyAccumulators(kernel);
  verifyLoops(kernel);
  verifyFilter(kernel);
  verifyStores(kernel);
}

function refuse(sentence: string): never {
  throw new NdpipeError("BUG001", `a loop kernel is not well formed: ${sentence}`);
}

function verifyInstructions(kernel: LoopKernel, where: "body" | "epilogue"): void {
  for (let at = 0; at < kernel[where].length; at++) {
    const instruction = kernel[where][at]!;
    const it = `instruction ${at} of the ${where}`;
    for (const ref of "args" in instruction ? instruction.args : []) {
      if (ref < 0 || ref >= at) refuse(`${it} reads a later one`);
    }
    if (
      instruction.op === "load" && kernel.operands[instruction.operand]?.dtype !== instruction.dtype
    ) {
      refuse(`${it} loads operand ${instruction.operand} as ${instruction.dtype}`);
    }
    if (
      instruction.op === "accumulator" &&
      (where === "body" || kernel.accumulators[instruction.index] === undefined)
    ) {
      refuse(`${it} reads accumulator ${instruction.index}`);
    }
  }
}

function verifyAccumulators({ accumulators, body }: LoopKernel): void {
  for (const { op, dtype, value } of accumulators) {
    if (body[value]?.dtype !== dtype) {
      refuse(`${op} accumulates ${dtype} of a value of ${body[value]?.dtype}`);
    }
    if ((op === "any" || op === "all") && dtype !== "bool") refuse(`${op} of ${dtype}`);
  }
}

/** How it goes over its axes. */
function verifyLoops(kernel: LoopKernel): void {
  const { numKept, numReduced, vector, operands } = kernel;
  if (vector === "reduced" && numReduced === 0) refuse("it is vectorised over reduced axes and has none");
  const isTransposed = operands.some(({ access }) => access === "transposed");
  if (isTransposed !== (kernel.block !== undefined)) refuse("operands are transposed, and it has no blocks");
  if (isTransposed && (numKept < 2 || numReduced > 0 || kernel.filter !== undefined)) {
    refuse("it transposes operands and has one axis, reduces or filters");
  }
  if (
    kernel.stepsAtOnce !== undefined &&
    ((numReduced > 0 && vector === "kept") || numKept === 0 || kernel.filter !== undefined ||
      kernel.accumulators.some(({ op }) => isArg(op)) ||
      operands.some(({ access }) => access !== "unit" && access !== "zero"))
  ) {
    refuse("it takes several steps at once, and is not one loop over neighbours");
  }
  // the order of a sum follows from them
  if (kernel.registers !== undefined && numReduced > 0) refuse("it reduces, and is told its registers");
}

function verifyFilter(
  { filter, stores, body, numKept, numReduced, accumulators, epilogue }: LoopKernel,
): void {
  const filtered = stores.filter(({ at }) => at === "filter");
  if ((filter !== undefined) !== (filtered.length > 0)) refuse("it filters and stores nothing of it");
  if (filter !== undefined) {
    if (body[filter]?.dtype !== "bool") refuse(`its filter is ${body[filter]?.dtype}`);
    if (numReduced + accumulators.length + epilogue.length > 0 || numKept === 0) {
      refuse("it filters what it reduces, or has no axis to filter along");
    }
  }
}

function verifyStores({ stores, operands, body, epilogue, vector, numKept }: LoopKernel): void {
  for (const { operand, value, at } of stores) {
    const stored = (at === "epilogue" ? epilogue : body)[value]?.dtype, place = operands[operand];
    if (place?.dtype !== stored) {
      refuse(`a value of ${stored} is stored to operand ${operand} of ${place?.dtype}`);
    }
    if (at === "filter") continue;
    const alongVector = vector === "kept" ? numKept > 0 : at === "body";
    if (alongVector && place?.access === "zero") refuse(`operand ${operand} is stored and does not move`);
  }
}
