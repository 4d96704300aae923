/** What compiling a program gives, and running it takes. @module */
import { filteredItemsizes, type Itemsize } from "../plan/loop_kernel.ts";
import type { Program, Stage } from "../plan/program.ts";
import type { Numerics } from "./numerics.ts";

/** A program with its code: plain data and a module, so that it can be posted to a worker. */
export interface CompiledProgram {
  readonly program: Program;
  readonly module: WebAssembly.Module;
  readonly numerics: Numerics;
  /** the exported function of every stage, set-up stages first */
  readonly functions: readonly string[];
  /** the exported function that runs all stages over a tile, a few rows at a time; null: see `rowDriver` */
  readonly driver: string | null;
  /** of the region that all threads read, and of each thread's own */
  readonly maps: { readonly constants: RegionMap; readonly work: RegionMap };
}

/** Where things lie in a region, as offsets from its start. */
export interface RegionMap {
  readonly offsets: ReadonlyMap<string, number>;
  readonly numBytes: number;
}

/** The tables of shuffles that a stage reads, by the size of the elements. */
export function tablesOf(stage: Stage): Itemsize[] {
  if (stage.kind === "compress") return [stage.itemsize];
  return stage.kind === "loop" ? filteredItemsizes(stage.kernel) : [];
}
