/**
 * Results of several parts, which have names and unpack in NumPy's order: `const { q, r } = qr(a)`, `const [q, r] = qr(a)`.
 *
 * @module
 */

/** Parts by name that are read as the tuple of them too, in the order of the names. */
export type NamedTuple<Parts extends object, Names extends readonly (keyof Parts)[]> =
  & Parts
  & { readonly [Place in keyof Names]: Parts[Names[Place] & keyof Parts] };

/**
 * What named tuples are of: they have the methods of arrays but for those that change them, as these are of whatever has
 * places and a length. Listed, copied and printed are the names alone.
 */
export class Unpacked {
  constructor(parts: object, values: readonly unknown[]) {
    Object.assign(this, parts);
    // as the places of an array, but not listed beside the names
    values.forEach((value, place) => Object.defineProperty(this, place, { value }));
    Object.defineProperty(this, "length", { value: values.length });
  }
}

const LEFT_OUT = new Set(
  "constructor copyWithin fill length pop push reverse shift sort splice unshift".split(" "),
);
for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Array.prototype))) {
  if (!LEFT_OUT.has(name)) Object.defineProperty(Unpacked.prototype, name, descriptor);
}
Object.defineProperty(Unpacked.prototype, Symbol.iterator, { value: Array.prototype[Symbol.iterator] });

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
  return new Unpacked(parts, names.map((name) => parts[name])) as NamedTuple<Parts, Names>;
}
