/**
 * What the runtime itself takes: constants that were measured, so that a plan can count them.
 *
 * Measured as VmHWM of `ndpipe run` on Deno 2.9.6, Linux x86-64, less the wasm memory that was touched: 66 MiB for
 * two rows of CSV, 80 MiB for 2,000,000 rows from Arrow to Arrow; 40 MiB more for 1,000,000 rows of text, times and
 * nulls from CSV to JSON lines. A worker thread adds 13 to 18 MiB.
 *
 * @module
 */

const MIB = 1024 ** 2;

/** Deno with this program, and what a run leaves lying between collections. */
export const RUNTIME_BYTES: number = 96 * MIB;

/**
 * The garbage of carried columns that are written as text: their values pass through JavaScript, and V8 lets its young
 * generation grow. Computed columns leave none.
 */
export const CARRIED_WRITING_BYTES: number = 32 * MIB;

/**
 * What compresses an output of text: Node's module, the codec's state and its blocks. Measured beside a plain file:
 * gzip 5.2 to 5.7 MiB, zstd 7.4 to 9.1.
 */
export const TEXT_CODEC_BYTES: Readonly<Record<"gzip" | "zstd", number>> = { gzip: 6 * MIB, zstd: 10 * MIB };

/** The garbage of carried columns that are read from text, for each thread that reads: 25 MiB were measured. */
export const CARRIED_READING_BYTES: number = 40 * MIB;

/**
 * So many bytes for each of the first, and of more by and by less for each: what lies between collections is a share of
 * what lives, which V8 lets be larger in a small heap.
 */
function decreasing(
  count: number,
  { each, first }: { readonly each: number; readonly first: number },
): number {
  return each * count * Math.min(1, first / count) ** 0.25;
}

/** inputs of which each leaves the most between collections */
const FIRST_INPUTS = 8500;

/**
 * Declared inputs: their nodes, stages and kernels, which the planner holds, and what planning and writing them leaves
 * between collections. Measured with `convert` on one thread between CSV, Arrow, Parquet and JSON lines, each column an
 * input: at most 21 KiB of 5000, 17 KiB of 20,000, 10 KiB of 100,000.
 */
export function inputsBytes(numInputs: number): number {
  return decreasing(numInputs, { each: 22 * 1024, first: FIRST_INPUTS });
}

/** The same for each worker thread, which has a copy of the program: 10 KiB an input live. */
export function inputsThreadBytes(numInputs: number): number {
  return Math.max(11 * 1024 * numInputs, decreasing(numInputs, { each: 14 * 1024, first: FIRST_INPUTS }));
}

/**
 * One column of text: its name, types, targets and descriptors, and what planning them leaves between collections.
 * Measured with CSV of 20,000 and of 100,000 columns as one matrix: at most 1.5 KiB a column on one thread, and as
 * much on two together.
 */
export const TEXT_FIELD_BYTES: number = 2 * 1024;

/** The same for each worker thread that reads: half a KiB lives. */
export const TEXT_THREAD_FIELD_BYTES = 768;

/**
 * Columns that are read from Parquet, for each thread that reads: what decoding their pages leaves between collections.
 * V8 lets no more lie than its young generation holds. Without it, 400 columns on two workers peaked up to 5 MiB above
 * their plan, 2000 of one matrix on one thread 44 MiB, and 5 in thousands of chunks of 2 to 50 rows up to 3 MiB.
 */
export function parquetColumnsBytes(numColumns: number): number {
  if (numColumns === 0) return 0;
  return Math.max(6 * MIB, Math.min(40 * 1024 * numColumns, 64 * MIB)) + 2 * 1024 * numColumns;
}

/**
 * The same of columns of Arrow and NumPy, on the thread that plans their reads, chunk after chunk. Without it, in 32
 * chunks, 2000 columns peaked 29 MiB above their plan, 10,000 35 MiB.
 */
export function readColumnsBytes(numColumns: number): number {
  return Math.min(32 * 1024 * numColumns, 64 * MIB);
}

/**
 * One file more than the first: its metadata, which is kept for the run, and what opening it twice leaves between
 * collections. Measured with 4000 files of Parquet: 19 KiB each beyond the first 500.
 */
export const FILE_BYTES: number = 24 * 1024;
/** the same for each column of it */
export const FILE_FIELD_BYTES = 256;

/**
 * Lines of JSON of many keys, for each thread that reads: members of lines that differ from those before them are
 * objects, and V8 lets its young generation grow. Measured with 600 keys: up to 30 MiB above a plan without it, as
 * the collector had it.
 */
export function jsonReadingBytes(numFields: number): number {
  return Math.min(40 * MIB, numFields * 96 * 1024);
}

/** One worker thread: an isolate with its modules, its compiled kernels and its young generation. */
export const THREAD_BYTES: number = 20 * MIB;

/** Values of params are held twice while they are loaded: as the file has them, and as declared. */
export const PARAM_COPIES = 2;

/**
 * What reading takes beyond the declarations, where a refusal advises a budget before the inputs are opened: records of
 * text, pages, staging. Tables of up to some hundred columns took up to 6 MiB; of wider ones a second refusal says more.
 */
export const UNOPENED_BYTES: number = 12 * MIB;

/** The same of values that are carried, whose lengths only an input tells: a record batch of some ten more bytes a row. */
export const CARRIED_VALUES_BYTES: number = 4 * MIB;
