/**
 * One row an error code: the exit code of the process, a title, and the text that `ndpipe explain CODE` prints.
 * Codes are frozen once released: a code is never given a second meaning. One long table, because a code is looked
 * for by its name and every row is prose.
 *
 * @module
 */

/** The process's exit codes, frozen (see `docs/errors.md`). */
export const EXIT = {
  ok: 0,
  runFailed: 1,
  usage: 2,
  checkFailed: 3,
  memoryRefused: 4,
  dataBrokeContract: 5,
  pipelineTestsFailed: 6,
  inputUnreadable: 7,
  outputFailed: 8,
  lockHeld: 9,
  bug: 70,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** One of the frozen exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface ErrorRow {
  readonly exit: ExitCode;
  readonly title: string;
  /** why it is refused, how it comes about, how to mend it; an example where one helps */
  readonly explanation: string;
}

function check(title: string, explanation: string): ErrorRow {
  return { exit: EXIT.checkFailed, title, explanation };
}
function memory(title: string, explanation: string): ErrorRow {
  return { exit: EXIT.memoryRefused, title, explanation };
}
function data(title: string, explanation: string): ErrorRow {
  return { exit: EXIT.dataBrokeContract, title, explanation };
}
function unreadable(title: string, explanation: string): ErrorRow {
  return { exit: EXIT.inputUnreadable, title, explanation };
}
function output(title: string, explanation: string): ErrorRow {
  return { exit: EXIT.outputFailed, title, explanation };
}
function usage(title: string, explanation: string): ErrorRow {
  return { exit: EXIT.usage, title, explanation };
}

/** The table. */
export const ERRORS = {
  // ---- shapes
  SHP001: check(
    "shapes do not broadcast",
    "Two operands are aligned at their last axes, as in NumPy, and two sizes must be equal or one of them 1. Here " +
      "they are neither. Most often a value per row, of shape (N), meets a matrix (N, feature=1000): its one axis is " +
      "aligned with the features. Write .expandDims(-1) on it, so that it is (N, 1). Otherwise a parameter was " +
      "declared, reshaped or sliced to a size that is not meant; the message shows both shapes.",
  ),
  SHP002: check(
    "labels differ",
    "Axes may carry labels: feature=10 and cluster=10 have the same size, but they mean different things, and to " +
      "combine them element by element is nearly always a mistake that no size can reveal. So axes of different " +
      "labels never match. A symbol such as N counts as a label. If the two axes are the same thing, give them the " +
      "same label where they are declared, or rename one with .as([...]).",
  ),
  SHP003: check(
    "broadcast would create a shape that neither operand has",
    "A nightly job multiplied features[:, :, None] of shape (5000000, 1000, 1) by a weight per cluster of shape (10). " +
      "NumPy broadcast the two to (5000000, 1000, 10), 186 GiB of f32, and the container was killed at 3 AM; the " +
      "unit test had ten users and passed. So broadcasting here never grows: the result must have the shape of one " +
      "of its operands. There are two fixes. If one weight a feature was meant, give the weights the shape " +
      "(feature=1000) and leave expandDims out:\n" +
      "  features.mul(perFeature)\n" +
      "If every combination was meant, ask for it, and it is planned and held against the memory budget:\n" +
      "  features.outer(perCluster)\n" +
      "A single operand is repeated by .broadcastTo([...]).",
  ),
  SHP004: check(
    "no such axis",
    "An axis is given by its index, counted from the end where it is negative, or by its name: the label of " +
      "feature=1000 is feature, a symbol such as N is its own name. This one is not among the axes of the shape, or " +
      "is given twice, or the name stands on two axes. Reductions drop their axis, unless { keepdims: true } is " +
      "given, so the axes behind it move up by one: names do not move.",
  ),
  SHP005: check(
    "axis cannot be squeezed",
    "squeeze drops an axis of size 1, and nothing is lost. This axis has another size, or its size is a symbol that " +
      "is known at run time only. To drop an axis of many elements, reduce it (sum, mean, max, ...) or pick one " +
      'element with .slice("..., 0").',
  ),
  SHP006: check(
    "reshape changes the number of elements",
    "A reshape reads the same elements in the same order under other sizes, so the products of the sizes must agree. " +
      "One size may be -1: what is left. A symbol such as N is not known before the run, so it cannot be part of a " +
      'product: it must stand as an axis of its own in both shapes. Write ["N", -1] rather than [-1].',
  ),
  SHP007: check(
    "matmul's inner axes differ",
    "matmul multiplies (..., m, k) by (..., k, n): the last axis of the left operand meets the second-to-last of the " +
      "right, and their sizes must be equal, because these products are summed. A vector on the right meets with its " +
      "only axis. Often the right operand is stored the other way round: transpose it with .transpose().",
  ),
  SHP008: check(
    "concat or stack of shapes that differ",
    "concat puts tensors one after the other along an axis; all other axes must be equal. stack puts equal shapes " +
      "along a new axis. Along a symbolic axis nothing can be concatenated, because the size of the result is not " +
      "known before the run. Rows of several inputs are concatenated by giving several inputs to the command.",
  ),
  SHP009: check(
    "filter's mask does not fit",
    "filter keeps the rows for which a mask is true. The mask is a bool tensor of one axis, the same as the first " +
      "axis of what is filtered. How many rows stay is not known before the run, so the result's rows are a new " +
      'symbol, which must be named and differ from the old: x.filter(mask, "K"). A mask of numbers is made bool by a ' +
      "comparison, such as mask.ne(0).",
  ),
  SHP010: check(
    "index out of the axis",
    "A slice or an index lies outside its axis, leaves nothing of it, or cannot be read. Bounds of a range clamp as in " +
      "NumPy, single indices do not. Rows are not sliced: the size of a symbolic axis is not known before the run, and " +
      'a row\'s position must not depend on where a chunk begins; keep rows with .filter(mask, "K"). New axes come ' +
      "from .expandDims(axis), not from None.",
  ),
  SHP011: check(
    "the asserted shape is not the shape",
    ".as([...]) renames the axes of a tensor and states its shape: it moves and computes nothing. The sizes must be " +
      "those that the tensor has, only labels may differ. To change sizes use .reshape([...]), to repeat axes " +
      ".broadcastTo([...]).",
  ),
  SHP012: check(
    "broadcastTo cannot reach the shape",
    "broadcastTo repeats axes of size 1 and axes that are missing on the left, until the shape is the one given. An " +
      "axis of another size cannot become larger or smaller, and the rank cannot shrink. Often an axis of size 1 is " +
      "wanted first: .expandDims(axis).",
  ),
  SHP013: check(
    "a declared shape is malformed",
    'A shape is a list of axes. An axis is a size (1000), a symbol ("N") or a size with a label ("feature=1000"). ' +
      "Sizes are whole numbers from 1 to 2147483647. Symbols and labels are a letter or an underscore, then letters, " +
      "digits and underscores. In a shape that is declared, a label names one axis only.",
  ),
  SHP014: check(
    "transpose's axes are no permutation",
    "transpose takes each axis exactly once, by index or by name; without a list it reverses the axes. The list given " +
      "is too short, too long, or names an axis twice. For (N, rows=28, columns=28), .transpose([0, 2, 1]) and " +
      '.transpose(["N", "columns", "rows"]) are the same.',
  ),
  SHP015: check(
    "outer needs a vector",
    "a.outer(b) multiplies every element of a by every element of the vector b, and appends b's axis to the shape of " +
      "a. So b must have exactly one axis. For a matrix, flatten it with .reshape([-1]) first, or use matmul, or " +
      "broadcastTo and mul where the growth is meant.",
  ),
  // ---- streaming
  STR001: check(
    "operation across the row axis",
    "Data flows through in chunks of rows, and a pipeline sees one chunk at a time. An operation that " +
      "mixes rows (a sum, a sort or a mean over the axis N, a reshape or transpose that moves N) would " +
      "depend on where chunks begin, so its result would change with the chunk size. Reduce over " +
      'another axis, by number or by label: .sum("feature") gives one number a row. A statistic of the ' +
      "whole input is computed beforehand and given to the pipeline as a parameter.",
  ),
  STR002: check(
    "outputs do not share one row axis",
    "All output columns are written side by side, so they need the same rows. The rows of an input " +
      "are N; a filter makes a new, shorter axis. Columns from before and from after a filter, or from " +
      "two different filters, do not line up. Filter every column that is written with the same mask: " +
      'const keep = score.gt(0.5), then return { id: id.filter(keep, "K"), score: score.filter(keep, "K") }. ' +
      "A column without a row axis cannot be written at all.",
  ),
  // ---- dtypes
  DTY001: check(
    "the operation is not defined for the dtype",
    "The operation has no meaning for the operand's dtype: the difference of two bools, a bitwise " +
      "operation on floats, a matmul of bools. Nothing is converted to a dtype that nobody asked for. Say what " +
      'is meant with .astype(...) before the operation: flags.astype("f32").matmul(weights). The message names ' +
      "the operands with their dtypes, and a dtype that the operation takes. A carried column " +
      "has no dtype at all: it is returned as an output, or filtered, and nothing else is defined for it.",
  ),
  DTY002: check(
    "the number does not fit the dtype",
    "A number beside a tensor takes the tensor's dtype, as in NumPy 2, so it must fit: 300 is no u8, -1 is no u32. To " +
      'compute in a wider dtype cast the tensor first, for example .astype("i32"). A fraction beside an integer tensor ' +
      "is no error: the result is f64, as in NumPy. In a pipeline a finite number must stay finite: 1e300 is no f32, where " +
      "NumPy takes it as infinity and warns; write Infinity where that is meant. A value that fills nulls is taken as it is, so it must fit too: " +
      "{ nulls: { fill: -1 } } fits no unsigned integer, { fill: 0.5 } no integer, and a bool takes true or false.",
  ),
  DTY003: check(
    "the null policy does not fit the dtype",
    'An input may say what becomes of a null: "error", "nan", or a fill value. NaN exists for f32 and ' +
      "f64 only. Take a fill value, { nulls: { fill: 0 } }, or declare the input as a float. A fill value that " +
      "the dtype does not hold is DTY002.",
  ),
  // ---- the type check of the pipeline file
  DTY004: check(
    "the cast may lose values",
    "The result of an operation is stored in the array given as `out`, and its dtype is of another kind: a float in an " +
      "integer array, a signed number in an unsigned one. NumPy calls the rule same_kind: values may be rounded " +
      "within a kind, but a kind is not left without being asked. Give an `out` of the result's dtype, or leave " +
      "`out` away and cast the result with .astype(), which says that the loss is meant.",
  ),
  TYP001: check(
    "the pipeline file does not type-check",
    "TypeScript finds a fault in the pipeline file that is not one of shapes or dtypes: a misspelt method, a wrong " +
      "argument, an import that is missing. ndpipe checks the types because deno run does not. The message is " +
      "TypeScript's own; an editor with Deno's language server shows it at the same place.",
  ),
  // ---- schema and names
  ARR001: check(
    "the array is read-only",
    "The array is a view on bytes that may not be written: a column of an input, or a view made by broadcastTo, " +
      "in which many elements share one place. Writing through it would change the input, or many elements at " +
      "once. Views of a read-only view are read-only too; .base and .flags.writeable tell. Write to a copy: .copy().",
  ),
  ARR002: check(
    "an argument of an array function is not valid",
    "The function was called with a value that it does not take: a nested list whose rows differ in length, an " +
      "object that is no array, a step of 0, an index that is no integer, a list of indices where a slice is " +
      "expected, arrays of no common length. The message shows the value and what would be valid.",
  ),
  ARR003: check(
    "the operation has no value for no elements",
    "The smallest, the largest and their positions are elements of the array, or positions in it, and the axis that is " +
      "reduced has no elements. NumPy refuses it too; sums and products have a value (0 and 1), and the mean is NaN. " +
      "Test .size before the call, or take a slice that holds elements.",
  ),
  LIN001: check(
    "the matrix is singular",
    "A square matrix whose columns depend on each other has no inverse, and a system with it has no solution or " +
      "many. Elimination found a column in which no pivot is left; the message says which, and of which matrix of a " +
      "stack. Two equal columns, a column of zeros, or a column that is the sum of others are the usual causes. " +
      "linalg.lstsq and linalg.pinv take such matrices; linalg.matrixRank and linalg.cond tell how far they are " +
      "from regular.",
  ),
  LIN002: check(
    "the matrix is not positive definite",
    "The Cholesky factorisation is of symmetric matrices whose eigenvalues are all above zero. Only one triangle of " +
      "the matrix is read. A covariance of columns that depend on each other has eigenvalues of 0, and rounding may " +
      "put them below: adding a small multiple of the identity is the usual remedy. " +
      "linalg.eigh takes every symmetric matrix.",
  ),
  LIN003: check(
    "a decomposition has no answer",
    "Eigenvalues and singular values are found by iteration, which ends for every matrix of finite numbers. A matrix " +
      "that holds NaN or an infinity has none, as in NumPy. Find such elements with isFinite, and replace them by " +
      "nanToNum or where before the call.",
  ),
  LIN004: check(
    "the array is not a matrix of the form that the operation takes",
    "The last two axes of an array are its matrices; all axes before them make a stack. The operation was given an " +
      "array of fewer axes, or matrices that are not square where inverse, determinant, eigenvalues or a power are " +
      "asked for. The message says the shape. expandDims makes a row or a column of a vector; linalg.pinv and " +
      "linalg.lstsq take matrices that are not square.",
  ),
  SCH001: check(
    "the input has no such column",
    "A declared input names a column, a list of columns or a pattern, and the input's schema has none " +
      "of that name. Names are compared exactly: capitals and spaces count. The message lists the " +
      "nearest names of the table. Mend the name in the pipeline file, or select the column by a list " +
      'or by a pattern such as `{ columns: "p*" }`. A missing name `x` also stands for columns `x_0`, ' +
      "`x_1`, … where these exist, as a matrix is written to CSV.",
  ),
  SCH002: check(
    "the column's type is not the declared one",
    "The declaration says one dtype and the column has another. Nothing is converted behind your " +
      "back: a silent conversion could round, overflow or double the memory. Declare the input with the " +
      'column\'s dtype, and write `.astype("f32")` in the transform where another one is wanted; the ' +
      "conversion is then fused and shows in the plan. Dates, times, timestamps and durations are read " +
      "as their integers, i32 or i64.",
  ),
  SCH003: check(
    "the column's width is not the declared one",
    "An input of shape (N) takes a column of single numbers; one of shape (N, k) takes a " +
      "FixedSizeList of k elements, or exactly k columns by a list or a pattern. The table has another " +
      "number of elements or of matching columns, or the column is a list where single numbers were " +
      "declared, or the other way round. Declare the shape that the message gives, or select other " +
      "columns.",
  ),
  SCH004: check(
    "the inputs' schemas differ",
    "Several inputs are read one after the other as if they were one table, so every one must have " +
      "the columns that the pipeline reads, with the same types and widths. The message names the first " +
      "input, the one that differs, and the column. Convert the odd one, or run the pipeline on it by " +
      "itself. Columns that the pipeline does not read may differ.",
  ),
  SCH005: check(
    "the column's type has no dtype here",
    "Computation knows bool, integers of 8 to 64 bits, f32 and f64, dates and times as their " +
      "integers, and FixedSizeLists of these. Text, dictionaries, decimals, structs, lists " +
      "of varying length and the like have no such dtype. Such columns may be in the table, and are " +
      "passed over; they cannot be declared as inputs to compute with. A float16 column is one of f32. A column that is " +
      "not computed with is declared with carry(): of Arrow, columns of every type pass through (but unions " +
      "of metadata V4, whose nulls cannot be written); of Parquet, columns nested at most 64 deep. A Parquet column of " +
      "lists of numbers is an input where a shape (N, k) is declared. Cast or encode the column where the table is made, or select another one.",
  ),
  SCH006: check(
    "the column's name is not unique",
    "Several columns of the table have the name that an input asks for, so it cannot be told which " +
      "one is meant. Arrow allows this; joins and hand-made tables bring it about. Rename the columns " +
      "where the table is made, so that each name stands for one.",
  ),
  // ---- params
  PAR001: check(
    "a parameter is missing",
    "Every declared param needs a value before an input is opened. It is sought in this order: " +
      "`--param name=value`, the file of `--params`, the `value` of its declaration. None of them has " +
      "it. In a file, names are compared exactly; the message lists the names that the file has, or the " +
      "nearest. Add the array to the file under the declared name, give it on the command line, or " +
      "declare a value.",
  ),
  PAR002: check(
    "a parameter's shape is not the declared one",
    "The array's shape differs from the declared shape, which the proof of the whole pipeline rests " +
      "on. Nothing is broadcast, transposed or reshaped to make it fit: `(10, 1000)` for `(1000, 10)` " +
      "has the right number of elements in the wrong places. The message names both shapes and, where " +
      "the same elements would fit in another arrangement, how to save them so. Save the array with the " +
      "declared shape, or declare the shape that it has.",
  ),
  PAR003: check(
    "a parameter's dtype is not the declared one",
    "An array has a dtype, and it is used as it is or cast only where no value can change, as NumPy's " +
      "safe casting has it: f32 to f64, i16 to i64. NumPy computes in float64 and int64 unless told " +
      "otherwise, so save `mean.astype(np.float32)` for a param declared f32. Numbers in JSON and on the " +
      "command line have no dtype: they become the declared one if it holds them, so 300 is refused for " +
      "u8 and 0.5 for any integer. Text and nulls are never numbers: JSON cannot write NaN or infinities; .npz " +
      "can.",
  ),
  PAR004: check(
    "a parameter is not finite",
    "The value holds NaN or an infinity. One such element in a mean or a weight turns every row of the " +
      "output into NaN, so it is refused before the run. The message gives the first index and how many " +
      "there are. A standard deviation over an empty group, or a division by zero in training, is the " +
      "usual source. Where the value is meant, as in a mask of -inf, declare the param with `finite: " +
      "false`.",
  ),
  PAR005: check(
    "no such parameter is declared",
    "`--param` gives a value to a name that the pipeline does not declare. It would have no effect, so " +
      "it is taken for a slip of the pen. The message lists the declared params and the nearest name. " +
      "Entries of a params file that the pipeline does not declare are passed over: check lists them, and run warns of a name that is nearly a param's.",
  ),
  PAR006: unreadable(
    "the params file cannot be read",
    "The file of `--params` cannot be opened, neither its ending nor its content is that of .npz, .npy, .safetensors, .json, .arrow, " +
      ".arrows, .feather and .ipc, a key stands twice in an object of JSON, or its content is damaged: sizes that do not fit the file, a checksum that " +
      "differs, a dtype such as " +
      "Python objects or strings that has none here. The message names the file and the entry. An .npy " +
      "file holds one array without a name, so it serves a pipeline with exactly one param. Write the " +
      "file again with `numpy.savez`.",
  ),
  // ---- the pipeline file
  PIP001: check(
    "the pipeline file cannot be loaded",
    "The pipeline file could not be imported: it does not exist, does not parse, imports something " +
      "that is not there, or throws while it is evaluated or traced. The message carries the reason and, where it " +
      "is known, the line. A pipeline file is an ordinary TypeScript module; deno check FILE shows what " +
      'its types say. It finds "ndpipe" through the imports of the deno.json beside ndpipe.',
  ),
  PIP002: check(
    "the file exports no pipeline",
    "A pipeline file says what it is by its default export:\n" +
      "  export default definePipeline({ name, inputs, params, transform });\n" +
      "The file was loaded, but its default export is missing or is something else. Often the word " +
      '"default" is missing, or the file is a helper that a pipeline imports.',
  ),
  PIP003: check(
    "a declaration or a step is not valid",
    "Either the object given to definePipeline is not a valid declaration: a name is missing, an input or a " +
      "parameter is not made with input(...) or param(...), a limit is not a size, or transform does " +
      "not return an object of tensors. Or a step of transform asks a tensor for what tensors do not have: a " +
      "method or member of another name, an element, an argument or option that the method does not take, an " +
      "operator such as x * 2, an assignment. A tensor has a dtype and a shape while the transform is traced, " +
      "and no elements yet. The message names the part, and its help says what to write instead. deno check on " +
      "the file finds most of these in the editor already.",
  ),
  // ---- memory
  MEM001: memory(
    "the memory budget does not fit the smallest chunk",
    "Before anything is read, ndpipe works out how much memory a run takes: read buffers, columns, " +
      "temporaries, output, parameters, one share for each worker, and the runtime itself. Chunk rows " +
      "are chosen so that all fits into the budget, which is the least of --memory, the pipeline's " +
      "limits.memory and 80 % of the container's limit. Here not even the smallest chunk fits. The " +
      "message lists what takes the most. Allow more with --memory, use fewer --workers, write smaller " +
      "record batches with --batch-rows, or make the largest intermediate smaller: a result of an outer " +
      "product or a broadcast is the usual one. Each setting that the message offers has been tried.",
  ),
  MEM002: memory(
    "an intermediate exceeds the guard on elements",
    "An intermediate with more elements per chunk than limits.elements (100,000,000 by default) is " +
      "refused even where memory would allow it: it is nearly always a broadcast that was not meant. " +
      "This rule came of a job that multiplied (5000000, 1000, 1) by (10) and asked for 186 GiB at " +
      "night. If the size is meant, raise it in the pipeline file, limits: { elements: 5e8 }, or take " +
      "smaller chunks with --chunk-rows.",
  ),
  MEM003: memory(
    "a record batch exceeds what was planned for it",
    "A pipe can only be read once, from front to back, and a record batch stores column after column. " +
      "So a whole batch has to be held before its first row is complete. The plan sets room aside for one as " +
      "large as the first, and a larger one takes what the budget has left; this one has more bytes than that. " +
      "A file has no such limit: it is read in parts. Write the stream to a file and give its path, let the " +
      "producer write smaller record batches, or give the `--memory` that the message names. A compressed " +
      "batch is refused the " +
      "same way, from a file too, when its buffers claim to hold more than its rows account for: that " +
      "is damage, or a decompression bomb. Values of carried columns have a share of their own: as many " +
      "bytes a row as `carry({ maxBytesPerRow })` says, or 64, or what the input's metadata tells, and a " +
      "record batch of the output ends where they are used up; one value has a mebibyte at most, of text what " +
      "a record may have. Where Arrow is " +
      "copied as it is, so are bodies that `--compress` has no room for, and streams of more record batches than " +
      "there is memory for: give more with `--memory`.",
  ),
  MEM004: memory(
    "a record of text exceeds the reader's buffer",
    "Memory for the longest record of CSV or JSON lines is set aside before any data is read: 1 MiB, or in " +
      "CSV 64 bytes for each column where that is more. This record is longer. A quote that is never closed is " +
      "the usual cause, because everything up to the next quote then belongs to one field; the message " +
      "gives the line where the record starts. Mend the quote, or give --max-record-bytes more than the " +
      "longest record has: --max-record-bytes 4MiB.",
  ),
  MEM005: memory(
    "the bytes do not fit the memory",
    "ndpipe hands out memory up to a limit, and this allocation would pass it. A run's memory is made once, " +
      "from the plan, and never grows; arrays of the eager API live in a heap with a limit of its own; and a " +
      "kernel's 32-bit addresses reach 4 GiB at most. The message says how much was asked for, how much is in " +
      "use and what holds most of it. Let go of arrays that are no longer needed, work in smaller chunks " +
      "(`--chunk-rows`), or raise the limit (`--memory`) where the machine has the room.",
  ),
  MEM006: {
    exit: EXIT.bug,
    title: "memory is used after it was freed",
    explanation:
      "The bytes of an array were given back, and the array was used or freed again. Those bytes may " +
      "belong to another array by now, so the access is refused rather than answered with its values. Keep one " +
      "owner for each array, free it last, and use `using` so that the end of the scope frees it once. If you " +
      "freed nothing yourself, this is a bug in ndpipe: please report it.",
  },
  // ---- input
  FMT001: unreadable(
    "the input cannot be opened",
    "The system does not give us the input: there is no such file, it is a folder, permission is " +
      "missing, or the disk reports a fault. The sentence ends with the system's reason. Check the path " +
      "and its permissions; under Deno's own sandbox, also what `--allow-read` names. For a URL it is the server that " +
      "refuses or stays silent, after four attempts where another may help; `--allow-net` lets Deno reach it.",
  ),
  FMT002: unreadable(
    "the file is not what it is named",
    "The first bytes are not those of the format that the name or `--from` says: a CSV or a Parquet " +
      "file under an Arrow name, for example. Nothing is guessed from damaged or foreign bytes. Name " +
      "the file after its format, give `--from` with the right one, or convert it to Arrow or CSV. An " +
      "Arrow stream under the name of an Arrow file, and the reverse, are told apart by their first " +
      "bytes and need no mending.",
  ),
  FMT003: unreadable(
    "the file is truncated",
    "The input ends before the bytes that its own metadata promises, or within its gzip or zstd stream: a copy or a download broke off, " +
      "the disk was full, or its writer was stopped or is still at work. An Arrow file gets its footer " +
      "last, so one without a footer was not finished. Write or copy it again. No output is left " +
      "behind. JSON lines without a line name no columns: `run` takes them as a table without " +
      "rows, as its pipeline declares the columns. `inspect` refuses them, and so does `convert`, unless an " +
      "earlier input names the columns.",
  ),
  FMT004: unreadable(
    "the file is corrupt",
    "The metadata contradicts itself or the file: an offset outside the file, a buffer too short for " +
      "its rows, counts that do not fit the schema. All metadata is checked before it is used, so a " +
      "corrupt file cannot make ndpipe crash or read beyond the file. The bytes of columns carry no " +
      "checksum in Arrow: damage there is not noticed. The message names the record batch and the " +
      "column where they are known. Write or copy the file again. A file whose columns changed between " +
      "the plan and the run is refused with this code too: run again when nothing writes to it. So is text to which " +
      "something was appended where what was read ends within a record or its gzip or zstd stream, and a URL whose ETag, Last-Modified or size " +
      "changed in between.",
  ),
  FMT005: unreadable(
    "a feature of the format is not read here",
    "The file may be valid, but uses something that is not read: big-endian record batches, metadata " +
      "from before Arrow 0.8, tensors, Feather V1, an encrypted Parquet file or one of a codec or an " +
      "encoding that is not known, a type that is newer than this program. It is refused by name " +
      "rather than read wrongly. The help says how to write the same table without it.",
  ),
  FMT006: unreadable(
    "the text is not UTF-8",
    "CSV and JSON lines are read as UTF-8, with or without a byte order mark, or as UTF-16, which is told by its " +
      "byte order mark or its zeros. The message gives the line, the byte column and the bytes that are no " +
      "character, or names UTF-32. Spreadsheets on Windows write Windows-1252 unless they are told otherwise. " +
      "Convert the file first: `iconv -f WINDOWS-1252 -t UTF-8 old.csv > new.csv`. The whole text is " +
      "checked, also in columns that no input reads. Text in Parquet is UTF-8 too: there the message names the " +
      "column and, where it has no parts, the row.",
  ),
  FMT007: unreadable(
    "quotes do not pair",
    "A field that starts with a quote ends with one, and is followed by the delimiter or the end of " +
      "the line; a quote within it is written twice (RFC 4180). Here a quote opens and is not closed " +
      "before the input ends, or text follows a closing quote. The message gives the line where the " +
      "quote stands. Close it, double the quote within the field, or turn quoting off for a file that " +
      "uses the character as plain text. A quote in the middle of a field that does not start with one " +
      "is plain text and needs no mending.",
  ),
  FMT008: unreadable(
    "a line is no JSON object",
    "Each line of JSON lines (NDJSON) is one object in the grammar of RFC 8259: keys and strings in " +
      "double quotes, true, false, null, numbers without zeros or a plus in front. NaN and Infinity are no numbers " +
      "of JSON; floats take them as strings. A key may stand once in an object, and escapes of surrogates come in " +
      "pairs. The message gives the line, the byte column and what is missing there. A file that is one array of " +
      "objects is no JSON lines: `jq -c '.[]'` makes lines of it. Values of columns that no input reads are checked too.",
  ),
  // ---- data
  DAT001: data(
    "a null where none may be",
    "A column that an input reads holds a null, and the input's policy is `error`, which is the " +
      "default. The message gives the record batch, the column and the row, counted from 0. Say what a " +
      'null means: `nulls: "nan"` for floats, a fill value for any dtype, or drop such rows where the ' +
      "table is made. A column that its schema declares not nullable may hold none under any policy.",
  ),
  DAT002: data(
    "a field is not a number of the declared dtype",
    "A field of a CSV column that an input reads is no value of the declared dtype. Numbers are digits " +
      "with an optional sign, point and exponent; floats also take nan, inf and infinity in any case. " +
      "For an integer dtype `1.0` and `1e3` are refused, whatever their value: a column written with " +
      "points is declared as f64. Bools are true, false, t, f, 1, 0 (also True, TRUE, False, FALSE). " +
      "Spaces and tabs around a field do not count. Mend the field, declare another dtype, or add its " +
      "spelling to the missing values and declare what a null becomes.",
  ),
  DAT003: data(
    "a row has more or fewer fields than the header",
    "Each row of a CSV file has as many fields as its header; nothing is filled up or cut off unless --ragged pad " +
      "or --trailing-delimiter says so. A key of a JSON line that the first records do not have is refused too, " +
      "unless --unknown-keys ignore says so. A field that holds the delimiter must be quoted, and an empty field still needs its delimiter. A header " +
      "without the name of an index column, or another delimiter than the one given, also brings this " +
      "about. The message gives the line and both counts. In a table of several columns, lines without a " +
      "byte are passed over.",
  ),
  DAT004: data(
    "a number is out of the dtype's range",
    "The field is an integer, but one that the declared dtype cannot hold: 300 for u8, -1 for any " +
      "unsigned dtype. Nothing wraps around or saturates. Declare a wider dtype; for numbers beyond 64 " +
      "bits, f64. Floats have no such limit: a number too large for its float is infinity, as IEEE 754 " +
      "rounds it.",
  ),
  DAT005: data(
    "a list has another number of elements than declared",
    "An input of shape (N, k) reads a Parquet column of lists whose sizes the file does not state, and the list of " +
      "one row has not k elements; an empty list has none. The message gives the row group, the column and the " +
      "row, counted from 0. Write lists of one length where the table is made (pyarrow's list_(type, k), " +
      "Polars' Array, DuckDB's arrays), filter the row out there, or pass the column through with carry(). What " +
      "a null list becomes, the input's policy of nulls says.",
  ),
  // ---- output
  OUT001: output(
    "the output cannot be written",
    "The system refuses to write: the disk or the quota is full, the folder is missing, permission is " +
      "missing, the file system is read-only, or the target is a folder. The message gives the system's " +
      "reason and the bytes written so far. The output is written to a temporary sibling of the target " +
      "first; it is removed, and an old output stays as it was. An output that is also an input, under " +
      "whatever name or link, is refused as well, --force or not: the input would be gone.",
  ),
  OUT002: output(
    "the output exists",
    "The target exists already, and nothing is overwritten unless it is asked for. This is checked " +
      "before any input is read, and once more before the output gets its name. Give `--force` to " +
      "replace it, or name another file with `-o`.",
  ),
  OUT003: output(
    "the format cannot hold the value",
    "The output's format has no way to write the result. In CSV, an output of shape (N, k) becomes " +
      "columns name_0 to name_{k-1}, so outputs `p` of width 2 and `p_0` would both give a column p_0; " +
      "and a table without any column cannot be told from blank lines. Carried columns are written to CSV " +
      "and JSON lines as text, numbers, bools, decimals, dates, times and durations only, and to JSON lines as lists, structs, maps " +
      "and unions of these; unions, intervals and structs without fields not to Parquet. Rename or leave out the " +
      "output that the message names, or write Arrow.",
  ),
  // ---- usage
  USE001: usage(
    "the command line cannot be understood",
    "The command line could not be taken apart: there is no such command or flag, a flag is given " +
      "twice or lacks its value, or a word is missing or one too many. Every word after -i up to the " +
      "next flag is an input, so PIPELINE goes before -i. A value that begins with a dash is written " +
      "with an equals sign: --missing=-999. The help of each command lists its flags: ndpipe run " +
      "--help.",
  ),
  USE002: usage(
    "an option's value is not valid",
    "A flag or an option of a file has a value that it cannot take. Sizes are written 512MiB, 1.5GiB " +
      "(powers of 1024), 2GB (powers of 1000) or in plain bytes; units of one letter are refused, as " +
      "they mean different things in different places. Numbers of rows and workers are whole and at " +
      "least 1. Numerics fused is refused where a probe finds that the machine rounds a product before the " +
      "addition; strict runs everywhere. The help line shows a value that would do.",
  ),
  USE003: usage(
    "the format cannot be told from the name",
    "The format of a file follows from its name's ending (.arrow, .arrows, .csv and their like), and " +
      "this name has none that is known. Say the format: --from for inputs, --to for the output, with " +
      "arrow, arrow-stream, csv, ndjson, parquet, npy or npz. Standard input and output are " +
      "Arrow streams unless told otherwise.",
  ),
  // ---- the machine
  ENV001: {
    exit: EXIT.runFailed,
    title: "a permission is missing",
    explanation:
      "Deno gives a program only the permissions that its command line grants, and ndpipe was started " +
      "with fewer than this run needs. It reads and writes the files that are named, fetches URLs " +
      "(net, and for s3:// AWS's variables of the environment), asks for the machine's memory (sys), and " +
      "runs two programs: deno (for the type check) and cat (for the container's memory limit). Start it as deno task ndpipe or as deno run -P main.ts, which grant " +
      "just these; no run needs -A. A program of its own that sorts arrays, factorises or transforms " +
      "them needs --allow-read for ndpipe's folder, where these kernels lie.",
  },
  ENV002: {
    exit: EXIT.runFailed,
    title: "a package cannot be downloaded",
    explanation:
      "Deno downloads a package from the npm registry when it is first needed, and keeps it in its cache; this " +
      "one is not in the cache, and the registry did not give it. ndpipe itself needs a package for writing Arrow " +
      "and Parquet and for s3:// inputs; a pipeline file may import others. Nothing was read or written. Run deno " +
      "install once in ndpipe's folder where the registry can be reached, or name a registry that this machine " +
      "reaches with NPM_CONFIG_REGISTRY. What is in the cache is not asked for again.",
  },
  ENV003: {
    exit: EXIT.runFailed,
    title: "a file of ndpipe is missing",
    explanation:
      "Sorting, factorising and transforming arrays, and normal random numbers, need files that lie beside ndpipe's " +
      "code: src/ndarray/array.wasm and src/ndarray/random/ziggurat.bin. A program that deno bundle made of the code " +
      "is one file and looks for both beside itself: copy them there. To deno compile name them with --include.",
  },
  ENV004: {
    exit: EXIT.runFailed,
    title: "a file of ndpipe cannot be opened",
    explanation:
      "The process has as many files open as the system allows it, and one that ndpipe needs for the run (a kernel " +
      "or a module of its own) was one more. Deno has some 20 open before it begins, each worker a few, and every " +
      "input and output one: limits are meant to be in the hundreds. See the limit with ulimit -n, and raise it in the shell that starts the " +
      "run: ulimit -n 1024 (of a service: LimitNOFILE=). Where it is an input or the output that was one too many, " +
      "the refusal is that of the file (FMT001, OUT001), with the same help.",
  },
  // ---- bugs
  BUG001: {
    exit: EXIT.bug,
    title: "a bug in ndpipe",
    explanation:
      "Something happened that ndpipe did not expect: the fault is its own, not yours. The output, if " +
      "it is a file, is as it was before the run. Please report the whole message with the command " +
      "line, and the pipeline file if you can share it. Often other chunk rows, one worker or " +
      "--numerics strict get around it meanwhile.",
  },
} as const satisfies Record<string, ErrorRow>;

/** The code of an error. */
export type ErrorCode = keyof typeof ERRORS;
