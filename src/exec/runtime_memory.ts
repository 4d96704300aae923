/**
 * What the runtime itself takes: constants that were measured, so that a plan can count them.
 *
 * Measured as VmHWM of `ndpipe run` on Deno 2.9.6, Linux x86-64, less the wasm memory that was touched: 66 MiB for
 * two rows of CSV, 80 MiB for 2,000,000 rows from Arrow to Arrow, 124 MiB for 600,000 rows of 100 columns from CSV to
 * CSV, whose text is short-lived garbage. A worker thread adds 13 to 18 MiB.
 *
 * @module
 */

const MIB = 1024 ** 2;

/** Deno with this program, and what a run leaves lying between collections. */
export const RUNTIME_BYTES: number = 96 * MIB;

/** The garbage of writing CSV: each number is a short-lived string, and V8 lets its young generation grow. */
export const CSV_TEXT_BYTES: number = 48 * MIB;

/**
 * The garbage of writing JSON lines, whose values are joined as strings: measured as 106 MiB above a run that writes
 * CSV from the same table of 2,000,000 rows.
 */
export const JSON_TEXT_BYTES: number = 128 * MIB;

/** One worker thread: an isolate with its modules, its compiled kernels and its young generation. */
export const THREAD_BYTES: number = 20 * MIB;

/** Values of params are held twice while they are loaded: as the file has them, and as declared. */
export const PARAM_COPIES = 2;
