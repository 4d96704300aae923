/**
 * The pipeline that `ndpipe convert` runs: it returns its inputs. Its names are c0, c1, … since a column's name may be
 * any text; the outputs get the columns' names once it is proven.
 *
 * @module
 */
import type { DType } from "../dtype/mod.ts";
import { unplacedCarry, unplacedInput } from "../pipeline/declare.ts";
import { Pipeline } from "../pipeline/define.ts";
import type { ConvertFlags } from "./converted_columns.ts";
import type { ConvertedColumn } from "./stored_column.ts";

/** A pipeline of these columns. */
export function convertPipeline(columns: readonly ConvertedColumn[], flags: ConvertFlags): Pipeline {
  const declarations = columns.map(({ name, dtype, width }, index) => [
    `c${index}`,
    dtype === null
      ? unplacedCarry({ column: name })
      : unplacedInput(dtype, width === null ? ["N"] : ["N", width], {
        column: name,
        nulls: nullPolicy(dtype, flags),
      }),
  ]);
  return new Pipeline({
    name: "convert",
    inputs: Object.fromEntries(declarations),
    transform: (inputs: Record<string, unknown>) => inputs,
  }, null);
}

/** NaN exists in floats only: elsewhere a null stays an error. */
function nullPolicy(dtype: DType, { nulls }: ConvertFlags): "error" | "nan" {
  return nulls === "nan" && (dtype === "f32" || dtype === "f64") ? "nan" : "error";
}
