/**
 * Arguments that stand by position, as in NumPy, or among the options.
 *
 * @module
 */

/**
 * Options of which the one that NumPy takes by position may stand alone: `cumsum(a, 0)` is `cumsum(a, { axis: 0 })`. What
 * no options are is that one's value: a number, a text, null, a list or an array.
 */
export function optionsOf<O extends object, K extends keyof O>(
  given: O | O[K],
  name: K,
  rest: O = {} as O,
): O {
  const isOptions = typeof given === "object" && given !== null &&
    Object.getPrototypeOf(given) === Object.prototype;
  return withoutNulls(
    isOptions ? { ...rest, ...given as O } : given === undefined ? rest : { ...rest, [name]: given },
  );
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
