/**
 * What an .npy header says of its elements: one dtype, or the fields of a structured one.
 *
 * Source: NumPy Enhancement Proposal 1; `numpy.lib.format.descr_to_dtype` for how a header spells a dtype.
 *
 * @module
 */

/** A value of Python's literals, as headers have them. */
export type Literal = string | number | boolean | readonly Literal[] | ReadonlyMap<string, Literal>;

/** deeper nesting is no header */
const MAX_DEPTH = 8;

/**
 * Reads strings, whole numbers, True and False, tuples, lists and dictionaries with names.
 *
 * @param fail throws
 */
export function parseLiteral(text: string, fail: (what: string) => never): Literal {
  let at = 0;
  const skip = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const value = (depth: number): Literal => {
    skip();
    const sign = text[at] ?? "";
    if (depth > MAX_DEPTH) return fail("its header is nested too deep");
    if (sign === "'" || sign === '"') return quoted(sign);
    if (sign === "(" || sign === "[") return sequence(sign === "(" ? ")" : "]", depth);
    if (sign === "{") return dictionary(depth);
    const word = /^(True|False|-?\d+L?)/.exec(text.slice(at, at + 32))?.[0];
    if (word === undefined) {
      return fail(`its header cannot be read: ${JSON.stringify(text.slice(at, at + 40))}`);
    }
    at += word.length;
    if (word === "True" || word === "False") return word === "True";
    // Python 2 wrote long integers with an L
    return Number(word.replace("L", ""));
  };
  const quoted = (sign: string): string => {
    let result = "";
    for (at++; text[at] !== sign; at++) {
      if (at >= text.length) return fail("its header ends inside a text");
      if (text[at] === "\\") at++;
      result += text[at] ?? "";
    }
    at++;
    return result;
  };
  const sequence = (end: string, depth: number): readonly Literal[] => {
    const items: Literal[] = [];
    for (at++;;) {
      skip();
      if (text[at] === end) break;
      items.push(value(depth + 1));
      skip();
      if (text[at] === ",") at++;
      else if (text[at] !== end) return fail("its header has a list without an end");
    }
    at++;
    return items;
  };
  const dictionary = (depth: number): Literal => {
    const entries = new Map<string, Literal>();
    for (at++;;) {
      skip();
      if (text[at] === "}") break;
      const key = value(depth + 1);
      skip();
      if (typeof key !== "string" || text[at] !== ":") return fail("its header has an entry without a name");
      at++;
      entries.set(key, value(depth + 1));
      skip();
      if (text[at] === ",") at++;
      else if (text[at] !== "}") return fail("its header has a dictionary without an end");
    }
    at++;
    return entries;
  };
  const result = value(0);
  skip();
  if (at < text.length) return fail("its header goes on behind its dictionary");
  return result;
}
