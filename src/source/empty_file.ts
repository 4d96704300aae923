/** Files of no bytes where a format has some for a table without rows too: a job that failed left them. @module */
import { FormatError } from "../errors.ts";

/** The refusal of an empty file (FMT003). */
export function emptyFile(path: string): FormatError {
  return new FormatError("FMT003", `${path} is empty`, {
    notes: ["even a table without rows has a schema, of some hundred bytes"],
    help: "write or copy the file again",
  });
}
