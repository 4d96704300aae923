/** What the emission of one elementwise operation on one register knows. */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import type { Numerics } from "../numerics.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder } from "../wasm/module_builder.ts";
import type { LaneBytes, NumberDType } from "./lanes.ts";

/** Where code goes: the function, its module (for helper functions) and the numerics mode. */
export interface EmitContext {
  readonly f: FunctionBuilder;
  readonly module: ModuleBuilder;
  readonly numerics: Numerics;
}

/** One operation on one register. */
export interface LaneContext extends EmitContext {
  /** the dtype in which the operation computes */
  readonly dtype: DType;
  /** how many of the register's lanes, from the lowest, matter */
  readonly numLanes: number;
  /** the value of each argument that is a constant, else null */
  readonly constants: readonly (ScalarValue | null)[];
}

/** Emits one operation on registers; the result is a fresh local of the caller's, the arguments stay untouched. */
export type LaneEmitter = (e: LaneContext, a: Local, b: Local) => Local;

/** The dtype of a context that is not bool. Throws for bool: the dtype rule of the primitive refuses it. */
export function numberDType({ dtype }: LaneContext): NumberDType {
  if (dtype === "bool") throw new Error("the operation is not defined for bool");
  return dtype;
}

/** The width of a lane of the dtype. */
export function laneBytesOf(dtype: DType): LaneBytes {
  return DTYPE[dtype].itemsize;
}

/** Whether the dtype is a signed integer. */
export function isSigned(dtype: DType): boolean {
  return DTYPE[dtype].kind === "i";
}
