/**
 * A plan as people read it: what each step is, which steps run fused in which kernel, where a copy happens and
 * why, what memory is taken by what, and what the whole input comes to.
 *
 * @module
 */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import { DTYPE } from "../dtype/mod.ts";
import { formatName } from "../exec/data_format.ts";
import type { Prepared } from "../exec/prepared.ts";
import { graphHash } from "../expr/graph_hash.ts";
import { type Graph, type Node, type NodeId, printGraph } from "../expr/mod.ts";
import { unusedSteps } from "../plan/unused_steps.ts";
import { printLoopKernel } from "../kernel/compile/print.ts";
import { scalarSteps } from "../kernel/compile/scalar_steps.ts";
import { engineVectorBits } from "../kernel/vector_bits.ts";
import { ADDRESS_SPACE_BYTES } from "../plan/budget.ts";
import { elementsPerRow, rowSymbol } from "../plan/materialise.ts";
import { runPasses } from "../plan/passes/mod.ts";
import { isPrologue, type Program, type Stage } from "../plan/program.ts";
import { type BufferTraffic, stageTraffic } from "../plan/traffic.ts";
import type { CarriedType } from "../schema/mod.ts";
import { showShape } from "../shape/mod.ts";
import { formatPlural } from "./format.ts";
import { visibleText } from "./terminal.ts";

/** One line a row: cells padded to their column's width; numbers to the right. */
function table(rows: readonly (readonly (string | number)[])[], indent = "  "): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, showCell(cell).length));
  }
  return rows.map((row) =>
    (indent +
      row.map((cell, i) =>
        typeof cell === "number" ? showCell(cell).padStart(widths[i]!) : showCell(cell).padEnd(widths[i]!)
      ).join("  ")).trimEnd()
  );
}

function showCell(cell: string | number): string {
  return typeof cell === "number" ? countText(cell) : visibleText(cell);
}

function bytesPerRow({ dtype, shape }: Pick<Node, "dtype" | "shape">): number {
  return elementsPerRow(shape) * DTYPE[dtype].itemsize;
}

function isPerRow(prepared: Prepared, step: number): boolean {
  return rowSymbol(prepared.graph.nodes[prepared.graph.steps[step]!.result]!.shape) !== null;
}

/** by step: the numbers of its kernels; "once" for the stages over params, "unused" where no output needs it */
function kernelTexts({ graph, program: { setup, stages } }: Prepared): string[] {
  const unused = new Set(unusedSteps(graph)), once = new Set(setup.flatMap(({ steps }) => steps));
  const numbers = graph.steps.map((): number[] => []);
  stages.forEach(({ steps }, i) => steps.forEach((step) => numbers[step]?.push(i + 1)));
  return numbers.map((own, step) =>
    unused.has(step) ? "unused" : own.length > 0 ? own.join(" ") : once.has(step) ? "once" : "view"
  );
}

/** each step's call on what it was called on: an input by its name, an earlier step by its number */
function callTexts({ nodes, steps, names }: Graph): string[] {
  const receivers = new Map<number, NodeId>(), numbers = new Map<NodeId, number>();
  for (const { step, inputs } of nodes) {
    const receiver = inputs.find((id) => nodes[id]!.step !== step);
    if (receiver !== undefined && !receivers.has(step)) receivers.set(step, receiver);
  }
  steps.forEach(({ result }, i) => numbers.set(result, numbers.get(result) ?? i + 1));
  return steps.map(({ name, text }, i) => {
    const call = text.lastIndexOf(`.${name}(`), receiver = receivers.get(i);
    if (call < 0 || receiver === undefined) return text;
    const number = numbers.get(receiver);
    return (number === undefined ? names.get(receiver) ?? "" : `#${number}`) + text.slice(call);
  });
}

function describeStage(stage: Stage): string {
  switch (stage.kind) {
    case "loop": {
      const { kernel } = stage;
      const isReduction = kernel.accumulators.length > 0;
      const kind = isReduction ? `reduce ${kernel.accumulators.map(({ op }) => op).join(", ")}` : "map";
      if (stage.symbol !== undefined) {
        return `keep elements where the mask is true: rows become ${stage.symbol}`;
      }
      if (kernel.block !== undefined) return `${kind}, columns turned to rows in registers`;
      const along = kernel.vector === "reduced" ? "the reduced axis" : "the axes that are kept";
      return `${kind}, lanes along ${isReduction ? along : "elements"}`;
    }
    case "gemm":
      return `matrix product (rows, ${stage.k}) by (${stage.k}, ${stage.n}), packed` +
        (isPrologue(stage.a) ? ", rows computed on the way" : "");
    case "compress":
      return `keep rows where the mask is true: rows become ${stage.symbol}`;
    default:
      return stage satisfies never;
  }
}

/** The sum over buffers. */
function totalBytes(traffic: readonly BufferTraffic[]): number {
  return traffic.reduce((sum, { bytesPerRow }) => sum + bytesPerRow, 0);
}

function trafficText(traffic: readonly BufferTraffic[], { buffers }: Program): string {
  const places = traffic.map(({ buffer: id }) => {
    const buffer = buffers[id]!;
    return buffer.kind === "scratch"
      ? "tile"
      : buffer.kind === "output"
      ? `output ${buffer.name}`
      : buffer.name;
  });
  return `${countText(totalBytes(traffic))} B/row (${places.join(", ")})`;
}

/** Vectors of 128 bits are nothing to tell. */
function vectorText(): string {
  return engineVectorBits() === 128 ? "" : ", in vectors of 256 bits where the engine can";
}

function kernelLines(prepared: Prepared): string[] {
  const { program } = prepared;
  return program.stages.flatMap((stage, i) => {
    const { reads, writes } = stageTraffic(stage, program);
    const steps = stage.steps.map((step) => program.stages.length > 0 ? prepared.graph.steps[step]?.name : "")
      .filter(Boolean).join(" + ");
    return [
      `  ${i + 1}  ${steps === "" ? `copy ${stage.label}` : steps}`,
      `     ${describeStage(stage)}`,
      `     reads ${trafficText(reads, program)}, writes ${trafficText(writes, program)}`,
      ...scalarSteps(stage).map(({ step, reason }) => `     not in vector lanes: ${step}; ${reason}`),
    ];
  });
}

function inputLines(prepared: Prepared): string[] {
  const bindings = prepared.inputs[0]?.bindings, copies = inputCopies(prepared);
  const shapes = new Map(
    prepared.graph.nodes.flatMap(({ operation, shape }) =>
      operation.kind === "input" ? [[operation.name, shape]] : []
    ),
  );
  return table(prepared.requests.map((request, i) => {
    const { selection } = request;
    const from = selection.kind === "name"
      ? `column ${selection.name}`
      : selection.kind === "names"
      ? formatPlural(selection.names.length, "column")
      : `columns ${selection.pattern}`;
    const found = bindings?.[i];
    const count = found === undefined || found.fieldIndices.length === 1
      ? ""
      : ` (${formatPlural(found.fieldIndices.length, "column")})`;
    return [
      request.input,
      request.carry === undefined ? request.dtype : carriedText(carriedTypeOf(prepared, i)),
      showShape(shapes.get(request.input) ?? []),
      from + count,
      copies[i]!,
    ];
  }));
}

function carriedTypeOf({ inputs }: Prepared, index: number): CarriedType | null {
  const [first] = inputs;
  return first?.info.schema.fields[first.bindings[index]!.fieldIndices[0]!]?.carried ?? null;
}

/** "carried utf8"; without an input, its type is not known */
function carriedText(type: CarriedType | null): string {
  return type === null ? "carried" : `carried ${type.name}`;
}

/** A row of a carried column in the output: by its width, or by the average that is set aside. */
function carriedRowBytes({ type, bytesPerRow }: NonNullable<Prepared["carried"][number]>): number {
  const width = type?.bitWidth ?? null;
  return width === null ? bytesPerRow + (type?.isLarge === true ? 8 : 4) : Math.ceil(width / 8);
}

function memoryLines(prepared: Prepared): string[] {
  const { memory, budget } = prepared;
  return [
    ...table(memory.items.map((item) => [
      item.label,
      bytesText(item.bytes),
      item.perRow === null ? "" : `${countText(Math.ceil(item.perRow))} B per row of a ${item.scalesWith}`,
    ])),
    `  predicted peak ${bytesText(memory.peakBytes)} of ${bytesText(budget.bytes)} (${budget.source})`,
    ...(budget.bytes > ADDRESS_SPACE_BYTES
      ? [
        `  chunks, params and record batches lie in one wasm memory of ${bytesText(memory.wasmBytes)}: ` +
        "it may have 4 GiB, whatever the budget",
      ]
      : []),
  ];
}

function totalLines(prepared: Prepared): string[] {
  const { numRows, memory, program } = prepared;
  if (numRows === null) return [];
  const outputBytes = numRows * prepared.outputs.reduce(
    (sum, { dtype, width }, i) => {
      const carried = prepared.carried[i] ?? null;
      return sum + (carried === null ? DTYPE[dtype].itemsize * (width ?? 1) : carriedRowBytes(carried));
    },
    0,
  );
  const { name, elementsPerRow: perRow } = program.largestIntermediate;
  return [
    "",
    `the whole input, N = ${countText(numRows)}`,
    ...table([
      [
        "chunks",
        `${countText(Math.ceil(numRows / memory.chunkRows))} or more: a chunk is rows of one record batch`,
      ],
      [
        "input",
        prepared.inputBytes === null ? "not known before it is read" : bytesText(prepared.inputBytes),
      ],
      ["output", `at most ${bytesText(outputBytes)}`],
      [
        "largest intermediate",
        `${name}: ${countText(perRow * numRows)} elements in all, ` +
        `${countText(perRow * memory.chunkRows)} per chunk at most`,
      ],
    ]),
  ];
}

const NO_COPY = "view on the bytes read, 0 B copied";

/** What stands between the bytes that are read and the kernel, for each input of the pipeline. */
function inputCopies({ inputs, requests }: Prepared): string[] {
  const formats = new Set(inputs.map(({ info }) => info.format));
  const codecs = new Set(inputs.flatMap(({ info }) => info.codecs ?? []));
  const halves = new Set(
    inputs.flatMap(({ info: { schema }, bindings }) =>
      bindings.filter(({ fieldIndices: [index] }) => {
        const { type } = schema.fields[index!]!;
        return "storedAs" in type && type.storedAs === "float16";
      }).map(({ request }) => request.input)
    ),
  );
  const isPipe = inputs.some(({ info }) => info.numBytes === null);
  return requests.map(({ input, dtype, carry }) => {
    if (carry !== undefined) return "passes through; kernels read row numbers in its place";
    if (formats.has("csv")) return "parsed from text";
    if (formats.has("parquet")) return "decoded from pages";
    if (codecs.size > 0) return `decompressed (${[...codecs].join(", ")}), then copied into its chunk`;
    if (dtype === "bool") return "bits become bytes";
    if (halves.has(input)) return "float16 becomes f32";
    return isPipe ? "view on the bytes read; copied from record batches larger than a chunk" : NO_COPY;
  });
}

function copyLines(prepared: Prepared): string[] {
  const reasons = inputCopies(prepared);
  const copied = prepared.requests.map((request, i) => ({ request, reason: reasons[i]! }))
    .filter(({ reason }) => reason !== NO_COPY);
  const copies = prepared.program.stages.filter((stage) => stage.kind === "loop" && stage.steps.length === 0);
  return [
    ...(copied.length === 0
      ? ["  input columns: none, kernels read the bytes where they were read (0 B)"]
      : []),
    ...copied.map(({ request, reason }) => `  input ${request.input}: ${reason}`),
    ...copies.map((stage) => `  ${stage.label}: copied to its output`),
    "  outputs: each chunk's rows are copied once into their record batch",
  ];
}

/** The graph, one node a line whatever the names are. */
function graphText(graph: Graph): string {
  return printGraph({
    ...graph,
    steps: graph.steps.map((step) => ({ ...step, text: visibleText(step.text) })),
    outputs: graph.outputs.map(({ name, node }) => ({ name: visibleText(name), node })),
  }).trimEnd();
}

/** The plan as text. `verbose` adds the graph after each pass and the kernels. */
export async function formatPlan(prepared: Prepared, { verbose }: { verbose: boolean }): Promise<string> {
  const { graph, program, memory } = prepared;
  const calls = callTexts(graph), kernels = kernelTexts(prepared);
  const lines = [
    `pipeline ${prepared.name}`,
    `  graph ${(await graphHash(graph)).slice(0, 16)}, numerics ${prepared.numerics}`,
    "",
    "inputs",
    ...inputLines(prepared),
    "",
    "steps",
    ...table([
      ["", "step", "dtype", "shape", "B/row", "kernel"],
      ...graph.steps.map((step, i) => {
        const node = graph.nodes[step.result]!;
        return [
          String(i + 1),
          calls[i]!,
          node.dtype,
          showShape(node.shape),
          isPerRow(prepared, i) ? bytesPerRow(node) : "-",
          kernels[i]!,
        ];
      }),
    ]),
    "",
    `kernels, each over tiles of ${countText(program.tileRows)} rows${vectorText()}`,
    ...kernelLines(prepared),
    "",
    "copies",
    ...copyLines(prepared),
    "",
    `outputs, planned for ${formatName(prepared.outputFormat)}`,
    ...table(prepared.outputs.map(({ name, dtype, width }, i) => [
      name,
      prepared.carried[i] === null ? dtype : carriedText(prepared.carried[i]?.type ?? null),
      width === null ? `(${program.outputSymbol})` : `(${program.outputSymbol}, ${width})`,
    ])),
    "",
    `memory: chunks of ${countText(memory.chunkRows)} rows, ${formatPlural(memory.workers, "worker")}, ` +
    `record batches of ${countText(memory.batchRows)} rows`,
    ...memoryLines(prepared),
    ...totalLines(prepared),
  ].map(visibleText);
  if (verbose) {
    lines.push("", "graph as traced", graphText(graph));
    runPasses(graph, (pass, after) => lines.push("", `graph after "${pass}"`, graphText(after)));
    program.stages.forEach((stage, i) => {
      if (stage.kind === "loop") lines.push("", `kernel ${i + 1}`, printLoopKernel(stage.kernel).trimEnd());
    });
  }
  return lines.join("\n");
}

/** The plan as data. */
export async function planJson(prepared: Prepared): Promise<unknown> {
  const { graph, program, memory, budget } = prepared;
  const kernels = kernelTexts(prepared), preparations = inputCopies(prepared);
  return {
    pipeline: prepared.name,
    graphHash: await graphHash(graph),
    numerics: prepared.numerics,
    vectorBits: engineVectorBits(),
    numRows: prepared.numRows,
    inputBytes: prepared.inputBytes,
    steps: graph.steps.map((step, i) => {
      const { dtype, shape } = graph.nodes[step.result]!;
      return {
        step: step.text,
        place: step.place,
        dtype,
        shape,
        bytesPerRow: isPerRow(prepared, i) ? bytesPerRow({ dtype, shape }) : null,
        kernel: kernels[i]!,
      };
    }),
    kernels: program.stages.map((stage) => {
      const { reads, writes } = stageTraffic(stage, program);
      return {
        kind: stage.kind,
        steps: stage.steps,
        readBytesPerRow: totalBytes(reads),
        writtenBytesPerRow: totalBytes(writes),
        scalarSteps: scalarSteps(stage),
      };
    }),
    tileRows: program.tileRows,
    inputs: prepared.requests.map((request, i) => {
      const preparation = preparations[i]!;
      return { name: request.input, preparation, isCopied: preparation !== NO_COPY };
    }),
    outputs: prepared.outputs,
    outputFormat: prepared.outputFormat,
    memory: {
      chunkRows: memory.chunkRows,
      batchRows: memory.batchRows,
      workers: memory.workers,
      isThreaded: memory.isThreaded,
      wasmBytes: memory.wasmBytes,
      items: memory.items,
      predictedPeakBytes: memory.peakBytes,
      budgetBytes: budget.bytes,
      budgetSource: budget.source,
    },
  };
}
