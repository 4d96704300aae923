/**
 * Plain data as numbers in shared memory: what a chunk's ticket is made of. The names of an object's parts go once:
 * tickets are alike but for their numbers, and as JSON, names and all, one took 15 to 35 µs of both threads.
 *
 * Invariants
 * 1. A reader reads all that its writer wrote, in that order: both know the same shapes.
 * 2. What is not written as a whole is not written at all: then the writer knows no shape that its reader does not.
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

/** What a part is: a word. */
const NUMBER = 0, TEXT = 1, TRUE = 2, FALSE = 3, NULL = 4, UNDEFINED = 5, LIST = 6, FLOATS = 7;
/** an object of a shape that is known, and one whose names follow */
const OBJECT = 8, NEW_OBJECT = 9;

/** thrown, and caught by `write`, where a value is no plain data or too long */
class NotPacked extends Error {}

/** Writes one value after the other, each to a place of its own. */
export class PackedWriter {
  readonly #shapes: Shape[] = [];
  /** indices of the shapes that begin with a name */
  readonly #byFirstName = new Map<string, number[]>();
  #words: Uint16Array = new Uint16Array();
  #numbers: Float64Array = new Float64Array();
  #wordsEnd = 0;
  #numbersEnd = 0;

  /**
   * Writes a value.
   *
   * @param value plain data: objects, arrays, numbers, text, booleans, null, undefined, `Float64Array`
   * @returns false: it is something else, or has no room
   */
  write(value: unknown, { words, numbers }: PackedPlace): boolean {
    this.#words = words;
    this.#numbers = numbers;
    this.#wordsEnd = this.#numbersEnd = 0;
    const numShapes = this.#shapes.length;
    try {
      this.#write(value);
      return true;
    } catch (error) {
      if (!(error instanceof NotPacked)) throw error;
      this.#forget(numShapes);
      return false;
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
      case "boolean":
        return this.#word(value ? TRUE : FALSE);
      case "undefined":
        return this.#word(UNDEFINED);
      case "object":
        return value === null ? this.#word(NULL) : this.#writeObject(value);
      default:
        throw new NotPacked();
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
      if (this.#numbersEnd + value.length > this.#numbers.length) throw new NotPacked();
      this.#numbers.set(value, this.#numbersEnd);
      this.#numbersEnd += value.length;
    } else {
      if (Object.getPrototypeOf(value) !== Object.prototype) throw new NotPacked();
      const names = Object.keys(value);
      this.#writeShape(names);
      for (const name of names) this.#write((value as Readonly<Record<string, unknown>>)[name]);
    }
  }

  #writeShape(names: Shape): void {
    const first = names[0] ?? "", known = this.#byFirstName.get(first) ?? [];
    const index = known.find((i) => isSame(this.#shapes[i]!, names));
    if (index !== undefined) {
      this.#word(OBJECT);
      return this.#number(index);
    }
    // it would be no part of the copy, but its prototype
    if (names.includes("__proto__")) throw new NotPacked();
    this.#word(NEW_OBJECT);
    this.#number(names.length);
    for (const name of names) this.#text(name);
    this.#byFirstName.set(first, [...known, this.#shapes.length]);
    this.#shapes.push(names);
  }

  #forget(numShapes: number): void {
    for (const [index, names] of [...this.#shapes.entries()].slice(numShapes)) {
      const first = names[0] ?? "", known = this.#byFirstName.get(first)!;
      this.#byFirstName.set(first, known.filter((i) => i !== index));
    }
    this.#shapes.length = numShapes;
  }

  #word(word: number): void {
    if (this.#wordsEnd === this.#words.length) throw new NotPacked();
    this.#words[this.#wordsEnd++] = word;
  }

  #number(number: number): void {
    if (this.#numbersEnd === this.#numbers.length) throw new NotPacked();
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

/** Reads what one `PackedWriter` wrote. */
export class PackedReader {
  readonly #shapes: Shape[] = [];
  #words: Uint16Array = new Uint16Array();
  #numbers: Float64Array = new Float64Array();
  #wordsEnd = 0;
  #numbersEnd = 0;

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
      case NEW_OBJECT: {
        const names: string[] = [];
        for (let rest = this.#number(); rest > 0; rest--) names.push(this.#text());
        this.#shapes.push(names);
        return this.#readObject(names);
      }
      default:
        return this.#readObject(this.#shapes[this.#number()]!);
    }
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
