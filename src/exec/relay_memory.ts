/**
 * What a relay takes, and what it refuses: its buffers, the places of record batches that a footer tells of, what record
 * batches leave behind, and bodies that are compressed anew.
 *
 * @module
 */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import { MemoryError } from "../errors.ts";
import type { Budget } from "../plan/budget.ts";
import type { FieldTree } from "../schema/arrow_tree.ts";
import { MESSAGE_SINK_BYTES } from "../sink/arrow/arrow_sink_bytes.ts";
import type { RawMessages } from "../source/arrow/raw_messages.ts";
import { RUNTIME_BYTES } from "./runtime_memory.ts";

/** a body passes through in pieces of this: large calls, and memory that stays in the cache */
export const PIECE_BYTES: number = 2 * 1024 * 1024;
/** metadata of schemas and of a message */
const METADATA_BYTES = 4 * 1024 * 1024;

/** The peak of a relay, but for record batches and what is compressed anew. */
export const RELAY_BYTES: number = RUNTIME_BYTES + PIECE_BYTES + MESSAGE_SINK_BYTES + METADATA_BYTES;

/**
 * What a record batch leaves between collections, as far as V8 lets that grow; a dictionary is taken for one. Measured as
 * VmHWM with batches of one row beyond `RELAY_BYTES` and places: of streams 31 MiB for 300,000, 62 to 83 for 1,000,000,
 * no more for 3,000,000. One run in three collects late: of a file of 80,000 then 23 MiB, 50 more than the others.
 */
const GARBAGE_BYTES_PER_MESSAGE = 480, MAX_GARBAGE_BYTES = 96 * 1024 ** 2;

/**
 * A column, or a part of one: the schema as it is read, compared and written twice, and the metadata of a message. Measured
 * with one record batch: at most 3.3 KiB each of 20,000 columns, 2.4 of 100,000.
 */
const FIELD_BYTES = 3840;
/** The same that each message leaves of its nodes and buffers, until they are collected: 20 to 1000 were measured. */
const FIELD_GARBAGE_BYTES = 100, MAX_GARBAGE_MESSAGES = 24;

/**
 * What compressing the buffers of messages leaves beyond that. Measured with batches of one row: 36 MiB of 3000 with 1000
 * columns, 110 MiB of 20 with 20,000.
 */
const ANEW_GARBAGE_BYTES = 32 * 1024 ** 2, ANEW_FIELD_GARBAGE_BYTES = 400;

function anewGarbageBytes(numMessages: number, numFields: number): number {
  const most = ANEW_GARBAGE_BYTES + MAX_GARBAGE_MESSAGES / 2 * ANEW_FIELD_GARBAGE_BYTES * numFields;
  return Math.min(ANEW_FIELD_GARBAGE_BYTES * numFields * numMessages, most);
}

function garbageBytes(numMessages: number, numFields: number): number {
  return Math.min(GARBAGE_BYTES_PER_MESSAGE * numMessages, MAX_GARBAGE_BYTES) +
    FIELD_GARBAGE_BYTES * numFields * Math.min(numMessages, MAX_GARBAGE_MESSAGES);
}

/** Columns, and what they consist of. */
function fieldsOf({ children }: Pick<FieldTree, "children">): number {
  return children.reduce((sum, child) => sum + 1 + fieldsOf(child), 0);
}

/** The memory of one relay. */
export class RelayMemory {
  readonly #budget: Budget;
  /** of the input with the longest footer */
  #residentBytes = 0;
  /** of an input that is a URL */
  #remoteBytes = 0;
  /** of the widest input */
  #numFields = 0;
  #numMessages = 0;
  /** those so far, and those to come that a footer tells of */
  #knownMessages = 0;
  /** the most that bodies took that are compressed anew, and what is held on to of them; null: none is */
  anewBytes: (() => number) | null = null;

  /** @throws MemoryError MEM001 */
  constructor(budget: Budget) {
    this.#budget = budget;
    this.#refuse();
  }

  /** The peak, as far as it is known. */
  get predictedBytes(): number {
    return this.otherBytes + (this.anewBytes?.() ?? 0);
  }

  /** All but bodies that are compressed anew. */
  get otherBytes(): number {
    return RELAY_BYTES + this.#remoteBytes + this.#fieldsBytes + this.#messagesBytes;
  }

  get #messagesBytes(): number {
    return this.#residentBytes + this.#garbageBytes(this.#knownMessages);
  }

  #garbageBytes(numMessages: number): number {
    return garbageBytes(numMessages, this.#numFields) +
      (this.anewBytes === null ? 0 : anewGarbageBytes(numMessages, this.#numFields));
  }

  get #fieldsBytes(): number {
    return FIELD_BYTES * this.#numFields;
  }

  /**
   * Counts what an input takes for as long as it is open.
   *
   * @throws MemoryError MEM001
   */
  addInput(
    { schema: { tree }, residentBytes, remoteBytes, numMessages }: Pick<
      RawMessages,
      "schema" | "residentBytes" | "remoteBytes" | "numMessages"
    >,
  ): void {
    this.#numFields = Math.max(this.#numFields, fieldsOf({ children: tree.fields }));
    this.#remoteBytes = Math.max(this.#remoteBytes, remoteBytes);
    this.#residentBytes = Math.max(this.#residentBytes, residentBytes);
    this.#knownMessages = this.#numMessages + (numMessages ?? 0);
    this.#refuse();
  }

  /**
   * Counts a record batch or a dictionary, which no footer may have told of.
   *
   * @throws MemoryError MEM003
   */
  addMessage(path: string): void {
    this.#numMessages += 1;
    if (this.#numMessages <= this.#knownMessages) return;
    this.#knownMessages = this.#numMessages;
    if (this.predictedBytes > this.#budget.bytes) throw this.#tooManyMessages(path);
  }

  #refuse(): void {
    const numBytes = this.predictedBytes, { bytes, source } = this.#budget;
    if (numBytes <= bytes) return;
    const operands = [
      `runtime  ${bytesText(RUNTIME_BYTES)}`,
      `buffers  ${bytesText(RELAY_BYTES - RUNTIME_BYTES)}`,
    ];
    if (this.#remoteBytes > 0) operands.push(`reading URLs  ${bytesText(this.#remoteBytes)}`);
    if (this.#fieldsBytes > 0) operands.push(`columns  ${bytesText(this.#fieldsBytes)}`);
    if (this.#messagesBytes > 0) {
      operands.push(`record batches  ${bytesText(this.#messagesBytes)}`);
    }
    const anewBytes = this.anewBytes?.() ?? 0;
    if (anewBytes > 0) operands.push(`bodies compressed anew  ${bytesText(anewBytes)}`);
    throw new MemoryError(
      "MEM001",
      `the run needs ${bytesText(numBytes)}, and the budget is ${bytesText(bytes)}`,
      {
        operands,
        notes: [`the budget of ${bytesText(bytes)} is ${source}`],
        help: `give it that much: --memory ${Math.ceil(numBytes / 1024 ** 2)}MiB`,
      },
    );
  }

  #tooManyMessages(path: string): MemoryError {
    const count = countText(this.#numMessages), budget = bytesText(this.#budget.bytes);
    const mostBytes = this.predictedBytes - this.#garbageBytes(this.#knownMessages) +
      this.#garbageBytes(Number.MAX_SAFE_INTEGER);
    return new MemoryError(
      "MEM003",
      `${path} has more record batches and dictionaries than there is memory for`,
      {
        notes: [
          `with ${count} of them the run needs ${
            bytesText(this.predictedBytes)
          }, and the budget is ${budget}`,
          "a stream does not say beforehand how many it has, and each leaves some bytes until they are collected",
        ],
        help: `give enough for any number: --memory ${
          Math.ceil(mostBytes / 1024 ** 2)
        }MiB; or write larger record batches`,
      },
    );
  }
}
