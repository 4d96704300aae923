/**
 * What `pad` takes: its modes, and the option of each.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import type { ScalarValue } from "../../expr/graph.ts";
import type { NDArray } from "../array.ts";
import type { PerEnd } from "./pad_widths.ts";

/** What stands around the array; "linear_ramp" as NumPy writes it is "linearRamp". */
export type PadMode =
  | "constant"
  | "edge"
  | "linearRamp"
  | "linear_ramp"
  | "maximum"
  | "mean"
  | "median"
  | "minimum"
  | "reflect"
  | "symmetric"
  | "wrap"
  | "empty";

/**
 * A border of one's own: writes to the ends of a vector, a view of the result of all elements along the axis, whose border
 * is 0 or what the axes before have written. Axes come in order.
 */
export type PadFunction = (vector: NDArray, widths: readonly [number, number], axis: number) => void;

/** Options of `pad`; each is for some modes. */
export interface PadOptions {
  /** what the padding is; default "constant" */
  readonly mode?: PadMode | PadFunction | undefined;
  /** "constant": the values; default 0 */
  readonly constantValues?: PerEnd<ScalarValue>;
  /** "linearRamp": the values at the ends; default 0 */
  readonly endValues?: PerEnd;
  /** "maximum", "mean", "median", "minimum": how many elements at each end count; null (the default): all */
  readonly statLength?: PerEnd | null;
  /** "reflect", "symmetric": "odd" takes twice the edge less the element; default "even" */
  readonly reflectType?: "even" | "odd";
}

/** The option of each mode that has one. */
const OPTION: Partial<Readonly<Record<PadMode, keyof PadOptions>>> = {
  constant: "constantValues",
  linearRamp: "endValues",
  linear_ramp: "endValues",
  maximum: "statLength",
  mean: "statLength",
  median: "statLength",
  minimum: "statLength",
  reflect: "reflectType",
  symmetric: "reflectType",
};

/** Refuses, as ARR002, an option of another mode. */
export function refuseOtherOptions(mode: PadMode | PadFunction, options: PadOptions): void {
  const own = typeof mode === "string" ? OPTION[mode] : undefined;
  const other = Object.keys(options).find((name) => name !== own);
  if (other === undefined) return;
  const text = typeof mode === "string" ? `mode ${JSON.stringify(mode)}` : "a function as mode";
  throw new NdpipeError("ARR002", `pad takes no ${other} with ${text}`, {
    help: own === undefined ? "leave it out" : `its option is ${own}`,
  });
}
