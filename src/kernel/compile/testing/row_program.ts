/**
 * Programs over rows of one width, for tests.
 *
 * @module
 */
import type { DType } from "../../../dtype/mod.ts";
import { GraphBuilder, TracedTensor } from "../../../expr/mod.ts";
import { planProgram } from "../../../plan/planner.ts";
import type { Layout, Program } from "../../../plan/program.ts";

/** What a program of rows does. */
export interface RowProgram {
  readonly layout?: Layout;
  readonly dtype?: DType;
  /** axes of a row before the one of `width` */
  readonly outer?: readonly number[];
  // the run-time class, whose methods the typed interface describes
  // deno-lint-ignore no-explicit-any
  readonly transform?: (x: any) => any;
}

/** The program that takes from each row its mean, or what `transform` says. */
export function rowProgram(
  width: number,
  { layout = "row", dtype = "f32", outer = [], transform }: RowProgram = {},
): Program {
  const builder = new GraphBuilder();
  const id = builder.add({ kind: "input", name: "x" }, [], { dtype, shape: ["N", ...outer, `f=${width}`] });
  const y = (transform ?? ((x) => x.sub(x.mean("f", { keepdims: true }))))(new TracedTensor(builder, id));
  return planProgram(builder.finish([{ name: "y", node: y.id }]), { inputs: [{ name: "x", layout }] });
}
