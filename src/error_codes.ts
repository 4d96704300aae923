/**
 * One row an error code: the exit code of the process, a title, and the text that `ndpipe explain CODE` prints.
 * Codes are frozen once released: a code is never given a second meaning.
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
  SHP001: check("shapes do not broadcast", ""),
  SHP002: check("labels differ", ""),
  SHP003: check("broadcast would create a shape that neither operand has", ""),
  SHP004: check("no such axis", ""),
  SHP005: check("axis cannot be squeezed", ""),
  SHP006: check("reshape changes the number of elements", ""),
  SHP007: check("matmul's inner axes differ", ""),
  SHP008: check("concat or stack of shapes that differ", ""),
  SHP009: check("filter's mask does not fit", ""),
  SHP010: check("index out of the axis", ""),
  SHP011: check("the asserted shape is not the shape", ""),
  SHP012: check("broadcastTo cannot reach the shape", ""),
  SHP013: check("a declared shape is malformed", ""),
  SHP014: check("transpose's axes are no permutation", ""),
  // ---- streaming
  STR001: check("operation across the row axis", ""),
  STR002: check("outputs do not share one row axis", ""),
  // ---- dtypes
  DTY001: check("the operation is not defined for the dtype", ""),
  DTY002: check("the number does not fit the dtype", ""),
  DTY003: check("the null policy does not fit the dtype", ""),
  // ---- the type check of the pipeline file
  TYP001: check("the pipeline file does not type-check", ""),
  // ---- schema and names
  SCH001: check("the input has no such column", ""),
  SCH002: check("the column's type is not the declared one", ""),
  SCH003: check("the column's width is not the declared one", ""),
  SCH004: check("the inputs' schemas differ", ""),
  SCH005: check("the column's type has no dtype here", ""),
  // ---- params
  PAR001: check("a parameter is missing", ""),
  PAR002: check("a parameter's shape is not the declared one", ""),
  PAR003: check("a parameter's dtype is not the declared one", ""),
  PAR004: check("a parameter is not finite", ""),
  PAR005: check("no such parameter is declared", ""),
  PAR006: unreadable("the params file cannot be read", ""),
  // ---- the pipeline file
  PIP001: check("the pipeline file cannot be loaded", ""),
  PIP002: check("the file exports no pipeline", ""),
  PIP003: check("the declaration is not valid", ""),
  // ---- memory
  MEM001: memory("the memory budget does not fit the smallest chunk", ""),
  MEM002: memory("an intermediate exceeds the guard on elements", ""),
  MEM003: memory("a record batch of a stream exceeds the budget", ""),
  // ---- input
  FMT001: unreadable("the input cannot be opened", ""),
  FMT002: unreadable("the file is not what it is named", ""),
  FMT003: unreadable("the file is truncated", ""),
  FMT004: unreadable("the file is corrupt", ""),
  FMT005: unreadable("a feature of the format is not read here", ""),
  FMT006: unreadable("the text is not UTF-8", ""),
  FMT007: unreadable("a quote is never closed", ""),
  // ---- data
  DAT001: data("a null where none may be", ""),
  DAT002: data("a field is not a number of the declared dtype", ""),
  DAT003: data("a row has more or fewer fields than the header", ""),
  DAT004: data("a number is out of the dtype's range", ""),
  // ---- output
  OUT001: output("the output cannot be written", ""),
  OUT002: output("the output exists", ""),
  OUT003: output("the format cannot hold the value", ""),
  // ---- usage
  USE001: usage("the command line cannot be understood", ""),
  USE002: usage("an option's value is not valid", ""),
  USE003: usage("the format cannot be told from the name", ""),
  // ---- bugs
  BUG001: { exit: EXIT.bug, title: "a bug in ndpipe", explanation: "" },
} as const satisfies Record<string, ErrorRow>;

/** The code of an error. */
export type ErrorCode = keyof typeof ERRORS;
