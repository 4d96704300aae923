/**
 * Plain data as numbers in shared memory: what a chunk's ticket is made of. The names of an object's parts go once:
 * tickets are alike but for their numbers, and as JSON, names and all, one took 15 to 35 µs of both threads.
 *
 * Invariants
 * 1. Shapes are written to a log that only grows, before the value that has them: a reader of any of the values finds
 *    there what it does not know yet, whoever read the values before. What the log has no room for stands in the value.
 * 2. A value is read after it was written as a whole; the caller sees to that.
 *
 * @module
 */

/** Names of an object's parts, in order. */
type Shape = readonly string[];

/** Room for one value. */
export interface PackedPlace {
  /** what each part is, the names of new shapes, and text, by UTF-16 code units */
  readonly words: Uint16Array;
  /** numbers, lengths, and indices of shapes */
  readonly numbers: Float64Array;
}

/** The names of all shapes, in order: of each the number of names, then of each name its length and its code units. */
export type ShapeLog = Uint16Array;

/** What became of a value: "room": its place is too small; "kind": it is no plain data. */
export type Packed = "packed" | "room" | "kind";

/** What a part is: a word. */
const NUMBER = 0, TEXT = 1, TRUE = 2, FALSE = 3, NULL = 4, UNDEFINED = 5, LIST = 6, FLOATS = 7;
/** an object of a shape of the log, and one whose names follow */
const OBJECT = 8, NAMED_OBJECT = 9;
/** an integer of any size, as text */
const BIG_INTEGER = 10;

/** of lengths and code units in the log */
const MOST_IN_WORD = 0xffff;

/** thrown, and caught by `write` */
class NotPacked extends Error {
  readonly why: Exclude<Packed, "packed">;

  constructor(why: NotPacked["why"]) {
    super(why);
    this.why = why;
  }
}

/** Writes values, each to a place; the only one that writes to its log. */
export class PackedWriter {
  readonly #log: ShapeLog;
  #logEnd = 0;
  readonly #shapes: Shape[] = [];
  /** indices of the shapes that begin with a name */
  readonly #byFirstName = new Map<string, number[]>();
  #words: Uint16Array = new Uint16Array();
  #numbers: Float64Array = new Float64Array();
  #wordsEnd = 0;
  #numbersEnd = 0;

  constructor(log: ShapeLog) {
    this.#log = log;
  }

  /**
   * Writes a value.
   *
   * @param value plain data: objects, arrays, numbers, bigints, text, booleans, null, undefined, `Float64Array`
   */
  write(value: unknown, { words, numbers }: PackedPlace): Packed {
    this.#words = words;
    this.#numbers = numbers;
    this.#wordsEnd = this.#numbersEnd = 0;
    try {
      this.#write(value);
      return "packed";
    } catch (error) {
      if (!(error instanceof NotPacked)) throw error;
      return error.why;
    }
  }

  #write(value: unknown): void {
    switch (typeof value) {
      case "number":
        this.#word(NUMBER);
        return this.#number(value);
      case "string":
        this.#word(TEXT);
        return this.#text(value);
      case "bigint":
        this.#word(BIG_INTEGER);
        return this.#text(String(value));
      case "boolean":
        return this.#word(value ? TRUE : FALSE);
      case "undefined":
        return this.#word(UNDEFINED);
      case "object":
        return value === null ? this.#word(NULL) : this.#writeObject(value);
      default:
        throw new NotPacked("kind");
    }
  }

  #writeObject(value: object): void {
    if (Array.isArray(value)) {
      this.#word(LIST);
      this.#number(value.length);
      for (let i = 0; i < value.length; i++) this.#write(value[i]);
    } else if (value instanceof Float64Array) {
      this.#word(FLOATS);
      this.#number(value.length);
      if (this.#numbersEnd + value.length > this.#numbers.length) throw new NotPacked("room");
      this.#numbers.set(value, this.#numbersEnd);
      this.#numbersEnd += value.length;
    } else {
      if (Object.getPrototypeOf(value) !== Object.prototype) throw new NotPacked("kind");
      const names = Object.keys(value);
      this.#writeShape(names);
      for (const name of names) this.#write((value as Readonly<Record<string, unknown>>)[name]);
    }
  }

  #writeShape(names: Shape): void {
    const first = names[0] ?? "", known = this.#byFirstName.get(first) ?? [];
    const index = known.find((i) => isSame(this.#shapes[i]!, names)) ?? this.#logShape(first, names);
    if (index !== null) {
      this.#word(OBJECT);
      return this.#number(index);
    }
    this.#word(NAMED_OBJECT);
    this.#number(names.length);
    for (const name of names) this.#text(name);
  }

  /** the new shape's index; null: the log has no room for it */
  #logShape(first: string, names: Shape): number | null {
    // it would be no part of the copy, but its prototype
    if (names.includes("__proto__")) throw new NotPacked("kind");
    const log = this.#log, numWords = names.reduce((sum, { length }) => sum + 1 + length, 1);
    const isLong = names.length > MOST_IN_WORD || names.some(({ length }) => length > MOST_IN_WORD);
    if (isLong || this.#logEnd + numWords > log.length) return null;
    log[this.#logEnd++] = names.length;
    for (const name of names) {
      log[this.#logEnd++] = name.length;
      for (let i = 0; i < name.length; i++) log[this.#logEnd++] = name.charCodeAt(i);
    }
    const index = this.#shapes.push(names) - 1;
    this.#byFirstName.set(first, [...this.#byFirstName.get(first) ?? [], index]);
    return index;
  }

  #word(word: number): void {
    if (this.#wordsEnd === this.#words.length) throw new NotPacked("room");
    this.#words[this.#wordsEnd++] = word;
  }

  #number(number: number): void {
    if (this.#numbersEnd === this.#numbers.length) throw new NotPacked("room");
    this.#numbers[this.#numbersEnd++] = number;
  }

  #text(text: string): void {
    this.#number(text.length);
    for (let i = 0; i < text.length; i++) this.#word(text.charCodeAt(i));
  }
}

function isSame(shape: Shape, names: Shape): boolean {
  if (shape.length !== names.length) return false;
  for (let i = 0; i < names.length; i++) if (shape[i] !== names[i]) return false;
  return true;
}

/** Reads any of the values that one `PackedWriter` wrote. */
export class PackedReader {
  readonly #log: ShapeLog;
  #logEnd = 0;
  readonly #shapes: Shape[] = [];
  #words: Uint16Array = new Uint16Array();
  #numbers: Float64Array = new Float64Array();
  #wordsEnd = 0;
  #numbersEnd = 0;

  constructor(log: ShapeLog) {
    this.#log = log;
  }

  /** the value of a place: a copy, which holds nothing of the place */
  read({ words, numbers }: PackedPlace): unknown {
    this.#words = words;
    this.#numbers = numbers;
    this.#wordsEnd = this.#numbersEnd = 0;
    return this.#read();
  }

  #read(): unknown {
    const kind = this.#words[this.#wordsEnd++]!;
    switch (kind) {
      case NUMBER:
        return this.#number();
      case TEXT:
        return this.#text();
      case BIG_INTEGER:
        return BigInt(this.#text());
      case TRUE:
        return true;
      case FALSE:
        return false;
      case NULL:
        return null;
      case UNDEFINED:
        return undefined;
      case LIST: {
        const list: unknown[] = [];
        for (let rest = this.#number(); rest > 0; rest--) list.push(this.#read());
        return list;
      }
      case FLOATS: {
        const length = this.#number(), start = this.#numbersEnd;
        this.#numbersEnd += length;
        return Float64Array.from(this.#numbers.subarray(start, start + length));
      }
      case NAMED_OBJECT: {
        const names: string[] = [];
        for (let rest = this.#number(); rest > 0; rest--) names.push(this.#text());
        return this.#readObject(names);
      }
      default:
        return this.#readObject(this.#shapeAt(this.#number()));
    }
  }

  /** reads the log as far as that shape */
  #shapeAt(index: number): Shape {
    for (const log = this.#log; this.#shapes.length <= index;) {
      const names: string[] = [];
      for (let rest = log[this.#logEnd++]!; rest > 0; rest--) {
        const start = this.#logEnd + 1;
        this.#logEnd = start + log[start - 1]!;
        names.push(String.fromCharCode(...log.subarray(start, this.#logEnd)));
      }
      this.#shapes.push(names);
    }
    return this.#shapes[index]!;
  }

  #readObject(names: Shape): unknown {
    const object: Record<string, unknown> = {};
    for (const name of names) object[name] = this.#read();
    return object;
  }

  #number(): number {
    return this.#numbers[this.#numbersEnd++]!;
  }

  #text(): string {
    let text = "";
    for (let rest = this.#number(); rest > 0; rest--) {
      text += String.fromCharCode(this.#words[this.#wordsEnd++]!);
    }
    return text;
  }
}
