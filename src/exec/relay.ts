/**
 * From Arrow to Arrow without a transform: dictionaries and record batches go from the inputs to the output as they
 * are, whatever their types, and nothing is decoded. The schema keeps its order, nullability, dictionaries and custom
 * metadata.
 *
 * Invariants
 * 1. Memory does not depend on the inputs' bytes: bodies pass through in pieces, and of a file's footer what it takes
 *    is counted, as is what record batches leave between collections, of a stream as they come. Where bodies are
 *    compressed anew, one at a time is held, and refused before it is read where the budget has no room for it.
 * 2. What holds for every run: see `run_frame.ts`.
 *
 * @module
 */
import { OutputError, SchemaError } from "../errors.ts";
import { builtinModule } from "../load_module.ts";
import { type Budget, resolveBudget } from "../plan/budget.ts";
import { ARROW_TYPE } from "../schema/arrow_numbers.ts";
import type { FieldTree } from "../schema/arrow_tree.ts";
import { openOn, openTarget } from "../sink/open_target.ts";
import { MessageSink } from "../sink/arrow/message_sink.ts";
import { METADATA_V5 } from "../source/arrow/arrow_type.ts";
import { openRawMessages, type RawMessage, type RawMessages } from "../source/arrow/raw_messages.ts";
import { containerLimit, totalMemoryBytes } from "./container_limit.ts";
import { dataFormat } from "./data_format.ts";
import { type StampedInput, stampOf } from "./input_stamp.ts";
import { type OutputOptions, refuseInput } from "./open_output.ts";
import { arrowCompression } from "./output_compression.ts";
import { type Recompressed, Recompressor } from "./recompress.ts";
import { PIECE_BYTES, RelayMemory } from "./relay_memory.ts";
import { GarbageWatch } from "./garbage_watch.ts";
import { RssWatch } from "./rss.ts";
import type { RunOptions, Summary } from "./run.ts";
import { type FramedRun, runFramed } from "./run_frame.ts";
import type { SignalWatch } from "./signal_watch.ts";

const PROGRESS_MILLISECONDS = 100;

/** What is copied to where. */
export interface RelayOptions extends RunOptions {
  readonly inputs: readonly string[];
  /** `--memory` */
  readonly memoryBytes: number | null;
}

/**
 * Copies the inputs, one after the other, into one output.
 *
 * @throws MemoryError MEM001; SchemaError SCH004 where inputs differ; OutputError OUT003 where a file cannot hold
 *   what the stream says; FormatError FMT001 to FMT005; the signal's reason
 */
export async function relayArrow(options: RelayOptions): Promise<Summary> {
  const budget = resolveBudget({
    flagBytes: options.memoryBytes,
    pipelineBytes: null,
    containerBytes: containerLimit()?.bytes ?? null,
    totalMemoryBytes: totalMemoryBytes(),
  });
  return await runFramed(new Relay(options, budget), options.signal ?? null);
}

function sha256() {
  return builtinModule("node:crypto").createHash("sha256");
}

/** The dictionary that an id stands for in a file. */
interface KnownDictionary {
  readonly hash: string;
  readonly inputIndex: number;
}

class Relay implements FramedRun<MessageSink, Summary> {
  readonly #options: RelayOptions;
  readonly #budget: Budget;
  readonly #memory: RelayMemory;
  readonly #piece = new Uint8Array(PIECE_BYTES);
  readonly #dictionaries = new Map<number, KnownDictionary>();
  readonly #watch = new RssWatch();
  readonly #garbage = new GarbageWatch(() => this.#memory.predictedBytes);
  readonly #start = performance.now();
  readonly #stamped: StampedInput[] = [];
  #opened: RawMessages | null = null;
  #first: Pick<RawMessages, "path" | "schema"> | null = null;
  #isFile = false;
  /** null: bodies go through as they are */
  #recompressor: Recompressor | null = null;
  /** of the output's metadata */
  #version = METADATA_V5;
  #sink: MessageSink | null = null;
  #signals: SignalWatch | null = null;
  #toldAt = -Infinity;
  #rows = 0;
  #numBatches = 0;
  #bytes = 0;

  constructor(options: RelayOptions, budget: Budget) {
    this.#options = options;
    this.#budget = budget;
    this.#memory = new RelayMemory(budget);
  }

  async open(signals: SignalWatch): Promise<MessageSink> {
    const options = this.#options;
    this.#signals = signals;
    const first = await this.#openInput(options.inputs[0]!);
    this.#first = { path: first.path, schema: first.schema };
    const format = dataFormat(options.output, options.to, "--to"), compress = options.compress ?? null;
    this.#isFile = format === "arrow-file";
    const compression = compress === null ? null : arrowCompression(compress, format);
    if (compress !== null) {
      const recompressor = this.#recompressor = new Recompressor({
        compression,
        budgetBytes: this.#budget.bytes,
        // a later input may have more record batches
        otherBytes: () => this.#memory.otherBytes,
        breathe: () => this.#breathe(),
      });
      this.#memory.anewBytes = () => recompressor.peakBytes;
    }
    // V4 has no place for a body's codec: pyarrow takes compressed bodies of it for plain ones
    this.#version = compression === null ? first.schema.version : METADATA_V5;
    if (first.schema.version !== this.#version) refuseUnions(first);
    this.#sink = openSink(options, { isFile: this.#isFile, first, version: this.#version });
    return this.#sink;
  }

  async move(): Promise<void> {
    for (const [i, path] of this.#options.inputs.entries()) {
      const input = i === 0 ? this.#opened! : await this.#openInput(path);
      if (i > 0) this.#refuseSchema(input);
      await this.#copy(input, i);
      this.close();
    }
  }

  inputs(): readonly StampedInput[] {
    return this.#stamped;
  }

  end(sink: MessageSink): Summary {
    sink.finish();
    return {
      rows: this.#rows,
      outputRows: this.#rows,
      bytesRead: this.#bytes,
      copiedBytes: 0,
      bytesWritten: sink.numBytes,
      elapsedMs: performance.now() - this.#start,
      peakRssBytes: this.#watch.peakBytes(),
      predictedPeakBytes: this.#memory.predictedBytes,
      chunks: this.#numBatches,
      workers: 1,
      numerics: "strict",
      output: this.#options.output,
    };
  }

  close(): void {
    this.#opened?.close();
    this.#opened = null;
  }

  async #openInput(path: string): Promise<RawMessages> {
    const stamp = stampOf(path), opening = openRawMessages(path);
    try {
      this.#opened = await this.#signals!.wait(opening);
    } catch (error) {
      // a pipe that was silent may speak yet
      opening.then((late) => late.close(), () => {});
      throw error;
    }
    this.#stamped.push({ path, info: { format: "arrow-file" }, stamp });
    this.#memory.addInput(this.#opened);
    return this.#opened;
  }

  async #copy(input: RawMessages, inputIndex: number): Promise<void> {
    for (;;) {
      const message = await this.#signals!.wait(input.next());
      if (message === null) return;
      if (message.dictionary === null) await this.#copyBatch(input, message);
      else await this.#copyDictionary({ input, inputIndex, message });
      // else between the pieces of its body
      if (message.bodyBytes === 0) await this.#breathe();
    }
  }

  /** tells of progress, collects garbage before it is too much, and lets signals and timers in */
  async #breathe(): Promise<void> {
    this.#tell();
    this.#garbage.collectIfNear();
    await this.#signals!.breathe();
    this.#signals!.throwIfAborted();
  }

  async #copyBatch(input: RawMessages, message: RawMessage): Promise<void> {
    if (this.#recompressor === null) {
      this.#sink!.begin("recordBatch", message.metadata, message.bodyBytes);
      await this.#copyBody(input, message.bodyBytes, (piece) => this.#sink!.writeBody(piece));
    } else {
      const { metadata, body } = await this.#recompressed(input, message, this.#recompressor);
      this.#sink!.begin("recordBatch", metadata, body.byteLength);
      this.#sink!.writeBody(body);
    }
    this.#rows += message.batch.numRows;
    this.#numBatches += 1;
    this.#memory.addMessage(input.path);
  }

  async #recompressed(input: RawMessages, message: RawMessage, by: Recompressor): Promise<Recompressed> {
    const stored = by.stored(message, input.path);
    await this.#readBody(input, message.bodyBytes, (start, end) => stored.subarray(start, end), () => {});
    return await by.encode(message, { path: input.path, version: this.#version });
  }

  /**
   * A stream may replace a dictionary, a file may not: there every dictionary holds for all record batches. So what
   * a file would get a second time has to be the same.
   */
  async #copyDictionary({ input, inputIndex, message }: {
    readonly input: RawMessages;
    readonly inputIndex: number;
    readonly message: RawMessage;
  }): Promise<void> {
    const { id, isDelta } = message.dictionary!;
    const again = this.#recompressor === null
      ? null
      : await this.#recompressed(input, message, this.#recompressor);
    const metadata = again?.metadata ?? message.metadata,
      bodyBytes = again?.body.byteLength ?? message.bodyBytes;
    const known = this.#dictionaries.get(id);
    // what a stream replaces is not looked at again
    const hash = this.#isFile ? sha256().update(metadata) : null;
    const mayWrite = !this.#isFile || known === undefined || (isDelta && known.inputIndex === inputIndex);
    if (mayWrite) this.#sink!.begin("dictionary", metadata, bodyBytes);
    if (again === null) {
      await this.#copyBody(input, bodyBytes, (piece) => {
        hash?.update(piece);
        if (mayWrite) this.#sink!.writeBody(piece);
      });
    } else {
      hash?.update(again.body);
      if (mayWrite) this.#sink!.writeBody(again.body);
    }
    this.#memory.addMessage(input.path);
    if (hash === null) return;
    const digest = hash.digest("hex");
    if (mayWrite) {
      // of a dictionary and what was added to it, of the same size however often that was
      const all = isDelta ? sha256().update(`${known?.hash} ${digest}`).digest("hex") : digest;
      this.#dictionaries.set(id, { hash: all, inputIndex });
    } else if (known!.hash !== digest) {
      throw this.#replacesDictionary(input.path, message);
    }
  }

  /** copies a body in pieces, each good until the next */
  async #copyBody(input: RawMessages, bodyBytes: number, take: (piece: Uint8Array) => void): Promise<void> {
    await this.#readBody(input, bodyBytes, (start, end) => this.#piece.subarray(0, end - start), take);
  }

  /** a body may be as long as a whole file: signals are heard between its pieces */
  async #readBody(
    input: RawMessages,
    bodyBytes: number,
    place: (start: number, end: number) => Uint8Array,
    take: (piece: Uint8Array) => void,
  ): Promise<void> {
    for (let start = 0; start < bodyBytes; start += PIECE_BYTES) {
      const piece = place(start, Math.min(bodyBytes, start + PIECE_BYTES));
      await this.#signals!.wait(input.readBody(piece));
      take(piece);
      this.#bytes += piece.byteLength;
      await this.#breathe();
    }
  }

  #refuseSchema(input: RawMessages): void {
    const { path, schema: first } = this.#first!, other = input.schema;
    const isSame = JSON.stringify(first.tree) === JSON.stringify(other.tree) &&
      first.version === other.version;
    if (isSame) return;
    const names = other.tree.fields.map(({ name }) => name);
    const index = first.tree.fields.findIndex((field, i) =>
      JSON.stringify(field) !== JSON.stringify(other.tree.fields[i])
    );
    const field = first.tree.fields[index]?.name ?? names[first.tree.fields.length] ?? null;
    throw new SchemaError("SCH004", `${input.path} and ${path} have different schemas`, {
      notes: [
        field === null
          ? "their custom metadata differ"
          : `the first column that differs is ${JSON.stringify(field)}: its place, type, nullability, ` +
            "dictionary or custom metadata",
      ],
      help: "convert them one by one, or name the columns that they share: --columns NAME,…",
    });
  }

  #replacesDictionary(path: string, { part }: RawMessage): OutputError {
    return new OutputError("OUT003", `an Arrow file cannot hold the dictionaries of ${path}`, {
      notes: [`${part} replaces one that came before; in a file a dictionary holds for all record batches`],
      help: "write a stream: -o FILE.arrows, or --to arrow-stream",
    });
  }

  #tell(): void {
    const now = performance.now();
    if (now - this.#toldAt < PROGRESS_MILLISECONDS) return;
    this.#toldAt = now;
    this.#options.onProgress?.({
      rows: this.#rows,
      totalRows: null,
      bytes: this.#bytes,
      totalBytes: null,
      elapsedMs: now - this.#start,
      rssBytes: this.#watch.sample(),
      predictedBytes: this.#memory.predictedBytes,
    });
  }
}

function openSink(
  { output, force, inputs }: OutputOptions & Pick<RelayOptions, "inputs">,
  { isFile, first, version }: {
    readonly isFile: boolean;
    readonly first: Pick<RawMessages, "path" | "schema">;
    readonly version: number;
  },
): MessageSink {
  refuseInput(output, inputs);
  const { tree } = first.schema;
  return openOn(openTarget(output, { force }), (bytes) => new MessageSink(bytes, isFile, { tree, version }));
}

/** Unions of metadata V4 have a buffer that those of V5 lack. */
function refuseUnions({ path, schema }: RawMessages): void {
  const hasUnion = ({ typeId, children }: FieldTree): boolean =>
    typeId === ARROW_TYPE.union || children.some(hasUnion);
  const field = schema.tree.fields.find(hasUnion);
  if (field === undefined) return;
  throw new OutputError("OUT003", `column ${JSON.stringify(field.name)} of ${path} cannot be compressed`, {
    notes: ["it has a union of metadata V4, in which no body's codec can be said"],
    help: "leave --compress out, or write the table again with a current pyarrow",
  });
}
