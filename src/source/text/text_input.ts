/**
 * What a reader of text reads from: bytes in order.
 *
 * @module
 */

/** Bytes in order. `readSync` fills the front of a view, which may lie in wasm memory. */
export interface TextInput {
  /** for messages: the path, or "stdin" */
  readonly path: string;
  /** size of the file; null for a pipe */
  readonly numBytes: number | null;
  /** the number of bytes read; null or 0 at the end */
  readSync(view: Uint8Array): number | null;
  /**
   * The same without holding the thread. Only a pipe has it: its writer may be silent for ever, and meanwhile
   * signals have to get through.
   */
  read?(view: Uint8Array): Promise<number | null>;
  /** bytes of the file that stand behind the bytes given so far, where these are other bytes: compressed ones */
  readonly numConsumed?: number | undefined;
  /** memory that the input holds for itself; absent: none to speak of */
  readonly heldBytes?: number;
  close(): void;
}
