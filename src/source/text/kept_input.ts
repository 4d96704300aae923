/**
 * A pipe that is read more than once: what was read of it is kept, until it is said that it is read for the last time.
 *
 * @module
 */
import { resizedBytes } from "../../memory/byte_buffers.ts";
import { openRawInput } from "./open_text_input.ts";
import type { TextInput } from "./text_input.ts";

/** An input that `rewind` takes back to its start. It holds what was read before the last rewind. */
class KeptInput implements TextInput {
  readonly path: string;
  readonly numBytes: number | null;
  readonly read?: NonNullable<TextInput["read"]>;
  readonly #input: TextInput;
  #kept = new Uint8Array(1 << 16);
  #numKept = 0;
  #position = 0;
  #isLast = false;

  constructor(input: TextInput) {
    this.path = input.path;
    this.numBytes = input.numBytes;
    this.#input = input;
    const read = input.read?.bind(input);
    if (read !== undefined) {
      this.read = async (view) => this.#again(view) ?? this.#keep(view, await read(view));
    }
  }

  get heldBytes(): number {
    return this.#kept.length + (this.#input.heldBytes ?? 0);
  }

  readSync(view: Uint8Array): number | null {
    return this.#again(view) ?? this.#keep(view, this.#input.readSync(view));
  }

  /** Starts again. `isLast`: what comes is not kept any more. */
  rewind({ isLast }: { readonly isLast: boolean }): void {
    this.#position = 0;
    this.#isLast = isLast;
  }

  /** what was read before; null: all of it came again */
  #again(view: Uint8Array): number | null {
    if (this.#position === this.#numKept) return null;
    const part = this.#kept.subarray(this.#position, Math.min(this.#numKept, this.#position + view.length));
    view.set(part);
    this.#position += part.length;
    return part.length;
  }

  #keep(view: Uint8Array, count: number | null): number | null {
    if (this.#isLast || count === null || count === 0) return count;
    if (this.#numKept + count > this.#kept.length) {
      this.#kept = resizedBytes(this.#kept, 2 * (this.#numKept + count));
    }
    this.#kept.set(view.subarray(0, count), this.#numKept);
    this.#numKept += count;
    this.#position = this.#numKept;
    return count;
  }

  /** Nothing: whoever reads it again would find it closed. A process ends with its pipes. */
  close(): void {}
}

/** Opens a pipe, or standard input for "-", that can be read again. Throws FormatError FMT001. */
export function openKeptInput(path: string): KeptInput {
  return new KeptInput(openRawInput(path));
}
