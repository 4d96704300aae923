/**
 * From Arrow to Arrow without a transform: dictionaries and record batches go from the inputs to the output as they
 * are, whatever their types, and nothing is decoded. The schema keeps its order, nullability, dictionaries and custom
 * metadata.
 *
 * Invariants
 * 1. Memory does not depend on the inputs' sizes: bodies pass through in pieces. Where they are compressed anew, one
 *    at a time is held, and refused before it is read where the budget has no room for it.
 * 2. The output is whole or not there.
 *
 * @module
 */
import { createHash, type Hash } from "node:crypto";
import { MemoryError, OutputError, SchemaError } from "../errors.ts";
import { bytesText } from "../dtype/bytes_text.ts";
import { type Budget, resolveBudget } from "../plan/budget.ts";
import type { FieldTree } from "../schema/arrow_tree.ts";
import { openOn, openTarget } from "../sink/open_target.ts";
import { MESSAGE_SINK_BYTES, MessageSink } from "../sink/arrow/message_sink.ts";
import { METADATA_V5 } from "../source/arrow/arrow_type.ts";
import { openRawMessages, type RawMessage, type RawMessages } from "../source/arrow/raw_messages.ts";
import { containerLimit, totalMemoryBytes } from "./container_limit.ts";
import { dataFormat } from "./data_format.ts";
import { type OutputOptions, refuseInput } from "./open_output.ts";
import { arrowCompression } from "./output_compression.ts";
import { type Recompressed, Recompressor } from "./recompress.ts";
import { RssWatch } from "./rss.ts";
import type { RunOptions, Summary } from "./run.ts";
import { RUNTIME_BYTES } from "./runtime_memory.ts";

/** a body passes through in pieces of this: large calls, and memory that stays in the cache */
const PIECE_BYTES = 2 * 1024 * 1024;
/** metadata of schemas and of a message */
const METADATA_BYTES = 4 * 1024 * 1024;
const PROGRESS_MILLISECONDS = 100;

/** What is copied to where. */
export interface RelayOptions extends RunOptions {
  readonly inputs: readonly string[];
  /** `--memory` */
  readonly memoryBytes: number | null;
}

/** The peak of a relay, whatever its inputs. */
export const RELAY_BYTES: number = RUNTIME_BYTES + PIECE_BYTES + MESSAGE_SINK_BYTES + METADATA_BYTES;

/**
 * Copies the inputs, one after the other, into one output.
 *
 * @throws MemoryError MEM001; SchemaError SCH004 where inputs differ; OutputError OUT003 where a file cannot hold
 *   what the stream says; FormatError FMT001 to FMT005; the signal's reason
 */
export async function relayArrow(options: RelayOptions): Promise<Summary> {
  const { inputs } = options;
  const budget = resolveBudget({
    flagBytes: options.memoryBytes,
    pipelineBytes: null,
    containerBytes: containerLimit()?.bytes ?? null,
    totalMemoryBytes: totalMemoryBytes(),
  });
  refuseBudget(budget);
  let opened: RawMessages | null = await openRawMessages(inputs[0]!), relay: Relay | null = null;
  try {
    relay = new Relay(options, opened, budget.bytes - RELAY_BYTES);
    for (const [i, path] of inputs.entries()) {
      if (i > 0) opened = await openRawMessages(path);
      await relay.copy(opened!);
      opened!.close();
      opened = null;
    }
    return relay.finish();
  } catch (error) {
    relay?.abort();
    throw error;
  } finally {
    opened?.close();
  }
}

function refuseBudget(budget: Budget): void {
  if (RELAY_BYTES <= budget.bytes) return;
  const sentence = `the run needs ${bytesText(RELAY_BYTES)}, and the budget is ${bytesText(budget.bytes)}`;
  throw new MemoryError("MEM001", sentence, {
    operands: [`runtime  ${bytesText(RUNTIME_BYTES)}`, `buffers  ${bytesText(RELAY_BYTES - RUNTIME_BYTES)}`],
    notes: [`the budget of ${bytesText(budget.bytes)} is ${budget.source}`],
    help: `give it that much: --memory ${Math.ceil(RELAY_BYTES / 1024 ** 2)}MiB`,
  });
}

/** The dictionary that an id stands for at a place of the output. */
interface KnownDictionary {
  readonly hash: string;
  readonly input: RawMessages;
}

class Relay {
  readonly #options: RelayOptions;
  readonly #first: RawMessages;
  readonly #sink: MessageSink;
  readonly #isFile: boolean;
  /** null: bodies go through as they are */
  readonly #recompressor: Recompressor | null;
  /** of the output's metadata */
  readonly #version: number;
  readonly #piece = new Uint8Array(PIECE_BYTES);
  readonly #dictionaries = new Map<number, KnownDictionary>();
  readonly #watch = new RssWatch();
  readonly #start = performance.now();
  #toldAt = -Infinity;
  #rows = 0;
  #bytes = 0;
  #batches = 0;

  constructor(options: RelayOptions, first: RawMessages, roomBytes: number) {
    this.#options = options;
    this.#first = first;
    const format = dataFormat(options.output, options.to, "--to"), compress = options.compress ?? null;
    this.#isFile = format === "arrow-file";
    const compression = compress === null ? null : arrowCompression(compress, format);
    this.#recompressor = compress === null
      ? null
      : new Recompressor({ compression, roomBytes, otherBytes: RELAY_BYTES });
    // V4 has no place for a body's codec: pyarrow takes compressed bodies of it for plain ones
    this.#version = compression === null ? first.schema.version : METADATA_V5;
    if (first.schema.version !== this.#version) refuseUnions(first);
    this.#sink = openSink(options, { isFile: this.#isFile, first, version: this.#version });
  }

  async copy(input: RawMessages): Promise<void> {
    this.#refuseSchema(input);
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const message = await input.next();
      if (message === null) return;
      if (message.dictionary === null) await this.#copyBatch(input, message);
      else await this.#copyDictionary(input, message);
      this.#tell();
    }
  }

  finish(): Summary {
    this.#sink.finish();
    return {
      rows: this.#rows,
      outputRows: this.#rows,
      bytesRead: this.#bytes,
      copiedBytes: 0,
      bytesWritten: this.#sink.numBytes,
      elapsedMs: performance.now() - this.#start,
      peakRssBytes: this.#watch.peakBytes(),
      predictedPeakBytes: this.#predictedBytes,
      chunks: this.#batches,
      workers: 1,
      numerics: "strict",
      output: this.#options.output,
    };
  }

  get #predictedBytes(): number {
    return RELAY_BYTES + (this.#recompressor?.peakBytes ?? 0);
  }

  abort(): void {
    try {
      this.#sink.abort();
    } catch {
      // what ended the run says more than what could not be tidied up after it
    }
  }

  async #copyBatch(input: RawMessages, message: RawMessage): Promise<void> {
    if (this.#recompressor === null) {
      this.#sink.begin("recordBatch", message.metadata, message.bodyBytes);
      await this.#copyBody(input, message.bodyBytes, null);
    } else {
      const { metadata, body } = await this.#recompressed(input, message, this.#recompressor);
      this.#sink.begin("recordBatch", metadata, body.byteLength);
      this.#sink.writeBody(body);
    }
    this.#rows += message.batch.numRows;
    this.#batches += 1;
  }

  async #recompressed(input: RawMessages, message: RawMessage, by: Recompressor): Promise<Recompressed> {
    await input.readBody(by.stored(message, input.path));
    this.#bytes += message.bodyBytes;
    return by.encode(message, { path: input.path, version: this.#version });
  }

  /**
   * A stream may replace a dictionary, a file may not: there every dictionary holds for all record batches. So what
   * a file would get a second time has to be the same.
   */
  async #copyDictionary(input: RawMessages, message: RawMessage): Promise<void> {
    const { id, isDelta } = message.dictionary!;
    const again = this.#recompressor === null
      ? null
      : await this.#recompressed(input, message, this.#recompressor);
    const metadata = again?.metadata ?? message.metadata,
      bodyBytes = again?.body.byteLength ?? message.bodyBytes;
    const known = this.#dictionaries.get(id);
    const hash = createHash("sha256").update(metadata);
    const mayWrite = !this.#isFile || known === undefined || (isDelta && known.input === input);
    if (mayWrite) this.#sink.begin("dictionary", metadata, bodyBytes);
    if (again === null) {
      await this.#copyBody(input, bodyBytes, hash, mayWrite);
    } else {
      hash.update(again.body);
      if (mayWrite) this.#sink.writeBody(again.body);
    }
    const digest = hash.digest("hex");
    if (mayWrite) {
      this.#dictionaries.set(id, { hash: isDelta ? `${known?.hash} ${digest}` : digest, input });
    } else if (known!.hash !== digest) {
      throw this.#replacesDictionary(input.path, message);
    }
  }

  async #copyBody(input: RawMessages, bodyBytes: number, hash: Hash | null, mayWrite = true): Promise<void> {
    for (let rest = bodyBytes; rest > 0; rest -= Math.min(rest, PIECE_BYTES)) {
      const piece = this.#piece.subarray(0, Math.min(rest, PIECE_BYTES));
      await input.readBody(piece);
      hash?.update(piece);
      if (mayWrite) this.#sink.writeBody(piece);
    }
    this.#bytes += bodyBytes;
  }

  #refuseSchema(input: RawMessages): void {
    if (input === this.#first) return;
    const [first, other] = [this.#first.schema, input.schema];
    const isSame = JSON.stringify(first.tree) === JSON.stringify(other.tree) &&
      first.version === other.version;
    if (isSame) return;
    const names = other.tree.fields.map(({ name }) => name);
    const index = first.tree.fields.findIndex((field, i) =>
      JSON.stringify(field) !== JSON.stringify(other.tree.fields[i])
    );
    const field = first.tree.fields[index]?.name ?? names[first.tree.fields.length] ?? null;
    throw new SchemaError("SCH004", `${input.path} and ${this.#first.path} have different schemas`, {
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
      predictedBytes: this.#predictedBytes,
    });
  }
}

function openSink(
  { output, force, inputs }: OutputOptions & Pick<RelayOptions, "inputs">,
  { isFile, first, version }: {
    readonly isFile: boolean;
    readonly first: RawMessages;
    readonly version: number;
  },
): MessageSink {
  refuseInput(output, inputs);
  const { tree } = first.schema;
  return openOn(openTarget(output, { force }), (bytes) => new MessageSink(bytes, isFile, { tree, version }));
}

/** In Arrow's union `Type` */
const UNION = 14;

/** Unions of metadata V4 have a buffer that those of V5 lack. */
function refuseUnions({ path, schema }: RawMessages): void {
  const hasUnion = ({ typeId, children }: FieldTree): boolean => typeId === UNION || children.some(hasUnion);
  const field = schema.tree.fields.find(hasUnion);
  if (field === undefined) return;
  throw new OutputError("OUT003", `column ${JSON.stringify(field.name)} of ${path} cannot be compressed`, {
    notes: ["it has a union of metadata V4, in which no body's codec can be said"],
    help: "leave --compress out, or write the table again with a current pyarrow",
  });
}
