/** Errors between threads: structured cloning keeps an error's message only. @module */
import {
  DataError,
  DTypeError,
  type ErrorDetails,
  FormatError,
  Interrupted,
  MemoryError,
  NdpipeError,
  OutputError,
  ParamError,
  PipelineError,
  SchemaError,
  ShapeError,
  UsageError,
} from "../errors.ts";
import type { ErrorCode } from "../error_codes.ts";

/** An error as plain data. */
export type PlainError =
  | {
    readonly kind: "ndpipe";
    readonly name: string;
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: ErrorDetails;
    readonly stack: string | null;
  }
  | { readonly kind: "interrupted"; readonly signal: Deno.Signal }
  | {
    readonly kind: "other";
    readonly name: string;
    readonly message: string;
    readonly stack: string | null;
  };

const CLASSES: ReadonlyMap<string, typeof NdpipeError> = new Map(
  [
    NdpipeError,
    ShapeError,
    DTypeError,
    SchemaError,
    ParamError,
    MemoryError,
    UsageError,
    PipelineError,
    FormatError,
    DataError,
    OutputError,
  ].map((one) => [one.name, one]),
);

/** An error → what can be posted. The cause stays behind: it says nothing to whom the message does not. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof NdpipeError) {
    const { name, code, message, place, operands, notes, help, input, growth } = error;
    const details = { place, operands: [...operands], notes: [...notes], help, input, growth };
    return { kind: "ndpipe", name, code, message, details, stack: error.stack ?? null };
  }
  if (error instanceof Interrupted) return { kind: "interrupted", signal: error.signal };
  if (error instanceof Error) {
    return { kind: "other", name: error.name, message: error.message, stack: error.stack ?? null };
  }
  return { kind: "other", name: "Error", message: String(error), stack: null };
}

/** What was posted → the error, of the class that it had. */
export function fromPlainError(plain: PlainError): Error {
  if (plain.kind === "interrupted") return new Interrupted(plain.signal);
  let error: Error;
  if (plain.kind === "ndpipe") {
    const ErrorClass = CLASSES.get(plain.name) ?? NdpipeError;
    error = new ErrorClass(plain.code, plain.message, plain.details);
  } else {
    error = new Error(plain.message);
    error.name = plain.name;
  }
  if (plain.stack !== null) error.stack = plain.stack;
  return error;
}
