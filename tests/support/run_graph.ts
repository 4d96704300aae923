/**
 * Runs a traced transform in memory, on the planned program and on the plain interpreter, for tests that compare.
 *
 * @module
 */
import { DTYPE, type DType, type TypedArray } from "../../src/dtype/mod.ts";
import { type Graph, GraphBuilder, TracedTensor } from "../../src/expr/mod.ts";
import { ProgramRunner } from "../../src/kernel/program_runner.ts";
import {
  compileProgram,
  constantBytes,
  outputRowBytes,
  workerBytes,
  writeConstants,
} from "../../src/kernel/run_program.ts";
import type { Numerics } from "../../src/kernel/numerics.ts";
import { Arena, ARENA_OVERHEAD_BYTES, createMemory } from "../../src/memory/mod.ts";
import { planProgram } from "../../src/plan/planner.ts";
import type { Layout, Program } from "../../src/plan/program.ts";
import { interpret, type Tensor, tensor } from "../../src/reference/mod.ts";
import { type Shape, sizeOf } from "../../src/shape/mod.ts";

/** An input or a parameter of a case, with its values. */
export interface Leaf {
  readonly kind: "input" | "param";
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** A transform with its data. */
export interface Case {
  readonly leaves: Readonly<Record<string, Leaf>>;
  // the transform is written against the run-time class, whose methods the typed interface describes
  // deno-lint-ignore no-explicit-any
  readonly transform: (leaves: Record<string, any>) => Record<string, any>;
}

/** The graph of a case. */
function traceCase({ leaves, transform }: Case): Graph {
  const builder = new GraphBuilder();
  const tensors = Object.entries(leaves).map(([name, leaf]) => {
    const id = builder.add({ kind: leaf.kind, name }, [], leaf);
    builder.setName(id, name);
    return [name, new TracedTensor(builder, id)] as const;
  });
  const outputs = transform(Object.fromEntries(tensors));
  return builder.finish(Object.entries(outputs).map(([name, { id }]) => ({ name, node: id })));
}

function widthOf(shape: Shape): number {
  return shape.slice(1).reduce<number>((product, dim) => product * Number(sizeOf(dim)), 1);
}

/** How a case is run. */
export interface RunOptions {
  readonly layout?: Layout;
  readonly chunkRows?: number;
  readonly numerics?: Numerics;
}

/** The outputs of the planned program, one typed array an output. */
export function runCase(
  test: Case,
  options: RunOptions = {},
): { outputs: Map<string, TypedArray>; program: Program } {
  const { layout = "row", numerics = "strict" } = options;
  const graph = traceCase(test);
  const inputs = Object.entries(test.leaves).filter(([, leaf]) => leaf.kind === "input");
  const program = planProgram(graph, { inputs: inputs.map(([name]) => ({ name, layout })) });
  const first = inputs[0]![1];
  const numRows = first.data.length / widthOf(first.shape);
  const chunkRows = Math.max(1, options.chunkRows ?? numRows);
  const rowBytes = outputRowBytes(program);
  const inputBytes = inputs.reduce((sum, [, leaf]) => sum + leaf.data.byteLength + 192, 0);
  const outputBytes = rowBytes.reduce((sum, bytes) => sum + bytes * chunkRows + 192, 0);
  const memory = createMemory({
    bytes: constantBytes(program) + workerBytes(program) + inputBytes + outputBytes + ARENA_OVERHEAD_BYTES +
      1024,
  });
  const compiled = compileProgram(program, numerics, memory);
  const arena = new Arena(memory);
  const constants = arena.allocate(constantBytes(program), "constants");
  const work = arena.allocate(workerBytes(program), "work");
  const params = Object.entries(test.leaves).filter(([, leaf]) => leaf.kind === "param");
  writeConstants(
    compiled,
    constants,
    new Map(params.map(([name, { dtype, data }]) => [name, { dtype, shape: [], data }])),
  );
  const placed = inputs.map(([, leaf]) => ({
    leaf,
    region: arena.allocate(leaf.data.byteLength + 64, "input"),
  }));
  for (const { leaf, region } of placed) {
    const width = widthOf(leaf.shape);
    const target = new DTYPE[leaf.dtype].TypedArray(memory.buffer, region.byteOffset, leaf.data.length);
    for (let i = 0; i < leaf.data.length; i++) {
      const row = Math.floor(i / width), k = i % width;
      target[layout === "row" || width === 1 ? i : k * numRows + row] = leaf.data[i]!;
    }
  }
  const regions = rowBytes.map((bytes) => arena.allocate(bytes * chunkRows + 64, "output"));
  const runner = new ProgramRunner(compiled, { constants, work });
  const parts = rowBytes.map((): Uint8Array[] => []);
  for (let start = 0; start < numRows; start += chunkRows) {
    const rows = Math.min(chunkRows, numRows - start);
    const columns = placed.map(({ leaf, region }) => {
      const width = widthOf(leaf.shape), { itemsize } = DTYPE[leaf.dtype];
      const isRow = layout === "row" || width === 1;
      const rowStride = isRow ? width * itemsize : itemsize;
      return {
        pointer: region.byteOffset + start * rowStride,
        rowStride,
        elementStride: isRow ? itemsize : numRows * itemsize,
      };
    });
    const written = runner.runChunk(rows, columns, regions.map((region) => region.byteOffset));
    regions.forEach((region, i) =>
      parts[i]!.push(new Uint8Array(memory.buffer, region.byteOffset, written * rowBytes[i]!).slice())
    );
  }
  const outputs = new Map<string, TypedArray>();
  for (const buffer of program.buffers) {
    if (buffer.kind !== "output") continue;
    const bytes = new Uint8Array(parts[buffer.index]!.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts[buffer.index]!) {
      bytes.set(part, offset);
      offset += part.length;
    }
    outputs.set(buffer.name, new DTYPE[buffer.dtype].TypedArray(bytes.buffer));
  }
  return { outputs, program };
}

/** The outputs by the plain interpreter. */
export function interpretCase(test: Case): Map<string, Tensor> {
  const entries = Object.entries(test.leaves);
  const bind = (kind: Leaf["kind"]) =>
    new Map(
      entries.filter(([, leaf]) => leaf.kind === kind).map(([name, leaf]) => {
        const width = leaf.shape.slice(1).reduce<number>((product, dim) => product * Number(sizeOf(dim)), 1);
        const shape = leaf.shape.map((dim, axis) => {
          const size = sizeOf(dim);
          return axis === 0 && typeof size === "string" ? leaf.data.length / width : Number(size);
        });
        return [name, tensor(leaf.dtype, shape, [...leaf.data] as number[])] as const;
      }),
    );
  return interpret(traceCase(test), { inputs: bind("input"), params: bind("param") });
}
