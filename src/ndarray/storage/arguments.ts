/**
 * Arguments that stand by position, as in NumPy, or among the options. The one place that tells options from values: no
 * function of arrays takes an argument that it does not use.
 *
 * @module
 */
import { MemoryError, NdpipeError } from "../../errors.ts";
import { integersOf, isAlone } from "./integer_lists.ts";
import { isOfIntegers, isOfNumber, refuseOtherKind, textOf } from "./option_kinds.ts";
import { optionNames, refuseNoOption } from "./option_names.ts";

/**
 * The last arguments of a function: the values of the options that are named, in this order, as many as are given, then
 * an object of options. What is null or undefined is left out.
 */
export type Positional<O extends object, Names extends readonly (keyof O)[] = []> = Names extends
  readonly [infer First extends keyof O, ...infer More extends readonly (keyof O)[]]
  ? readonly [value?: O[First] | O | null, ...more: Positional<O, More>]
  : readonly [options?: O | null];

/** An object that holds options: written as `{ … }`, or one without a prototype. */
export function isOptions(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The options out of a function's last arguments: `cumsum(a, 0, "f32")` is `cumsum(a, { axis: 0, dtype: "f32" })` and
 * `cumsum(a, 0, { dtype: "f32" })`. `names`: the options that may stand by position, in NumPy's order. Options that are
 * null are left out (an axis that is null is the flat array). Refused, as ARR002: an argument behind all of these, an
 * option that is given twice, and one that the function has not (`option_names.ts`).
 */
export function optionsOf<O extends object>(
  callee: string,
  args: readonly unknown[],
  names: readonly (keyof O & string)[] = [],
): O {
  const found: Record<string, unknown> = {};
  for (let i = 0; i < args.length; i++) {
    const given = args[i], name = names[i];
    if (given === undefined) continue;
    if (isOptions(given)) {
      for (const [key, value] of Object.entries(given)) {
        if (value === undefined) continue;
        if (found[key] !== undefined && found[key] !== null) refuseTwice(callee, key);
        found[key] = value;
      }
    } else if (name !== undefined) found[name] = given;
    else if (given !== null) refuseStray(callee, given, names);
  }
  return checked(callee, found as O);
}

/** Options that stand alone, after arguments that are none. Refused: ARR002 for anything else. */
export function optionsObject<O extends object>(callee: string, given: O | null | undefined): O {
  if (given === undefined || given === null) return {} as O;
  return isOptions(given) ? checked(callee, given as O) : refuseStray(callee, given, []);
}

/** refuses options that the function has not, or of another kind; leaves out those that are null */
function checked<O extends object>(callee: string, options: O): O {
  const names = optionNames(callee);
  let read = options;
  for (const name in options) {
    if (options[name] === undefined) continue;
    if (!names.has(name)) refuseNoOption(callee, name, names);
    const value = readOption(callee, name, options[name]);
    if (value !== options[name]) read = { ...read, [name]: value };
  }
  return withoutNulls(read);
}

/**
 * An argument or option as the functions read it: a bigint where a number stands is that number, and integers in a typed
 * array or an array are a list, or one number of an array without axes. Refused: ARR002 for another kind than its name's.
 */
export function readOption<T>(callee: string, name: string, value: T): T {
  refuseOtherKind(callee, name, value);
  if (typeof value === "bigint" && isOfNumber(name)) return integersOf(callee, name, value)[0] as T;
  return isOfIntegers(callee, name) ? integersAs(callee, name, value) : value;
}

/** Integers as a number where they are one that stands alone, else as a list. Refused: ARR002. */
function integersAs<T>(callee: string, name: string, value: T): T {
  if (value === undefined || value === null || typeof value === "number") return value;
  const list = integersOf(callee, name, value);
  return (isAlone(value) ? list[0] : list) as T;
}

/** An argument that stands by position or, by its name, alone in an object of options. */
export type Named<Name extends string, T> = T | { readonly [Option in Name]?: T | undefined };

/**
 * An argument out of its place, or the option of its name where an object of options stands there: `roll(a, 1, 0)` is
 * `roll(a, 1, { axis: 0 })`. What it may be is the caller's to say. Refused: ARR002, an option of another name.
 */
export function argumentOf<Name extends string, T>(
  callee: string,
  name: Name,
  given: Named<Name, T>,
): T | undefined {
  if (!isOptions(given)) return given as T;
  const options: Readonly<Record<string, unknown>> = given as object as Record<string, unknown>;
  for (const key in options) {
    if (options[key] !== undefined && key !== name) refuseNoOption(callee, key, new Set([name]));
  }
  return options[name] as T | undefined;
}

/** Refuses, as ARR002, what stands by position and among the options. */
export function refuseTwice(callee: string, name: string): never {
  throw new NdpipeError("ARR002", `${callee} is given ${name} twice: by position and among the options`, {
    help: "give it once",
  });
}

function refuseStray(callee: string, given: unknown, names: readonly string[]): never {
  const places = names.length === 0 ? "" : `${names.join(", ")} by position, then `;
  throw new NdpipeError("ARR002", `${callee} takes ${places}an object of options, not ${textOf(given)}`, {
    help: "name the option: { name: value }",
  });
}

/**
 * Options without those that are null: NumPy's None, which ported code has for what is left out. An axis that is null is
 * the flat array.
 */
export function withoutNulls<O extends object>(options: O): O {
  for (const key in options) {
    if (options[key] !== null || key === "axis") continue;
    return Object.fromEntries(
      Object.entries(options).filter(([name, value]) => value !== null || name === "axis"),
    ) as O;
  }
  return options;
}

/**
 * Runs what reads an argument: a refusal says of which argument it is, `indices of put: …`, as what reads it is shared by
 * many functions.
 */
export function reading<T>(argument: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw named(argument, error);
  }
}

/** Runs with an argument that was read: an index out of range says of which argument it is. */
export function locating<T>(argument: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof NdpipeError && error.code === "SHP010" ? named(argument, error) : error;
  }
}

function named(argument: string, error: unknown): unknown {
  if (!(error instanceof NdpipeError) || error instanceof MemoryError) return error;
  const Refusal = error.constructor as typeof NdpipeError;
  return new Refusal(error.code, `${argument}: ${error.message}`, { ...error, cause: error.cause });
}
