/**
 * The columns of a table of text.
 *
 * @module
 */
import { OutputError } from "../../errors.ts";
import type { OutputField } from "../sink.ts";

/**
 * The names of the columns that the fields become, a matrix one for each element of a row.
 *
 * @param format for messages
 * @throws OutputError OUT003 when there is no column, or two of one name
 */
export function columnNames(fields: readonly OutputField[], format: "CSV" | "JSON lines"): string[] {
  const owners = new Map<string, string>();
  for (const { name, width } of fields) {
    const names = width === null ? [name] : Array.from({ length: width }, (_, k) => `${name}_${k}`);
    for (const column of names) {
      const owner = owners.get(column);
      if (owner !== undefined) {
        throw new OutputError(
          "OUT003",
          `two columns of the ${format} output would be named ${JSON.stringify(column)}`,
          {
            operands: [`outputs ${owner} and ${name}`],
            notes: ["a matrix of k elements a row becomes columns name_0 to name_{k−1}"],
            help: `rename one of the outputs ${owner} and ${name}`,
          },
        );
      }
      owners.set(column, name);
    }
  }
  if (owners.size === 0) {
    throw new OutputError("OUT003", `the ${format} output would have no column`, {
      notes: ["rows without a field cannot be told from blank lines"],
      help: "return an output with at least one element a row, or write Arrow",
    });
  }
  return [...owners.keys()];
}
