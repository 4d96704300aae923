/**
 * Results of several parts, which have names and are lists in NumPy's order: `const { q, r } = qr(a)`,
 * `const [q, r] = qr(a)`.
 *
 * @module
 */

type InOrder<Parts extends object, Names extends readonly unknown[]> = {
  readonly [Place in keyof Names]: Parts[Names[Place] & keyof Parts];
};

/** In the place of the method of arrays that a part hides: nothing calls it, and it has no length. */
interface HiddenMethod {
  (this: never): never;
  readonly length: undefined;
}

/** Parts by name that are the tuple of them too, in the order of the names. */
export type NamedTuple<Parts extends object, Names extends readonly (keyof Parts)[]> = "values" extends
  keyof Parts ?
    & Parts
    & Omit<InOrder<Parts, readonly [...Names]>, "values">
    & { readonly values: HiddenMethod }
  : Parts & InOrder<Parts, Names>;

/**
 * What named tuples are of: arrays that do not change, with the names beside the places. Listed, copied and printed are
 * the names alone, also by `structuredClone`, whose list has no places to unpack; what arrays make of them (`map`,
 * `slice`) is a plain array.
 */
export class Unpacked extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
  constructor(parts: object, values: readonly unknown[]) {
    super();
    Object.assign(this, parts);
    // not listed beside the names
    values.forEach((value, place) => Object.defineProperty(this, place, { value }));
    Object.freeze(this);
  }
  toJSON(): object {
    return { ...this };
  }
  /** what `console.log` prints, in Deno as in Node */
  [Symbol.for("nodejs.util.inspect.custom")](): object {
    return { ...this };
  }
}

/**
 * Parts that also unpack, in the order of these names.
 *
 * @example
 * ```ts
 * import { unpacked } from "./unpacked.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const parts = unpacked({ low: 1, high: 2 }, "low", "high"), [low, high] = parts;
 * deepStrictEqual([parts.low, low, high, parts.length], [1, 1, 2, 2]);
 * deepStrictEqual(Object.keys(parts), ["low", "high"]);
 * ```
 */
export function unpacked<Parts extends object, const Names extends readonly (keyof Parts)[]>(
  parts: Parts,
  ...names: Names
): NamedTuple<Parts, Names> {
  return new Unpacked(parts, names.map((name) => parts[name])) as unknown as NamedTuple<Parts, Names>;
}
