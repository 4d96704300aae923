/**
 * The kernel of a blocked reduction: elementwise, it adds (or whatever the reduction does) several rows at once to a
 * row of partial results.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { COMBINE } from "../../kernel/compile/reduction.ts";
import type { Accumulator, Instruction, LoopKernel, ValueRef } from "../../plan/loop_kernel.ts";
import { eagerNumerics } from "./kernel_cache.ts";

/** Steps in one turn of the loop: with several rows at once, most of what a step does beside sums is moving pointers. */
const STEPS_AT_ONCE = 4;

/** An elementwise kernel that joins several rows to the partial results, and where its operands lie. */
export interface JoiningKernel {
  readonly kernel: LoopKernel;
  /** behind the partial results: the operand of the reduction that each is, and of which of the rows */
  readonly sources: readonly { readonly operand: number; readonly row: number }[];
}

/** What a joining kernel depends on beside the reduction. */
export interface JoiningOptions {
  readonly numLoops: number;
  readonly numRows: number;
  /** whether an operand is the same in all rows */
  readonly isFixed: (operand: number) => boolean;
}

/** The kernel that joins `numRows` rows at once to the partial results, over loops that are all kept. */
export function joiningKernel(reduction: LoopKernel, options: JoiningOptions): JoiningKernel {
  const { operands, accumulators } = reduction, { numLoops } = options;
  const { body, sources, joined } = joinedRows(reduction, options);
  const isOfNeighbours = sources.every(({ operand }) =>
    operands[operand]!.access === "unit" || operands[operand]!.access === "zero"
  );
  const kernel: LoopKernel = {
    numKept: numLoops,
    numReduced: 0,
    vector: "kept",
    operands: [
      ...accumulators.map(({ dtype }) => ({ dtype, access: "unit" as const })),
      ...sources.map(({ operand }) => operands[operand]!),
    ],
    body,
    accumulators: [],
    epilogue: [],
    stores: joined.map((value, operand) => ({ operand, value, at: "body" })),
    ...(isOfNeighbours ? { stepsAtOnce: STEPS_AT_ONCE } : {}),
  };
  return { kernel, sources };
}

/** The body of several rows, one after the other, each joined to what the rows before it gave. */
interface JoinedRows {
  readonly body: Instruction[];
  readonly sources: { readonly operand: number; readonly row: number }[];
  /** of each accumulator, the value in which all rows are joined */
  readonly joined: readonly ValueRef[];
}

function joinedRows({ body, accumulators }: LoopKernel, { numRows, isFixed }: JoiningOptions): JoinedRows {
  const sources: { operand: number; row: number }[] = [];
  const list: Instruction[] = accumulators.map(({ dtype }, operand) => ({ op: "load", dtype, operand }));
  let joined: ValueRef[] = accumulators.map((_, i) => i);
  const first = new Map<ValueRef, ValueRef>();
  const ones = accumulators.map((accumulator) =>
    isOfConverted(body, accumulator)
      ? list.push({ op: "constant", dtype: accumulator.dtype, value: 1 }) - 1
      : null
  );
  for (let row = 0; row < numRows; row++) {
    const moved = new Map<ValueRef, ValueRef>();
    body.forEach((one, ref) => {
      const args = "args" in one ? one.args : [];
      const isShared = one.op === "load" ? isFixed(one.operand) : args.every((arg) => first.has(arg));
      const known = first.get(ref);
      if (isShared && known !== undefined) {
        moved.set(ref, known);
        return;
      }
      if (one.op === "load") {
        sources.push({ operand: one.operand, row });
        list.push({ ...one, operand: accumulators.length + sources.length - 1 });
      } else {
        const own = args.map((arg) => moved.get(arg)!);
        // the arguments keep their number
        list.push(("args" in one ? { ...one, args: own } : one) as Instruction);
      }
      moved.set(ref, list.length - 1);
      if (isShared) first.set(ref, list.length - 1);
    });
    joined = accumulators.map((accumulator, i) =>
      list.push(joiningStep(body, accumulator, { into: joined[i]!, moved, one: ones[i]! })) - 1
    );
  }
  return { body: list, sources, joined };
}

/** What one instruction converts to f64, where the processor adds. */
const CONVERTED: readonly DType[] = ["f32", "i32"];

/** Whether it is a sum of such numbers: they are added as their products by 1, elsewhere and to the same bits. */
function isOfConverted(body: readonly Instruction[], { op, dtype }: Accumulator): boolean {
  return op === "sum" && dtype === "f64" && eagerNumerics() === "fused" &&
    body.some((one) => one.op === "cast" && one.dtype === dtype && CONVERTED.includes(one.from));
}

/** one step of an accumulator: `into` joined with the value of a row, whose instructions have `moved` */
function joiningStep(
  body: readonly Instruction[],
  accumulator: Accumulator,
  { into, moved, one }: {
    readonly into: ValueRef;
    readonly moved: ReadonlyMap<ValueRef, ValueRef>;
    /** the constant 1 of a sum that adds products by it */
    readonly one: ValueRef | null;
  },
): Instruction {
  const { op, dtype, value } = accumulator, product = productOf(body, accumulator);
  if (product !== null) {
    const [a, b] = product.args;
    return { op: "multiplyAdd", ...product, args: [moved.get(a)!, moved.get(b)!, into] };
  }
  if (one !== null) return { op: "multiplyAdd", dtype: "f64", args: [moved.get(value)!, one, into] };
  return {
    op: "elementwise",
    name: COMBINE[op],
    dtype,
    compute: dtype,
    args: [into, moved.get(value)!],
  };
}

/** the factors whose products are summed, where the sum may be fused with them */
function productOf(
  body: readonly Instruction[],
  { op, dtype, value, fuseMultiply }: Accumulator,
): { readonly dtype: "f32" | "f64"; readonly args: readonly [ValueRef, ValueRef] } | null {
  const instruction = body[value];
  if (!fuseMultiply || op !== "sum" || (dtype !== "f32" && dtype !== "f64")) return null;
  if (instruction?.op !== "elementwise" || instruction.name !== "mul") return null;
  const [a, b] = instruction.args;
  return { dtype, args: [a!, b!] };
}
