/** Custom metadata of an output: what all inputs have, as far as it is true of the output's columns. @module */
import { type KeyValues, sharedMetadata, withoutColumnKeys } from "../schema/arrow_tree.ts";
import type { Prepared, PreparedInput } from "./prepared.ts";

/** What of a prepared run decides. */
type OutputTable = Pick<Prepared, "graph" | "inputs" | "outputs">;

/**
 * The pairs that all inputs have. Those that describe columns, such as Spark's own schema, are among them only where
 * the output's columns are the inputs', all of them, in order, and unchanged.
 */
export function outputMetadata(table: OutputTable): KeyValues {
  const shared = sharedMetadata(table.inputs.map(({ info }) => info.schema.metadata));
  return table.inputs.every((input) => hasColumnsOf(table, input)) ? shared : withoutColumnKeys(shared);
}

function hasColumnsOf({ graph, outputs }: OutputTable, { info, bindings }: PreparedInput): boolean {
  const { fields } = info.schema, bindingOf = new Map(bindings.map((one) => [one.request.input, one]));
  return outputs.length === fields.length && outputs.every(({ name, dtype, width, carried }, i) => {
    const { operation } = graph.nodes[graph.outputs[i]!.node]!, { name: own, type } = fields[i]!;
    if (operation.kind !== "input" || name !== own) return false;
    const { fieldIndices } = bindingOf.get(operation.name)!;
    if (fieldIndices.length !== 1 || fieldIndices[0] !== i) return false;
    if (carried !== undefined) return true;
    if (type.kind === "primitive") {
      return type.dtype === dtype && type.storedAs === undefined && width === null;
    }
    return type.kind === "fixedSizeList" && type.dtype === dtype && type.storedAs === undefined &&
      type.listSize === width;
  });
}
