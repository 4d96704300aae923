/** What a proven run is, before it runs: plain data, but for the inputs that are already open. @module */
import type { Graph } from "../expr/graph.ts";
import type { Numerics } from "../kernel/numerics.ts";
import type { ConstantValue, EmittedProgram } from "../kernel/run_program.ts";
import type { Budget } from "../plan/budget.ts";
import type { MemoryPlan } from "../plan/memory_plan.ts";
import type { Program } from "../plan/program.ts";
import type { ColumnBinding, InputRequest } from "../schema/mod.ts";
import type { OutputField, OutputFormat } from "../sink/sink.ts";
import type { RunShared, Source, SourceInfo } from "../source/source.ts";
import type { CarriedOutput } from "./carried_outputs.ts";
import type { InputStamp } from "./input_stamp.ts";
import type { OpenDecoder } from "./open_decoder.ts";
import type { InputOptions, OpenInput } from "./open_input.ts";

/** An input whose metadata was read. */
export interface PreparedInput {
  readonly path: string;
  readonly info: SourceInfo;
  /** of the file when it was planned; null: it is no file of this machine */
  readonly stamp: InputStamp | null;
  /** null where only reading the data would tell */
  readonly numRows: number | null;
  readonly bindings: readonly ColumnBinding[];
  /** what can be read once only stays open; a file is opened again when its turn comes */
  readonly source: Source | null;
}

/** A pipeline that was proven, and how it would run. */
export interface Prepared {
  readonly name: string;
  readonly graph: Graph;
  readonly program: Program;
  /** the program's functions, if planning made them; null: they are made before the run */
  readonly emitted: EmittedProgram | null;
  readonly numerics: Numerics;
  readonly requests: readonly InputRequest[];
  /** null where the command goes without values (`plan`, `check`) and some are missing */
  readonly params: ReadonlyMap<string, ConstantValue> | null;
  /** where each param's value came from, in words */
  readonly paramOrigins: ReadonlyMap<string, string>;
  /** names that the file of params has, and no param */
  readonly ignoredParams: readonly string[];
  readonly inputs: readonly PreparedInput[];
  readonly outputs: readonly OutputField[];
  /** what the writer's memory was planned for; an Arrow file where it was not said */
  readonly outputFormat: OutputFormat;
  /** by output, what it carries; null: it is computed */
  readonly carried: readonly (CarriedOutput | null)[];
  readonly budget: Budget;
  readonly memory: MemoryPlan;
  /** the peak that would be predicted where a pipe's run had any budget: with it, larger chunks and more workers */
  readonly unboundPeakBytes: number;
  /** the guard: elements that an intermediate may have per chunk */
  readonly maxElements: number;
  /** rows of all inputs, or as stated; null where only reading the data would tell */
  readonly numRows: number | null;
  /** bytes of all inputs; null for a pipe, and without inputs */
  readonly inputBytes: number | null;
  /** memory that inputs share */
  readonly sharedSizes: RunShared["sizes"];
  readonly inputOptions: InputOptions;
  readonly openInput: OpenInput;
  /** of the inputs' formats */
  readonly openDecoder: OpenDecoder;
}

/** Closes what `prepare` left open. `run` does it itself. */
export function closePrepared({ inputs }: Pick<Prepared, "inputs">): void {
  for (const { source } of inputs) source?.close();
}
