/** The inputs of a run as one sequence of chunks: one input after the other, each open while its turn lasts. @module */
import { FormatError } from "../errors.ts";
import { bindInputs, type ColumnBinding } from "../schema/mod.ts";
import type { ChunkTicket, RunShared, Slot, Source, SpareMemory } from "../source/source.ts";
import type { Prepared, PreparedInput } from "./prepared.ts";

/** Chunks in the order of the rows. */
export class InputSequence {
  readonly #prepared: Prepared;
  readonly #onInput: (decoderOptions: unknown) => void;
  readonly #shared: RunShared;
  #index = 0;
  #source: Source | null = null;
  /** inputs that were read to an end within a record */
  readonly #endedInRecord = new Set<number>();

  /**
   * @param onInput called before the first chunk of each input, with what its decoders need
   * @param spare absent: inputs take no more than was planned
   */
  constructor(prepared: Prepared, onInput: (decoderOptions: unknown) => void, spare?: SpareMemory) {
    this.#prepared = prepared;
    this.#onInput = onInput;
    this.#shared = { sizes: prepared.sharedSizes, ...(spare === undefined ? {} : { spare }) };
  }

  /** Reads the next chunk into the slot, or says where it is; null at the end of the last input. */
  next(slot: Slot): ChunkTicket | null | Promise<ChunkTicket | null> {
    for (;;) {
      const source = this.#source ?? this.#open();
      if (source === null) return null;
      const ticket = source.next(slot);
      if (ticket instanceof Promise) return this.#resume(ticket, slot);
      if (ticket !== null) return ticket;
      this.#closeCurrent();
    }
  }

  /** Whether what was read of an input ends within a record. */
  endsInRecord(index: number): boolean {
    const open = index === this.#index - 1 ? this.#source : null;
    return open === null ? this.#endedInRecord.has(index) : open.endsInRecord ?? false;
  }

  /** closes what is open, and what was left open for this run */
  close(): void {
    this.#source?.close();
    this.#source = null;
    for (const { source } of this.#prepared.inputs.slice(this.#index)) source?.close();
    this.#index = this.#prepared.inputs.length;
  }

  async #resume(promise: Promise<ChunkTicket | null>, slot: Slot): Promise<ChunkTicket | null> {
    const ticket = await promise;
    if (ticket !== null) return ticket;
    this.#closeCurrent();
    return this.next(slot);
  }

  #closeCurrent(): void {
    if (this.endsInRecord(this.#index - 1)) this.#endedInRecord.add(this.#index - 1);
    this.#source?.close();
    this.#source = null;
  }

  #open(): Source | null {
    const { inputs, memory } = this.#prepared;
    const input = inputs[this.#index];
    if (input === undefined) return null;
    const source = input.source ?? this.#openAgain(input, this.#index);
    this.#index += 1;
    this.#source = source;
    source.begin(input.bindings, memory.chunkRows, this.#shared);
    this.#onInput(source.decoderOptions());
    return source;
  }

  /** A file that was changed since it was planned is refused: its columns may be elsewhere. */
  #openAgain(input: PreparedInput, index: number): Source {
    const { requests, memory, inputOptions, openInput } = this.#prepared;
    const source = openInput(input.path, index, inputOptions);
    try {
      const bindings = bindInputs(requests, source.info.schema, input.path);
      const isSame = source.info.version === input.info.version &&
        areAlike(bindings, input.bindings) &&
        source.slotBytes(input.bindings, memory.chunkRows) <= memory.slotBytes;
      if (isSame) return source;
      throw new FormatError("FMT004", `${input.path} changed after it was planned`, {
        notes: source.info.version === input.info.version
          ? ["its columns are not where its metadata said that they were"]
          : [`at first ${input.info.version}; now ${source.info.version}`],
        help: "run again when nothing writes to the file any more",
      });
    } catch (error) {
      source.close();
      throw error;
    }
  }
}

/** Whether bindings of the same requests are to the same columns. */
function areAlike(these: readonly ColumnBinding[], others: readonly ColumnBinding[]): boolean {
  return these.every(({ layout, fieldIndices }, i) => {
    const other = others[i]!;
    return layout === other.layout && fieldIndices.length === other.fieldIndices.length &&
      fieldIndices.every((index, column) => index === other.fieldIndices[column]);
  });
}
