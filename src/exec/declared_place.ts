/** Where the input is declared whose data is refused: readers know its name, not the pipeline file. @module */
import { DataError } from "../errors.ts";
import type { InputRequest } from "../schema/mod.ts";
import { shortPath } from "./short_path.ts";

/** The error with the place of its input's declaration: as its own where it has none, else as a note. */
export function withDeclaration(error: unknown, requests: readonly InputRequest[]): unknown {
  if (!(error instanceof DataError) || error.input === null) return error;
  const { code, message, operands, notes, help, input, place } = error;
  const declared = requests.find((request) => request.input === input)?.place ?? null;
  if (declared === null) return error;
  const { line, column } = declared, file = shortPath(declared.file);
  return new DataError(code, message, {
    place: place ?? declared,
    operands,
    notes: place === null ? notes : [...notes, `input ${input} is declared at ${file}:${line}:${column}`],
    help,
    input,
    cause: error,
  });
}
