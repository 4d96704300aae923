/**
 * The literals of Python that the header of an .npy file is made of.
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
  return new LiteralParser(text, fail).parse();
}

class LiteralParser {
  readonly #text: string;
  readonly #fail: (what: string) => never;
  #at = 0;

  constructor(text: string, fail: (what: string) => never) {
    this.#text = text;
    this.#fail = fail;
  }

  parse(): Literal {
    const result = this.#value(0);
    this.#skip();
    return this.#at < this.#text.length ? this.#fail("its header goes on behind its dictionary") : result;
  }

  /** the character that is next */
  #next(): string {
    return this.#text[this.#at] ?? "";
  }

  #skip(): void {
    while (/\s/.test(this.#next())) this.#at++;
  }

  #value(depth: number): Literal {
    this.#skip();
    const sign = this.#next();
    if (depth > MAX_DEPTH) return this.#fail("its header is nested too deep");
    if (sign === "'" || sign === '"') return this.#quoted(sign);
    if (sign === "(" || sign === "[") return this.#sequence(sign === "(" ? ")" : "]", depth);
    if (sign === "{") return this.#dictionary(depth);
    const rest = this.#text.slice(this.#at, this.#at + 40);
    const word = /^(True|False|-?\d+L?)/.exec(rest.slice(0, 32))?.[0];
    if (word === undefined) return this.#fail(`its header cannot be read: ${JSON.stringify(rest)}`);
    this.#at += word.length;
    if (word === "True" || word === "False") return word === "True";
    // Python 2 wrote long integers with an L
    return Number(word.replace("L", ""));
  }

  #quoted(sign: string): string {
    let result = "";
    for (this.#at++; this.#next() !== sign; this.#at++) {
      if (this.#at >= this.#text.length) return this.#fail("its header ends inside a text");
      if (this.#next() === "\\") this.#at++;
      result += this.#next();
    }
    this.#at++;
    return result;
  }

  #sequence(end: string, depth: number): readonly Literal[] {
    const items: Literal[] = [];
    for (this.#at++;;) {
      this.#skip();
      if (this.#next() === end) break;
      items.push(this.#value(depth + 1));
      this.#skip();
      if (this.#next() === ",") this.#at++;
      else if (this.#next() !== end) return this.#fail("its header has a list without an end");
    }
    this.#at++;
    return items;
  }

  #dictionary(depth: number): Literal {
    const entries = new Map<string, Literal>();
    for (this.#at++;;) {
      this.#skip();
      if (this.#next() === "}") break;
      const key = this.#value(depth + 1);
      this.#skip();
      if (typeof key !== "string" || this.#next() !== ":") {
        return this.#fail("its header has an entry without a name");
      }
      this.#at++;
      entries.set(key, this.#value(depth + 1));
      this.#skip();
      if (this.#next() === ",") this.#at++;
      else if (this.#next() !== "}") return this.#fail("its header has a dictionary without an end");
    }
    this.#at++;
    return entries;
  }
}
