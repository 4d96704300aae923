/**
 * Lines over the chains of pipelines: sizes, chunks, columns and lengths, by dtype.
 *
 * @module
 */
import type { DType } from "../../src/dtype/mod.ts";
import { type Numerics, probeFusedMadd } from "../../src/kernel/numerics.ts";
import type { Layout } from "../../src/plan/program.ts";
import { InMemoryWork, sizesOf } from "../in_memory.ts";
import { type PipelineWork, type WorkLeaf, WORKS } from "../works.ts";
import type { RunnablePoint, SweepLine, SweepPoint } from "./line.ts";

export const DTYPES_SWEPT = ["f32", "f64", "i32", "u8"] as const satisfies readonly DType[];

const LETTERS = ["a", "b", "f", "e", "k", "c"] as const;
/** elements of x */
const SIZES = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 5_000_000];
const CHUNK_ROWS = [1, 4, 16, 64, 256, 1024, 4096];
const COLUMNS = [1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 31, 32, 64, 100, 316, 1000, 3162, 10_000];
/** elements of a table whose number of columns is swept */
const TABLE_ELEMENTS = 1_000_000;
const CHAIN_LENGTHS = [1, 2, 4, 8, 16, 32, 64];
const CHAIN_ROWS = 65_536;

const numerics: Numerics = probeFusedMadd() ? "fused" : "strict";

/** A chain of the bench's table, or what is like it. */
export function workOf(letter: string): PipelineWork {
  const work = WORKS.find((one) => one.letter === letter);
  if (work === undefined || !("transform" in work)) throw new Error(`no pipeline ${letter}`);
  return work;
}

/** The work with every operand of that dtype, that many rows, and inputs that lie so. */
export function variant(work: PipelineWork, { dtype, numRows, layout = "row" }: {
  readonly dtype: DType;
  readonly numRows: number;
  readonly layout?: Layout;
}): PipelineWork {
  const leafOf = (leaf: WorkLeaf): WorkLeaf =>
    leaf.kind === "input" && leaf.shape.length > 1 ? { ...leaf, dtype, layout } : { ...leaf, dtype };
  const leaves = Object.fromEntries(Object.entries(work.leaves).map(([name, leaf]) => [name, leafOf(leaf)]));
  return { ...work, numRows, leaves };
}

function prepareWork(work: PipelineWork, maxChunkRows?: number): RunnablePoint {
  const ready = new InMemoryWork(work, numerics, maxChunkRows === undefined ? {} : { maxChunkRows });
  const numCalls = maxChunkRows === undefined ? 1 : Math.ceil(work.numRows / ready.chunkRows);
  return { numCalls, run: () => void ready.run(), [Symbol.dispose]: () => {} };
}

/** elements a row of x */
export function widthOf(work: PipelineWork): number {
  return sizesOf(work.leaves["x"]!, 1).reduce((all, size) => all * size, 1);
}

function sizeLine(letter: string, dtype: DType, layout: Layout): SweepLine {
  const work = workOf(letter), width = widthOf(work);
  const rows = [...new Set(SIZES.map((size) => Math.max(1, Math.round(size / width))))];
  return {
    name: `${letter} ${dtype}${layout === "column" ? ", by columns" : ""}, by size`,
    axis: "growing",
    points: rows.map((numRows): SweepPoint => ({
      label: `${numRows} × ${width}`,
      numElements: numRows * width,
      prepare: () => prepareWork(variant(work, { dtype, numRows, layout })),
    })),
  };
}

/** What a call over a chunk takes, the chunks having more and more rows. */
function chunkLine(letter: string, dtype: DType): SweepLine {
  const work = workOf(letter), numRows = CHUNK_ROWS.at(-1)!;
  return {
    name: `${letter} ${dtype}, by chunk rows`,
    axis: "growing",
    points: CHUNK_ROWS.map((chunkRows): SweepPoint => ({
      label: `${chunkRows}`,
      numElements: chunkRows * widthOf(work),
      prepare: () => prepareWork(variant(work, { dtype, numRows }), chunkRows),
    })),
  };
}

/** Tables of as many elements in more and more columns. */
function columnLine(letter: "b" | "k", dtype: DType, layout: Layout): SweepLine {
  const work = workOf(letter);
  return {
    name: `${letter} ${dtype}${layout === "column" ? ", by columns" : ""}, by width`,
    axis: "equal",
    points: COLUMNS.map((width): SweepPoint => {
      const numRows = Math.max(1, Math.round(TABLE_ELEMENTS / width));
      const leaves = Object.fromEntries(
        Object.entries(work.leaves).map(([name, leaf]) => [name, {
          ...leaf,
          shape: leaf.shape.map((dim) => dim === "N" ? dim : `feature=${width}`),
        } as WorkLeaf]),
      );
      return {
        label: `${width}`,
        numElements: numRows * width,
        prepare: () => prepareWork(variant({ ...work, leaves }, { dtype, numRows, layout })),
      };
    }),
  };
}

function chainLine(dtype: DType): SweepLine {
  return {
    name: `chain ${dtype}, by operations`,
    axis: "growing",
    points: CHAIN_LENGTHS.map((length): SweepPoint => ({
      label: `${length}`,
      numElements: CHAIN_ROWS * length,
      prepare: () =>
        prepareWork({
          letter: "chain",
          title: "",
          numRows: CHAIN_ROWS,
          leaves: { x: { kind: "input", dtype, shape: ["N"], range: [0, 100] } },
          transform: ({ x }) => {
            let y = x;
            // no two neighbours that a pass could join
            for (let i = 0; i < length; i++) y = i % 2 === 0 ? y.mul(3) : y.add(1);
            return { y };
          },
          target: 0,
          tolerance: 0,
        }),
    })),
  };
}

/** All lines of pipelines. */
export function chainLines(): SweepLine[] {
  return [
    ...LETTERS.flatMap((letter) => DTYPES_SWEPT.map((dtype) => sizeLine(letter, dtype, "row"))),
    ...["b", "k", "c"].flatMap((letter) => DTYPES_SWEPT.map((dtype) => sizeLine(letter, dtype, "column"))),
    ...LETTERS.map((letter) => chunkLine(letter, "f32")),
    ...(["row", "column"] as const).flatMap((layout) =>
      (["b", "k"] as const).flatMap((letter) =>
        (["f32", "f64"] as const).map((dtype) => columnLine(letter, dtype, layout))
      )
    ),
    ...DTYPES_SWEPT.map(chainLine),
  ];
}
