/**
 * The ahead-of-time compiled text kernels: record ends, numbers read and written. Their source is the
 * AssemblyScript in assembly/, `deno task build:wasm` compiles it, and a test compares the result with text.wasm.
 *
 * Addresses are bytes in the memory that the module was instantiated on; results above 2^31 come back negative, so
 * use `>>> 0`.
 *
 * @module
 */

/** Functions of one instance. Globals hold what the last call found, for the thread that called. */
export interface TextKernels {
  /** finds up to `maxRecords` record ends in [start, end); loads up to 63 bytes behind `end` */
  readonly scanRecords: (
    start: number,
    end: number,
    isEnd: number,
    maxRecords: number,
    maxRecordBytes: number,
    delimiter: number,
    quote: number,
    skipBlankLines: number,
    comment: number,
  ) => void;
  readonly numRecords: WebAssembly.Global;
  readonly numLines: WebAssembly.Global;
  readonly position: WebAssembly.Global;
  /** 0 none, 1 unclosed quote, 2 text after a quote, 3 too long */
  readonly problem: WebAssembly.Global;
  readonly problemPosition: WebAssembly.Global;
  /** 1: the last scan met no byte above 127 */
  readonly isAscii: WebAssembly.Global;
  /** parses fields into columns; 1 when it stopped before a field: the globals say which, or where it ended */
  readonly parseRecords: (
    descriptors: number,
    firstDescriptor: number,
    columns: number,
    tables: number,
    start: number,
    recordStart: number,
    firstRow: number,
    numRows: number,
    delimiter: number,
    quote: number,
    skipBlankLines: number,
    comment: number,
    decimal: number,
    escape: number,
  ) => number;
  readonly stopPosition: WebAssembly.Global;
  readonly stopRow: WebAssembly.Global;
  readonly stopDescriptor: WebAssembly.Global;
  readonly stopRecordStart: WebAssembly.Global;
  /** parses lines of JSON into columns; 1 when it stopped before a line: the globals say which, or where it ended */
  readonly parseObjects: (
    descriptors: number,
    keys: number,
    columns: number,
    tables: number,
    start: number,
    firstRow: number,
    numRows: number,
  ) => number;
  readonly objectPosition: WebAssembly.Global;
  readonly objectRow: WebAssembly.Global;
  /** writes values as text from a place on, up to `limit`; gives the end and leaves the place in the globals */
  readonly writeRows: (
    descriptors: number,
    numColumns: number,
    tables: number,
    firstRow: number,
    firstColumn: number,
    numRows: number,
    start: number,
    limit: number,
    delimiter: number,
  ) => number;
  readonly nextRow: WebAssembly.Global;
  readonly nextColumn: WebAssembly.Global;
  /** 1: the last call stopped before a value that is for the caller */
  readonly isLeft: WebAssembly.Global;
  /** writes values as JSON lines, as `writeRows` does; `keys` has an entry for each column of the table */
  readonly writeObjects: (
    descriptors: number,
    keys: number,
    firstKey: number,
    numColumns: number,
    tables: number,
    firstRow: number,
    firstColumn: number,
    numRows: number,
    start: number,
    limit: number,
  ) => number;
}

/** Bytes behind a text that the kernels may load, and behind their output that they may store to. */
export const TEXT_SLACK_BYTES = 64;

let compiled: WebAssembly.Module | undefined;
const instances = new WeakMap<WebAssembly.Memory, TextKernels>();

/**
 * The text kernels on a shared memory; one instance a memory and thread.
 *
 * @example
 * ```ts
 * import { textKernels } from "./text_module.ts";
 * import { strictEqual } from "node:assert/strict";
 * const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
 * new Uint8Array(memory.buffer).set(new TextEncoder().encode('a,"b\n"\nc,d'));
 * const kernels = textKernels(memory);
 * kernels.scanRecords(0, 10, 1, 100, 1000, 44, 34, 1, 256);
 * strictEqual(kernels.numRecords.value, 2);
 * strictEqual(kernels.numLines.value, 3);
 * ```
 */
export function textKernels(memory: WebAssembly.Memory): TextKernels {
  let kernels = instances.get(memory);
  if (kernels === undefined) {
    compiled ??= new WebAssembly.Module(Deno.readFileSync(new URL("./text.wasm", import.meta.url)));
    // the module's exports are what assembly/index.ts lists
    kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as TextKernels;
    instances.set(memory, kernels);
  }
  return kernels;
}
