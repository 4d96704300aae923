/**
 * A loop kernel, element by element, in plain JavaScript: the oracle of the emitter's tests. It shares nothing with
 * the emitter but the kernel.
 *
 * @module
 */
import { DTYPE, type DType } from "../../../dtype/mod.ts";
import type { ReduceOp } from "../../../expr/primitives.ts";
import type { Accumulator, Instruction, LoopKernel } from "../../../plan/loop_kernel.ts";
import {
  evaluateCast,
  evaluateElementwise,
  readElement,
  type Scalar,
  toDType,
  writeElement,
} from "./naive_scalars.ts";

/** What `evaluateKernel` needs beside the kernel. */
export interface EvaluatorOptions {
  readonly memory: ArrayBuffer;
  readonly descriptor: readonly number[];
  /** with `vector: "reduced"`, the number of partial results among which elements are dealt */
  readonly numPartials: number;
  /** in "fused", the product of a sum with `fuseMultiply` is not rounded before it is added */
  readonly numerics: "fused" | "strict";
}

/** One partial result and, for argmin and argmax, the index at which it stands. */
interface PartialResult {
  value: Scalar;
  index: number;
}

function startOf(op: ReduceOp, dtype: DType): Scalar | null {
  if (op === "sum") return toDType(dtype, 0n);
  if (op === "prod") return toDType(dtype, 1n);
  return op === "any" ? false : op === "all" ? true : null;
}

function combine({ op, dtype }: Accumulator, a: PartialResult, b: PartialResult): PartialResult {
  switch (op) {
    case "sum":
    case "prod":
      return {
        value: toDType(dtype, evaluateElementwise(op === "sum" ? "add" : "mul", dtype, [a.value, b.value])),
        index: 0,
      };
    case "min":
    case "max":
      return {
        value: evaluateElementwise(op === "min" ? "minimum" : "maximum", dtype, [a.value, b.value]),
        index: 0,
      };
    case "any":
      return { value: Boolean(a.value) || Boolean(b.value), index: 0 };
    case "all":
      return { value: Boolean(a.value) && Boolean(b.value), index: 0 };
    case "argmin":
    case "argmax": {
      const first = a.index <= b.index ? a : b, second = first === a ? b : a;
      if (Number.isNaN(first.value)) return first;
      if (Number.isNaN(second.value)) return second;
      const better = op === "argmin" ? second.value < first.value : second.value > first.value;
      return better ? second : first;
    }
    default:
      return op satisfies never;
  }
}

/** Runs the kernel on a memory of its own; returns how many elements passed its filter. */
export function evaluateKernel(kernel: LoopKernel, options: EvaluatorOptions): number {
  return new KernelEvaluation(kernel, options).run();
}

class KernelEvaluation {
  readonly #kernel: LoopKernel;
  readonly #options: EvaluatorOptions;
  readonly #view: DataView;
  readonly #rank: number;
  /** how many elements passed the filter */
  #numPassed = 0;

  constructor(kernel: LoopKernel, options: EvaluatorOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#view = new DataView(options.memory);
    this.#rank = kernel.numKept + kernel.numReduced;
  }

  run(): number {
    const { numKept, accumulators, epilogue } = this.#kernel;
    const sizes = this.#options.descriptor.slice(0, this.#rank), reducedSizes = sizes.slice(numKept);
    for (const kept of indices(sizes.slice(0, numKept))) {
      const partials = this.#body(kept, reducedSizes);
      const results = accumulators.map((spec, i) => {
        const { value, index } = fold(spec, partials[i]!, this.#numPartials);
        return spec.op === "argmin" || spec.op === "argmax" ? BigInt(index) : value;
      });
      const index = [...kept, ...reducedSizes.map(() => 0)];
      this.#store("epilogue", this.#values(epilogue, index, results), index);
    }
    return this.#numPassed;
  }

  get #numPartials(): number {
    return this.#kernel.vector === "reduced" ? this.#options.numPartials : 1;
  }

  /** Runs the body for all reduced elements of a kept one; gives what each accumulator has, by lane. */
  #body(kept: readonly number[], reducedSizes: readonly number[]): Map<number, PartialResult>[] {
    const { accumulators, body } = this.#kernel;
    const partials = accumulators.map(() => new Map<number, PartialResult>());
    let flat = 0;
    for (const reduced of indices(reducedSizes)) {
      const index = [...kept, ...reduced], values = this.#values(body, index, []);
      const lane = this.#kernel.vector === "reduced" ? reduced.at(-1)! % this.#numPartials : 0;
      accumulators.forEach((spec, i) => {
        const next = { value: this.#addend(spec, values), index: flat };
        const before = partials[i]!.get(lane), start = startOf(spec.op, spec.dtype);
        const known = before ?? (start === null ? null : { value: start, index: 0 });
        partials[i]!.set(lane, known === null ? next : combine(spec, known, next));
      });
      this.#store("body", values, index);
      this.#storeFiltered(values);
      flat++;
    }
    return partials;
  }

  #address(operand: number, index: readonly number[]): number {
    const { descriptor } = this.#options, at = this.#rank + operand * (1 + this.#rank);
    return index.reduce((sum, i, axis) => sum + i * descriptor[at + 1 + axis]!, descriptor[at]!);
  }

  #values(list: readonly Instruction[], index: readonly number[], results: readonly Scalar[]): Scalar[] {
    const values: Scalar[] = [];
    for (const instruction of list) values.push(this.#value(instruction, values, { index, results }));
    return values;
  }

  #value(
    instruction: Instruction,
    values: readonly Scalar[],
    { index, results }: { readonly index: readonly number[]; readonly results: readonly Scalar[] },
  ): Scalar {
    switch (instruction.op) {
      case "load":
        return readElement(this.#view, this.#address(instruction.operand, index), instruction.dtype);
      case "constant":
        return toDType(instruction.dtype, instruction.value);
      case "cast":
        return evaluateCast(instruction.from, instruction.dtype, values[instruction.args[0]]!);
      case "multiplyAdd": {
        const [a, b, c] = instruction.args.map((ref) => Number(values[ref])) as [number, number, number];
        const product = this.#options.numerics === "strict" ? toDType(instruction.dtype, a * b) : a * b;
        return toDType(instruction.dtype, Number(product) + c);
      }
      case "where":
        return values[instruction.args[0]] ? values[instruction.args[1]]! : values[instruction.args[2]]!;
      case "elementwise": {
        const args = instruction.args.map((ref) => values[ref]!);
        return toDType(instruction.dtype, evaluateElementwise(instruction.name, instruction.compute, args));
      }
      case "accumulator":
        return results[instruction.index]!;
      default:
        return instruction satisfies never;
    }
  }

  #store(place: "body" | "epilogue", values: readonly Scalar[], index: readonly number[]): void {
    const { stores, operands } = this.#kernel;
    for (const { operand, value, at } of stores) {
      if (at !== place) continue;
      writeElement(this.#view, this.#address(operand, index), operands[operand]!.dtype, values[value]!);
    }
  }

  #storeFiltered(values: readonly Scalar[]): void {
    const { filter, stores, operands } = this.#kernel;
    if (filter === undefined || !values[filter]) return;
    for (const { operand, value, at } of stores) {
      if (at !== "filter") continue;
      const { dtype } = operands[operand]!;
      const start = this.#options.descriptor[this.#rank + operand * (1 + this.#rank)]!;
      writeElement(this.#view, start + this.#numPassed * DTYPE[dtype].itemsize, dtype, values[value]!);
    }
    this.#numPassed++;
  }

  /** an f32 product is exact in double, and so is its sum with an f32 where the test's numbers are small enough */
  #addend({ op, value, fuseMultiply }: Accumulator, values: readonly Scalar[]): Scalar {
    const instruction = this.#kernel.body[value];
    if (
      this.#options.numerics !== "fused" || !fuseMultiply || op !== "sum" || instruction?.op !== "elementwise"
    ) {
      return values[value]!;
    }
    const [a, b] = instruction.args.map((ref) => Number(values[ref]!)) as [number, number | undefined];
    return instruction.name === "mul" || instruction.name === "square" ? a * (b ?? a) : values[value]!;
  }
}

/** lane i with lane i + n/2, until one is left; partials that took nothing are the identity */
function fold(
  spec: Accumulator,
  partials: ReadonlyMap<number, PartialResult>,
  numPartials: number,
): PartialResult {
  const start = startOf(spec.op, spec.dtype);
  let lanes = Array.from(
    { length: numPartials },
    (_, i) => partials.get(i) ?? (start === null ? null : { value: start, index: 0 }),
  );
  while (lanes.length > 1) {
    const half = lanes.length / 2;
    lanes = lanes.slice(0, half).map((a, i) => {
      const b = lanes[i + half] ?? null;
      return a === null ? b : b === null ? a : combine(spec, a, b);
    });
  }
  return lanes[0]!;
}

/** all indices of a shape in row-major order; one empty index for rank 0 */
function* indices(sizes: readonly number[]): Generator<number[]> {
  if (sizes.includes(0)) return;
  const index = sizes.map(() => 0);
  for (;;) {
    yield [...index];
    let axis = sizes.length - 1;
    while (axis >= 0 && ++index[axis]! === sizes[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}
