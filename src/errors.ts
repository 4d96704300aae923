/**
 * What ndpipe throws. Every refusal carries a code, the place in the pipeline file where it is known, notes
 * that name the operands and the numbers, and a help that works when applied. Codes, their exit codes and their
 * long texts are rows of `error_codes.ts`.
 *
 * @module
 */
import { type ErrorCode, ERRORS, type ExitCode } from "./error_codes.ts";

/** A position in a file: lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What an error carries beside its sentence. */
export interface ErrorDetails {
  /** where in the pipeline file, or in the data file */
  readonly place?: Place | null;
  /** operands by name with shape and dtype, the step, the source line: one a line */
  readonly operands?: readonly string[];
  /** the numbers and consequences, each printed behind "= " */
  readonly notes?: readonly string[];
  /** a fix that works when applied */
  readonly help?: string | null;
  /** the input whose data it is: where that is declared is told too, once the error is with who knows */
  readonly input?: string | null;
  /** the array that broadcasting would have made (SHP003): what says its bytes once the rows are known */
  readonly growth?: Growth | null;
  readonly cause?: unknown;
}

/** An array that was refused: its dtype's name, and its shape as declared, symbols and labels included. */
export interface Growth {
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

/** The base of all that ndpipe throws on purpose; anything else that escapes is a bug (exit 70). */
export class NdpipeError extends Error {
  readonly code: ErrorCode;
  readonly place: Place | null;
  readonly operands: readonly string[];
  readonly notes: readonly string[];
  readonly help: string | null;
  readonly input: string | null;
  readonly growth: Growth | null;

  /**
   * @param code a row of `error_codes.ts`
   * @param sentence lower case, no full stop, with the values in it
   */
  constructor(code: ErrorCode, sentence: string, details: ErrorDetails = {}) {
    super(sentence, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.place = details.place ?? null;
    this.operands = details.operands ?? [];
    this.notes = details.notes ?? [];
    this.help = details.help ?? null;
    this.input = details.input ?? null;
    this.growth = details.growth ?? null;
  }

  /** the process's exit code for this error */
  get exitCode(): ExitCode {
    return ERRORS[this.code].exit;
  }
}

/**
 * A signal that came while a thread stood still and could not hear it. No refusal: how the process was asked to end.
 * A system call that a signal broke off is another error, of the same name.
 */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly signal: Deno.Signal;

  constructor(signal: Deno.Signal) {
    super(signal);
    this.signal = signal;
  }
}

/** Shapes, axes or labels that do not fit (SHP…, STR…). */
export class ShapeError extends NdpipeError {}
/** A dtype that an operation does not take, or a number that a dtype cannot hold (DTY…). */
export class DTypeError extends NdpipeError {}
/** Names, columns or declared types that do not agree with the input's metadata (SCH…). */
export class SchemaError extends NdpipeError {}
/** A parameter that is missing or differs from its declaration (PAR…). */
export class ParamError extends NdpipeError {}
/** The memory budget or the guard on elements (MEM…). */
export class MemoryError extends NdpipeError {}
/** A command line that cannot be understood (USE…). */
export class UsageError extends NdpipeError {}
/** A pipeline file that cannot be loaded or is not a pipeline (PIP…). */
export class PipelineError extends NdpipeError {}
/** A matrix that a decomposition does not take (LIN…). */
export class LinAlgError extends NdpipeError {}
/** An input that cannot be read or is corrupt (FMT…). */
export class FormatError extends NdpipeError {}
/** Data that breaks the declared contract: nulls, bad numbers, ragged rows (DAT…). */
export class DataError extends NdpipeError {}
/** An output that cannot be written (OUT…). */
export class OutputError extends NdpipeError {}
