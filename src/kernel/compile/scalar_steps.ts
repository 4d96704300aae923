/**
 * Which steps of a kernel run element by element instead of in vector lanes, and why: read from the code that is
 * emitted for them, so that nothing falls back in silence.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import type { Instruction, LoopKernel } from "../../plan/loop_kernel.ts";
import type { Stage } from "../../plan/program.ts";
import { FunctionBuilder } from "../wasm/function_builder.ts";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import { castRegisters } from "./cast.ts";
import { emitElementwise } from "./elementwise.ts";
import { laneBytesOf } from "./lane_context.ts";

/** One step that does not run in vector lanes. */
export interface ScalarStep {
  /** "mod i64", "cast f32 from i64", "load f32" */
  readonly step: string;
  readonly reason: string;
}

const known = new Map<string, boolean>();

/** whether the code that `emit` makes takes lanes apart; what it does for rare values only, in a branch, does not count */
function takesLanesApart(key: string, emit: (f: FunctionBuilder, module: ModuleBuilder) => void): boolean {
  const before = known.get(key);
  if (before !== undefined) return before;
  const f = new FunctionBuilder("probe", [], [], { prints: true });
  emit(f, new ModuleBuilder());
  const isApart = /^ {2}\S+extract_lane/m.test(f.print());
  known.set(key, isApart);
  return isApart;
}

/** Whether a primitive that computes in a dtype has no vector instructions there. */
export function isScalarOperation(name: ElementwiseOp, dtype: DType): boolean {
  return takesLanesApart(`${name} ${dtype}`, (f, module) => {
    const context = {
      f,
      module,
      numerics: "strict",
      dtype,
      numLanes: DTYPE[dtype].numLanes,
      constants: [],
    } as const;
    emitElementwise(context, name, [f.local("v128"), f.local("v128")]);
  });
}

/** Whether a conversion has no vector instructions. */
export function isScalarCast(from: DType, to: DType): boolean {
  return takesLanesApart(`cast ${to} from ${from}`, (f) => {
    const vf = 16 / Math.max(laneBytesOf(from), laneBytesOf(to));
    castRegisters(f, [f.local("v128")], { from, to, laneBytes: laneBytesOf(from), vf });
  });
}

const NO_INSTRUCTION = "WebAssembly has no vector instruction for it: computed lane by lane";

function ofInstruction(instruction: Instruction): ScalarStep[] {
  const { dtype } = instruction;
  if (instruction.op === "elementwise" && isScalarOperation(instruction.name, instruction.compute)) {
    return [{ step: `${instruction.name} ${instruction.compute}`, reason: NO_INSTRUCTION }];
  }
  if (instruction.op === "cast" && isScalarCast(instruction.from, dtype)) {
    return [{ step: `cast ${dtype} from ${instruction.from}`, reason: NO_INSTRUCTION }];
  }
  return [];
}

function ofLoop({ body, epilogue, operands, stores }: LoopKernel): ScalarStep[] {
  const stored = new Set(stores.map(({ operand }) => operand));
  return [
    ...[...body, ...epilogue].flatMap(ofInstruction),
    ...operands.flatMap(({ dtype, access }, operand): ScalarStep[] =>
      access !== "strided" && (access !== "second" || !stored.has(operand)) ? [] : [{
        step: `${stored.has(operand) ? "store" : "load"} ${dtype}`,
        reason: "its elements are not neighbours along the lanes: moved one by one",
      }]
    ),
  ];
}

/** The steps of a stage that run element by element; of equal ones the first. */
export function scalarSteps(stage: Stage): ScalarStep[] {
  switch (stage.kind) {
    case "loop": {
      const steps = new Map(ofLoop(stage.kernel).map((one) => [one.step, one]));
      return [...steps.values()];
    }
    case "compress": {
      const { width, itemsize, source } = stage;
      return width === 1 || source.strides[1] === itemsize ? [] : [{
        step: "filter",
        reason: "the elements of a row are not neighbours: kept rows are copied one by one",
      }];
    }
    case "gemm":
      return [];
    default:
      return stage satisfies never;
  }
}
