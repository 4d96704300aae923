/** Refusals of a pipeline that nobody wrote, as `convert` tells them: with flags, and without the names of its inputs. @module */
import { DataError, SchemaError } from "../errors.ts";

/** "input c1: f64 from column "x"": nobody wrote c1. */
function withoutInputs(operands: readonly string[]): string[] {
  return operands.filter((operand) => !/^input c\d+ {2}/.test(operand))
    .map((operand) => operand.replace(/^input c\d+: /, ""));
}

/** What binding advises, where it is a flag. */
function flagHelp({ help }: SchemaError): string {
  return help?.includes(" --") ? help : "--columns NAME,… names those that all have";
}

/** A refusal of columns that are not there, are there twice, or differ from file to file, with flags as its help. */
export function withOwnSchemaHelp(error: unknown): unknown {
  if (!(error instanceof SchemaError)) return error;
  const { code, message, operands, notes, help, cause } = error;
  const own = code === "SCH006"
    ? "leave them out, --columns NAME,… names the others; or rename them where the table is made"
    : code === "SCH004"
    ? "convert it by itself, as flags hold for all inputs" +
      (cause instanceof SchemaError && cause.code === "SCH001" ? `: ${flagHelp(cause)}` : "")
    : help;
  return new SchemaError(code, message.replace(/input "?c\d+"?/, "a column"), {
    operands: withoutInputs(operands),
    notes,
    help: own,
    cause: error,
  });
}

/** A refusal of values, with flags as its help: what the reader advises is for pipeline files. */
export function withOwnHelp(error: unknown): unknown {
  if (!(error instanceof DataError)) return error;
  const { code, message, place, operands, notes } = error;
  const help = code === "DAT001"
    ? "--nulls keep keeps nulls as they are; --nulls nan makes them NaN in columns of floats"
    : code === "DAT002" && operands.some((operand) => / from key ".*": /.test(operand))
    // of JSON a value's kind is no spelling: text takes no number
    ? "make all values of the key of one kind (jq: tostring, tonumber), or convert other columns only, --columns NAME,…"
    : code === "DAT002" || code === "DAT004"
    ? "say what the column is, --types NAME=TYPE (utf8 takes any text), or convert other columns only, --columns NAME,…"
    : error.help;
  return new DataError(code, message, {
    place,
    operands: withoutInputs(operands),
    notes,
    help,
    cause: error,
  });
}
