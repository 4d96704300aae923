/**
 * An input behind a URL: the source of its format, whose decoders on other threads read through what this thread has
 * open, and whose plan counts what fetching takes.
 *
 * @module
 */
import { type ColumnBinding, MAX_VALUE_BYTES } from "../../schema/mod.ts";
import type { ChunkTicket, DecodedChunk, Decoder, RunShared, Slot, Source, SourceInfo } from "../source.ts";
import { Bell, Desk } from "./desk.ts";
import { adoptRemote, REMOTE_BYTES, type SharedRemote, sharedRemote } from "./remote_file.ts";
import { isRemote } from "./remote_url.ts";

interface RemoteOptions {
  readonly format: "remote";
  readonly inner: unknown;
  /** null: nothing is read at positions */
  readonly shared: SharedRemote | null;
}

function deskOf(shared: SharedRemote | null): Desk | null {
  return shared === null ? null : new Desk(new Bell(shared.bell), shared.buffer);
}

class RemoteSource implements Source {
  readonly #inner: Source;
  readonly #shared: SharedRemote | null;
  readonly #desk: Desk | null;

  constructor(inner: Source, shared: SharedRemote | null) {
    this.#inner = inner;
    this.#shared = shared;
    this.#desk = deskOf(shared);
  }

  get info(): SourceInfo {
    const { info } = this.#inner;
    return this.#shared === null ? info : { ...info, version: this.#shared.info.version };
  }

  countRows(): number | null {
    return this.#inner.countRows();
  }

  slotBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return this.#inner.slotBytes(bindings, chunkRows);
  }

  residentBytes(bindings: readonly ColumnBinding[], chunkRows: number): number {
    return this.#inner.residentBytes(bindings, chunkRows) + REMOTE_BYTES;
  }

  carriedBytesPerRow(binding: ColumnBinding): number | null {
    return this.#inner.carriedBytesPerRow?.(binding) ?? null;
  }

  get longestValueBytes(): number {
    return this.#inner.longestValueBytes ?? MAX_VALUE_BYTES;
  }

  sharedSizes(bindings: readonly ColumnBinding[]): readonly number[] | null {
    return this.#inner.sharedSizes?.(bindings) ?? null;
  }

  sharedBytes(sizes: readonly number[]): number {
    return this.#inner.sharedBytes?.(sizes) ?? 0;
  }

  threadBytes(bindings: readonly ColumnBinding[]): number {
    return this.#inner.threadBytes?.(bindings) ?? 0;
  }

  begin(bindings: readonly ColumnBinding[], chunkRows: number, shared?: RunShared): void {
    this.#inner.begin(bindings, chunkRows, shared);
  }

  next(slot: Slot): ChunkTicket | null | Promise<ChunkTicket | null> {
    const counted = (ticket: ChunkTicket | null) => {
      if (ticket !== null) this.#desk?.countChunk(1);
      return ticket;
    };
    const ticket = this.#inner.next(slot);
    return ticket instanceof Promise ? ticket.then(counted) : counted(ticket);
  }

  decoderOptions(): RemoteOptions {
    return { format: "remote", inner: this.#inner.decoderOptions(), shared: this.#shared };
  }

  close(): void {
    this.#inner.close();
  }
}

/** Says of each chunk when it is decoded. */
class RemoteDecoder implements Decoder {
  readonly #inner: Decoder;
  readonly #desk: Desk;

  constructor(inner: Decoder, desk: Desk) {
    this.#inner = inner;
    this.#desk = desk;
  }

  decode(ticket: ChunkTicket, slot: Slot): DecodedChunk {
    try {
      return this.#inner.decode(ticket, slot);
    } finally {
      this.#desk.countChunk(-1);
    }
  }

  close(): void {
    this.#inner.close();
  }
}

/** A source whose path is a URL, as such; others as they are. */
export function withRemote(source: Source, path: string): Source {
  return isRemote(path) ? new RemoteSource(source, sharedRemote(path)) : source;
}

/** Opens a decoder for a remote source; `openInner` opens that of its format. */
export function openRemoteDecoder(options: unknown, openInner: (options: unknown) => Decoder): Decoder {
  const { inner, shared } = options as RemoteOptions;
  if (shared === null) return openInner(inner);
  adoptRemote(shared);
  return new RemoteDecoder(openInner(inner), deskOf(shared)!);
}
