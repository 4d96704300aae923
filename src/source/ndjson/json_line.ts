/**
 * One line of JSON (RFC 8259), taken apart without making values of it: what stands where. Strict: what the grammar
 * does not have is refused, and so are keys that come twice, strings with half a surrogate pair, and depth without
 * end.
 *
 * @module
 */

/** What a value is. */
export type JsonKind = "number" | "string" | "true" | "false" | "null" | "object" | "array";

/** A value of an object: bytes [start, end), quotes and brackets included. */
export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly kind: JsonKind;
  readonly start: number;
  readonly end: number;
}

/** What is wrong with a line, and where. */
export interface JsonFault {
  readonly position: number;
  readonly what: string;
}

const LF = 10,
  CR = 13,
  SPACE = 32,
  TAB = 9,
  QUOTE = 34,
  BACKSLASH = 92,
  MINUS = 45,
  PLUS = 43,
  POINT = 46,
  ZERO = 48;
const OPEN = 123, CLOSE = 125, OPEN_LIST = 91, CLOSE_LIST = 93, COLON = 58, COMMA = 44;
/** nested deeper than any table is, and far from the end of the stack */
const MAX_DEPTH = 64;
const WORDS = ["true", "false", "null"] as const;
const OTHER_NUMBERS = ["NaN", "Infinity"];

/** Thrown within this file, caught where a line is taken apart. */
class Fault extends Error {
  readonly position: number;
  readonly what: string;

  constructor(position: number, what: string) {
    super(what);
    this.position = position;
    this.what = what;
  }
}

/**
 * The members of the object on the line that starts at `start`, in their order.
 *
 * @param bytes a byte that ends lines must stand behind the line
 * @returns the members and the position behind the line's end, or what is wrong
 */
export function readJsonLine(
  bytes: Uint8Array,
  start: number,
): { readonly members: readonly JsonMember[]; readonly end: number } | JsonFault {
  const reader = new LineReader(bytes);
  try {
    const members: JsonMember[] = [];
    let p = reader.object(start, 0, (member) => members.push(member));
    p = reader.space(p);
    if (bytes[p] === CR && bytes[p + 1] === LF) p++;
    if (bytes[p] !== LF && bytes[p] !== CR) throw new Fault(p, "more text stands behind the object");
    return { members, end: p + 1 };
  } catch (error) {
    if (error instanceof Fault) return { position: error.position, what: error.what };
    throw error;
  }
}

/** The position behind lines from `start` on that have nothing but spaces: where another begins, or `end`. */
export function passBlankLines(bytes: Uint8Array, start: number, end: number = bytes.length): number {
  for (let lineStart = start, p = start; p < end; p++) {
    const byte = bytes[p];
    if (byte === LF || byte === CR) lineStart = p + 1;
    else if (byte !== SPACE && byte !== TAB) return lineStart;
  }
  return end;
}

const DECODER = new TextDecoder();

/** Up to here a text is put together character by character: sooner than a decoder is called. */
const SHORT_BYTES = 64;

/** The text of ASCII bytes. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let p = start; p < end; p++) text += String.fromCharCode(bytes[p]!);
  return text;
}

/** The text of a string, given with its quotes. */
export function jsonText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_BYTES) {
    let p = start + 1;
    while (p < end - 1 && bytes[p]! < 0x80 && bytes[p] !== BACKSLASH) p++;
    if (p === end - 1) return asciiText(bytes, start + 1, p);
  }
  // a copy: a TextDecoder takes no shared memory
  const token = DECODER.decode(bytes.slice(start, end));
  return token.includes("\\") ? JSON.parse(token) as string : token.slice(1, -1);
}

class LineReader {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  space(start: number): number {
    let p = start;
    while (this.#bytes[p] === SPACE || this.#bytes[p] === TAB) p++;
    return p;
  }

  object(start: number, depth: number, take: (member: JsonMember) => void): number {
    const bytes = this.#bytes, keys = new Set<string>();
    let p = this.space(start);
    if (bytes[p] !== OPEN) throw new Fault(p, "it does not begin with {");
    p = this.space(p + 1);
    if (bytes[p] === CLOSE) return p + 1;
    for (;;) {
      const keyStart = p;
      if (bytes[p] !== QUOTE) throw new Fault(p, "a key in quotes is missing");
      p = this.string(p);
      const key = jsonText(bytes, keyStart, p);
      if (keys.has(key)) {
        throw new Fault(keyStart, `the key ${JSON.stringify(key)} stands twice in an object`);
      }
      keys.add(key);
      p = this.space(p);
      if (bytes[p] !== COLON) throw new Fault(p, "a colon is missing behind a key");
      const valueStart = this.space(p + 1), value = this.value(valueStart, depth);
      take({ key, keyStart, kind: value.kind, start: valueStart, end: value.end });
      p = this.space(value.end);
      if (bytes[p] === CLOSE) return p + 1;
      if (bytes[p] !== COMMA) throw new Fault(p, "a comma or } is missing behind a value");
      p = this.space(p + 1);
    }
  }

  value(p: number, depth: number): { readonly kind: JsonKind; readonly end: number } {
    const bytes = this.#bytes, c = bytes[p]!;
    if (c === QUOTE) return { kind: "string", end: this.string(p) };
    if (c === OPEN || c === OPEN_LIST) {
      if (depth === MAX_DEPTH) throw new Fault(p, `values are nested deeper than ${MAX_DEPTH}`);
      if (c === OPEN) return { kind: "object", end: this.object(p, depth + 1, () => {}) };
      return { kind: "array", end: this.array(p, depth + 1) };
    }
    for (const word of WORDS) {
      if (c !== word.charCodeAt(0)) continue;
      for (let i = 1; i < word.length; i++) {
        if (bytes[p + i] !== word.charCodeAt(i)) {
          throw this.#noValue(p);
        }
      }
      return { kind: word, end: p + word.length };
    }
    return { kind: "number", end: this.number(p) };
  }

  array(start: number, depth: number): number {
    let p = this.space(start + 1);
    if (this.#bytes[p] === CLOSE_LIST) return p + 1;
    for (;;) {
      p = this.space(this.value(p, depth).end);
      if (this.#bytes[p] === CLOSE_LIST) return p + 1;
      if (this.#bytes[p] !== COMMA) throw new Fault(p, "a comma or ] is missing behind a value");
      p = this.space(p + 1);
    }
  }

  #digits(start: number): number {
    let p = start;
    while (this.#bytes[p]! >= ZERO && this.#bytes[p]! <= ZERO + 9) p++;
    if (p === start) throw this.#noValue(p);
    return p;
  }

  /** what is no value of JSON; Python's json.dumps and others write some numbers so */
  #noValue(p: number): Fault {
    const word = OTHER_NUMBERS.find((one) =>
      [...one].every((c, i) => this.#bytes[p + i] === c.charCodeAt(0))
    );
    if (word === undefined) return new Fault(p, "a value is missing, or spelled otherwise than in JSON");
    const sign = this.#bytes[p - 1] === MINUS ? "-" : "", text = sign + word;
    return new Fault(p, `${text} is no number of JSON; as a text, "${text}", it is read as that number`);
  }

  number(start: number): number {
    const bytes = this.#bytes, first = bytes[start] === MINUS ? start + 1 : start;
    let p = this.#digits(first);
    if (bytes[first] === ZERO && p > first + 1) {
      throw new Fault(start, "a number of JSON has no zeros in front");
    }
    if (bytes[p] === POINT) p = this.#digits(p + 1);
    if (bytes[p] === 101 || bytes[p] === 69) {
      p = this.#digits(bytes[p + 1] === MINUS || bytes[p + 1] === PLUS ? p + 2 : p + 1);
    }
    return p;
  }

  /** The position behind the string; its escapes are those of JSON, and surrogates come in pairs. */
  string(start: number): number {
    const bytes = this.#bytes;
    let p = start + 1, high = -1;
    for (;;) {
      const c = bytes[p]!;
      if (c === LF || c === CR) throw new Fault(start, "a string has no closing quote");
      if (c < SPACE) throw new Fault(p, "a control character stands in a string: it is written \\u00XX");
      if (c !== BACKSLASH) {
        if (high >= 0) throw new Fault(high, "half of a surrogate pair stands alone");
        if (c === QUOTE) return p + 1;
        p++;
        continue;
      }
      const unit = this.#escape(p);
      const isLow = unit >= 0xdc00 && unit <= 0xdfff, isHigh = unit >= 0xd800 && unit <= 0xdbff;
      if (isLow !== (high >= 0)) {
        throw new Fault(high >= 0 ? high : p, "half of a surrogate pair stands alone");
      }
      high = isHigh ? p : -1;
      p += bytes[p + 1] === 117 ? 6 : 2;
    }
  }

  /** The unit that an escape stands for; 0 for those of one letter. */
  #escape(p: number): number {
    const letter = this.#bytes[p + 1]!;
    if (letter !== 117) {
      // " \ / b f n r t
      if ([34, 92, 47, 98, 102, 110, 114, 116].includes(letter)) return 0;
      throw new Fault(p, "JSON has no such escape");
    }
    const text = String.fromCharCode(...this.#bytes.slice(p + 2, p + 6));
    if (!/^[0-9a-fA-F]{4}$/.test(text)) throw new Fault(p, "\\u takes four hexadecimal digits");
    return parseInt(text, 16);
  }
}
