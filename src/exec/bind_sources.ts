/** The inputs' metadata: each is opened, bound, measured and, where it can be opened again, closed. @module */
import { SchemaError, UsageError } from "../errors.ts";
import {
  bindInputs,
  type ColumnBinding,
  type InputRequest,
  MAX_VALUE_BYTES,
  type Schema,
} from "../schema/mod.ts";
import { sharedMetadata } from "../schema/arrow_tree.ts";
import type { RunShared, Source } from "../source/source.ts";
import { type InputOptions, isReadOnce, type OpenInput } from "./open_input.ts";
import { stampOf } from "./input_stamp.ts";
import type { CarriedInput } from "./carried_outputs.ts";
import type { PreparedInput } from "./prepared.ts";

/** What the inputs need, the most of any of them. */
export interface BoundSources {
  readonly inputs: readonly PreparedInput[];
  /** rows that there are at least, where the inputs are not opened yet and would tell; absent: they are */
  readonly leastRows?: number;
  /** the inputs that are carried, in the requests' order; empty: none, or no input was opened */
  readonly carried: readonly CarriedInput[];
  readonly slotBytes: (chunkRows: number) => number;
  readonly residentBytes: (chunkRows: number) => number;
  /** of each thread that decodes; absent: none */
  readonly threadBytes?: number;
  /** memory that inputs share, see `RunShared`; absent: none */
  readonly sharedSizes?: RunShared["sizes"];
}

/** the sizes of a source, as functions of chunk rows */
interface SourceSizes {
  readonly slotBytes: (chunkRows: number) => number;
  readonly residentBytes: (chunkRows: number) => number;
}

/**
 * Opens and binds every input, in order. All must agree in what the pipeline reads.
 *
 * @throws SchemaError SCH001…SCH006 of the first input, SCH004 where another differs from it; what opening throws
 */
export function bindSources(
  paths: readonly string[],
  requests: readonly InputRequest[],
  { openInput, options }: { readonly openInput: OpenInput; readonly options: InputOptions },
): BoundSources {
  if (paths.filter((path) => path === "-").length > 1) {
    throw new UsageError("USE002", "standard input is named twice as an input", {
      help: "name - once: it can be read once only",
    });
  }
  const inputs: PreparedInput[] = [];
  const sizes = new Map<string, SourceSizes>();
  const carried: (readonly CarriedInput[])[] = [], shared = new SharedMemories();
  let threadBytes = 0;
  try {
    for (const [index, path] of paths.entries()) {
      const stamp = stampOf(path), source = openInput(path, index, options);
      let keep = false;
      try {
        const bindings = inputs.length === 0
          ? bindInputs(requests, source.info.schema, path)
          : bindAlike(inputs[0]!, requests, source, path);
        const numRows = source.countRows();
        const own = sizesOf(source, bindings);
        shared.add(source, bindings);
        threadBytes = Math.max(threadBytes, source.threadBytes?.(bindings) ?? 0);
        sizes.set([1, 4096, 65536].map((rows) => [own.slotBytes(rows), own.residentBytes(rows)]).join(), own);
        carried.push(carriedInputs(source, bindings));
        keep = isReadOnce(path);
        inputs.push({ path, info: source.info, stamp, numRows, bindings, source: keep ? source : null });
      } finally {
        if (!keep) source.close();
      }
    }
  } catch (error) {
    for (const { source } of inputs) source?.close();
    throw error;
  }
  const most = (measure: (own: SourceSizes) => number) => Math.max(...[...sizes.values()].map(measure));
  return {
    inputs,
    carried: carried[0]!.map(({ type }, i) => ({
      type,
      nullable: carried.some((one) => one[i]!.nullable),
      bytesPerRow: carried.reduce<number | null>((most, one) => maxOf(most, one[i]!.bytesPerRow), null),
      longestBytes: Math.max(...carried.map((one) => one[i]!.longestBytes)),
      metadata: sharedMetadata(carried.map((one) => one[i]!.metadata)),
    })),
    slotBytes: (chunkRows) => most(({ slotBytes }) => slotBytes(chunkRows)),
    residentBytes: (chunkRows) => most(({ residentBytes }) => residentBytes(chunkRows)) + shared.numBytes,
    threadBytes,
    sharedSizes: shared.sizes,
  };
}

/** Memories that inputs share: those whose sizes have as many parts, the most of each part. */
class SharedMemories {
  readonly #memories = new Map<
    number,
    { sizes: readonly number[]; bytesOf: (sizes: readonly number[]) => number }
  >();

  add(source: Source, bindings: readonly ColumnBinding[]): void {
    const own = source.sharedSizes?.(bindings) ?? null;
    if (own === null) return;
    const sizes = this.#memories.get(own.length)?.sizes.map((bytes, i) => Math.max(bytes, own[i]!)) ?? own;
    this.#memories.set(own.length, { sizes, bytesOf: (all) => source.sharedBytes!(all) });
  }

  get sizes(): RunShared["sizes"] {
    return [...this.#memories.values()].map(({ sizes }) => sizes);
  }

  get numBytes(): number {
    return [...this.#memories.values()].reduce((sum, { sizes, bytesOf }) => sum + bytesOf(sizes), 0);
  }
}

function maxOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? a ?? b : Math.max(a, b);
}

function carriedInputs(source: Source, bindings: readonly ColumnBinding[]): CarriedInput[] {
  return bindings.filter(({ request }) => request.carry !== undefined).map((binding) => {
    const { carried, nullable, metadata = [] } = source.info.schema.fields[binding.fieldIndices[0]!]!;
    const bytesPerRow = source.carriedBytesPerRow?.(binding) ?? null;
    const longestBytes = source.longestValueBytes ?? MAX_VALUE_BYTES;
    return { type: carried!, nullable, bytesPerRow, longestBytes, metadata };
  });
}

/** Sizes follow from metadata that a closed source still has. What is shared is counted apart. */
function sizesOf(source: Source, bindings: readonly ColumnBinding[]): SourceSizes {
  const shared = source.sharedSizes?.(bindings) ?? null;
  const sharedBytes = shared === null ? 0 : source.sharedBytes!(shared);
  return {
    slotBytes: (chunkRows) => source.slotBytes(bindings, chunkRows),
    residentBytes: (chunkRows) => source.residentBytes(bindings, chunkRows) - sharedBytes,
  };
}

/** Binds an input that must agree with the first. */
function bindAlike(
  first: PreparedInput,
  requests: readonly InputRequest[],
  source: Source,
  path: string,
): readonly ColumnBinding[] {
  let bindings: readonly ColumnBinding[];
  try {
    bindings = bindInputs(requests, source.info.schema, path);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new SchemaError("SCH004", `the columns of ${path} differ from those of ${first.path}`, {
      place: error.place,
      operands: error.operands,
      notes: [error.message, ...error.notes],
      help: `convert ${path}, or run the pipeline on it by itself` +
        (error.code === "SCH001" ? `: ${error.help}` : ""),
      cause: error,
    });
  }
  for (const [i, binding] of bindings.entries()) {
    const { request, layout } = binding, expected = first.bindings[i]!.layout;
    if (request.carry !== undefined) {
      checkSameType(first, source, { binding, first: first.bindings[i]!, path });
    }
    if (layout === expected) continue;
    throw new SchemaError(
      "SCH004",
      `input ${request.input} lies otherwise in ${path} than in ${first.path}`,
      {
        operands: [`${first.path}  ${layoutText(expected)}`, `${path}  ${layoutText(layout)}`],
        notes: ["one run reads inputs whose columns lie in one way"],
        help: `convert ${path}, or run the pipeline on it by itself`,
      },
    );
  }
  return bindings;
}

/** A carried column is written with one type. */
function checkSameType(
  { path: firstPath, info }: PreparedInput,
  source: Source,
  { binding, first, path }: { binding: ColumnBinding; first: ColumnBinding; path: string },
): void {
  const typeOf = ({ fields }: Schema, { fieldIndices: [index] }: ColumnBinding) => fields[index!]!.carried!;
  const expected = typeOf(info.schema, first), found = typeOf(source.info.schema, binding);
  if (JSON.stringify(expected) === JSON.stringify(found)) return;
  throw new SchemaError(
    "SCH004",
    `carried input ${binding.request.input} has another type in ${path} than in ${firstPath}`,
    {
      operands: [expected, found].map(({ name, slots }, i) =>
        `${i === 0 ? firstPath : path}  ${name} ${slots.map(({ value }) => value).join(" ")}`.trimEnd()
      ),
      help: `convert ${path}, or run the pipeline on it by itself`,
    },
  );
}

function layoutText(layout: "row" | "column"): string {
  return layout === "row" ? "row after row" : "column after column";
}
