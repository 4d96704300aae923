/**
 * What the options of array functions take, by name: a name means the same everywhere, so one table refuses what is none.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { knownDType } from "../dtypes/casting.ts";

/** Whether a value is of a kind, and what the kind is called. */
type Kind = readonly [holds: (value: unknown) => boolean, text: string];

const isNumber = (value: unknown): boolean => typeof value === "number" || typeof value === "bigint";
const isFlag = (value: unknown): boolean => typeof value === "boolean" || value === 0 || value === 1;
// an array holds a lease on its bytes; the class itself is of a folder that imports this one
const isArray = (value: unknown): boolean => typeof value === "object" && value !== null && "lease" in value;

const FLAG: Kind = [isFlag, "true or false"];
const NUMBER: Kind = [isNumber, "a number"];
const NUMBERS: Kind = [
  (value) =>
    isNumber(value) || isFlag(value) || Array.isArray(value) || ArrayBuffer.isView(value) || isArray(value),
  "a number, a list or an array",
];
const INTEGERS: Kind = [
  (value) => isNumber(value) || Array.isArray(value) || ArrayBuffer.isView(value) || isArray(value),
  "an integer or a list of integers",
];
const ORDER: Kind = [(value) => isNumber(value) || typeof value === "string", "a number or a name"];
const oneOf = (...choices: readonly string[]): Kind => [
  (value) => choices.includes(value as string),
  `one of ${choices.join(", ")}`,
];

const OF_NAME: ReadonlyMap<string, Kind> = new Map([
  ...[
    "assumeUnique bias computeUv copy deg density descending endpoint equalNan fullMatrices hermitian includeInitial increasing invert keepdims",
    "overwriteInput replace retstep returned returnIndices rowvar shuffle sorted sparse stable upper wrap writeable",
  ].flatMap((names) => names.split(" ")).map((name) => [name, FLAG] as const),
  ...[
    "N count d ddof decimals discont decimal ind left m minlength n ndim ndmin nulp num numColumns offset padding period width",
    "edgeitems linewidth precision threshold",
  ].flatMap((names) => names.split(" ")).map((name) => [name, NUMBER] as const),
  ...["atol", "base", "correction", "dx", "k", "nan", "neginf", "posinf", "rcond", "rtol", "tol"].map((
    name,
  ) => [name, NUMBERS] as const),
  ...["axes", "axis", "axisa", "axisb", "axisc", "s", "shape", "shift", "size", "strides"]
    .map((name) => [name, INTEGERS] as const),
  ["ord", ORDER],
  // whether bins have their right edge, or the value to the right of all points
  ["right", [(value) => isFlag(value) || isNumber(value), "true, false or a number"]],
  ["initial", [(value) => isNumber(value) || isFlag(value), "a number or a bool"]],
  ["out", [isArray, "an array that takes the result"]],
  ["side", oneOf("left", "right")],
  ["casting", oneOf("no", "equiv", "safe", "same_kind", "unsafe")],
  ["reflectType", oneOf("even", "odd")],
  ["order", oneOf("C", "F", "A", "K", "c", "f", "a", "k")],
]);

const isPairOfArrays = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "re" in value && "im" in value && isArray(value.re) &&
  isArray(value.im);

/** which give complex numbers, whose `out` is a pair */
const GIVES_PAIRS: ReadonlySet<string> = new Set(
  "fft ifft rfft ihfft fftn ifftn rfftn fft2 ifft2 rfft2".split(" "),
);

/** Refuses, as ARR002, a value that is none of its name's kind; null and undefined are left out. */
export function refuseOtherKind(callee: string, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (name === "dtype") {
    knownDType(value as DType);
    return;
  }
  if (name === "out" && GIVES_PAIRS.has(callee)) {
    if (isPairOfArrays(value)) return;
    const text = `${callee} takes a pair of arrays as out, not ${textOf(value)}`;
    throw new NdpipeError("ARR002", text, { help: "give { out: { re, im } }" });
  }
  const kind = OF_NAME.get(name);
  if (kind === undefined || kind[0](value)) return;
  throw new NdpipeError("ARR002", `${callee} takes ${kind[1]} as ${name}, not ${textOf(value)}`);
}

/** whose `axes` are a list for each array */
const HAS_LISTS_OF_AXES: ReadonlySet<string> = new Set(["matmul", "matvec", "vecmat", "vecdot"]);

/** Whether values of a name are an integer or several, in whatever holds them. */
export function isOfIntegers(callee: string, name: string): boolean {
  return OF_NAME.get(name) === INTEGERS && !(name === "axes" && HAS_LISTS_OF_AXES.has(callee));
}

/** Whether values of a name are read as numbers, and never as the exact integers of a dtype. */
export function isOfNumber(name: string): boolean {
  const kind = OF_NAME.get(name);
  return kind === NUMBER || kind === NUMBERS || kind === ORDER;
}

/** What is done with an index that is out of its axis. */
export const INDEX_MODES: readonly string[] = ["raise", "wrap", "clip"];

/** Refuses, as ARR002, a word that is none of those that the function knows. */
export function refuseOtherWord(
  callee: string,
  [name, value]: readonly [string, unknown],
  choices: readonly string[],
): void {
  if (choices.includes(value as string)) return;
  throw new NdpipeError("ARR002", `${callee} takes ${choices.join(", ")} as ${name}, not ${textOf(value)}`);
}

/** An argument in a message. */
export function textOf(given: unknown): string {
  if (typeof given === "string") return JSON.stringify(given);
  if (Array.isArray(given)) return "a list";
  if (typeof given === "function") return "a function";
  if (typeof given !== "object" || given === null) return String(given);
  // an object may have no constructor, or one of its own
  const { constructor: kind }: { readonly constructor?: unknown } = given;
  const name = typeof kind === "function" && kind !== Object && kind.name !== "" ? kind.name : "object";
  return `${/^([AEIOaeio]|ND|U(?!i))/.test(name) ? "an" : "a"} ${name}`;
}
