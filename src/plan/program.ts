/**
 * The program: what a pipeline is once it is planned. It runs over tiles of rows: for each tile of a chunk, the
 * stages run one after the other on buffers that stay in the cache. Everything here is plain data.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import type { GemmPrologue } from "./gemm_prologue.ts";
import type { LoopKernel } from "./loop_kernel.ts";

/** An index into `Program.buffers`. */
export type BufferId = number;

/** Whether the elements of a row, or the elements of a column, are neighbours. */
export type Layout = "row" | "column";

/** A place for values. */
export type ProgramBuffer =
  /** a bound input, as the source placed it; its strides arrive with the chunk */
  | {
    readonly kind: "input";
    readonly name: string;
    readonly dtype: DType;
    readonly layout: Layout;
    /** elements per row */
    readonly width: number;
    /** index of the input in the pipeline's order */
    readonly index: number;
  }
  /** a parameter, or what is computed from parameters once: contiguous, row-major */
  | {
    readonly kind: "constant";
    readonly name: string;
    readonly dtype: DType;
    readonly numElements: number;
    /** the parameter whose value it is; null: a setup stage writes it */
    readonly param: string | null;
  }
  /** values of one tile */
  | {
    readonly kind: "scratch";
    readonly name: string;
    readonly dtype: DType;
    readonly width: number;
    readonly layout: Layout;
  }
  /** an output column of one chunk: row-major, contiguous, filled from the front */
  | {
    readonly kind: "output";
    readonly name: string;
    readonly dtype: DType;
    readonly width: number;
    readonly index: number;
  };

/**
 * A byte stride: a number, or a multiple of an input's element stride (the distance of its columns), which is known
 * when a chunk is decoded.
 */
export type Stride = number | { readonly input: BufferId; readonly times: number };

/** The size of a loop axis: a number, or a multiple of the rows that the tile has under a row symbol. */
export type AxisSize = number | { readonly symbol: string; readonly times: number };

/** Where a stage's operand lies: in a buffer, from its first element (of the tile's first row) on. */
export interface StageOperand {
  readonly buffer: BufferId;
  readonly offset: Stride;
  /** one stride a loop axis */
  readonly strides: readonly Stride[];
}

/** A prologue, and where its operands lie: strides along M and K. */
export interface PlacedPrologue extends GemmPrologue {
  readonly places: readonly StageOperand[];
}

/** Whether a product's left operand is computed on the way. */
export function isPrologue(a: StageOperand | PlacedPrologue): a is PlacedPrologue {
  return "body" in a;
}

/** One call of a compiled function for each tile. */
export type Stage =
  | {
    readonly kind: "loop";
    readonly kernel: LoopKernel;
    readonly sizes: readonly AxisSize[];
    readonly operands: readonly StageOperand[];
    /** of a kernel that filters: the symbol whose rows in this tile it sets */
    readonly symbol?: string;
    /** steps of the transform that it computes */
    readonly steps: readonly number[];
    readonly label: string;
  }
  /** C (rows, n) = A (rows, k) · B (k, n), B packed at set-up */
  | {
    readonly kind: "gemm";
    readonly dtype: "f32" | "f64";
    readonly rows: AxisSize;
    readonly k: number;
    readonly n: number;
    /** A where it is stored, or how its elements are computed on the way */
    readonly a: StageOperand | PlacedPrologue;
    /** which axis of A has neighbouring elements; "row" of one that is computed */
    readonly aLayout: Layout;
    readonly b: StageOperand;
    readonly c: StageOperand;
    readonly cLayout: Layout;
    readonly steps: readonly number[];
    readonly label: string;
  }
  /** rows of `source` whose mask is true; sets the rows of `symbol` in this tile */
  | {
    readonly kind: "compress";
    readonly itemsize: 1 | 2 | 4 | 8;
    readonly rows: AxisSize;
    readonly width: number;
    readonly mask: StageOperand;
    /** strides: row, element */
    readonly source: StageOperand;
    readonly destination: StageOperand;
    readonly symbol: string;
    readonly steps: readonly number[];
    readonly label: string;
  };

/** A call of a loop kernel. */
export type LoopStage = Extract<Stage, { kind: "loop" }>;

/** The symbol whose rows a stage goes through; null where it goes through none. */
export function stageSymbol(stage: Stage): string | null {
  const sizes = stage.kind === "loop" ? stage.sizes : [stage.rows];
  const size = sizes.find((one) => typeof one !== "number");
  return size === undefined || typeof size === "number" ? null : size.symbol;
}

/** A planned pipeline. */
export interface Program {
  readonly buffers: readonly ProgramBuffer[];
  /** stages over constants only, run once, in order */
  readonly setup: readonly Stage[];
  /** stages of one tile, in order */
  readonly stages: readonly Stage[];
  /** the symbol of the input's rows */
  readonly inputSymbol: string;
  /** the symbol of the output's rows: the same, or a filter's */
  readonly outputSymbol: string;
  /** rows of one tile: a multiple of 16 */
  readonly tileRows: number;
  /** elements per row of the largest intermediate or output of the transform, and its name: for the guard */
  readonly largestIntermediate: { readonly name: string; readonly elementsPerRow: number };
}
