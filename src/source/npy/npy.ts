/**
 * Reads arrays in NumPy's .npy format, versions 1 to 3.
 *
 * Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`.
 *
 * @module
 */
import { countText } from "../../wording/count_text.ts";
import { DTYPE, type DType, type TypedArray } from "../../dtype/mod.ts";
import { FormatError } from "../../errors.ts";
import { emptyFile } from "../empty_file.ts";

/** An array in C order. */
export interface NpyArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** the product of the shape's sizes many elements; bool is one byte, 0 or 1 */
  readonly data: TypedArray;
}

/** What the header of an .npy file says, checked. */
interface NpyHeader {
  readonly dtype: DType;
  /** bytes of one element in the file; float16 has 2 and becomes f32 */
  readonly itemsize: number;
  readonly isBigEndian: boolean;
  readonly isFortranOrder: boolean;
  readonly shape: readonly number[];
  readonly dataOffset: number;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** NumPy's letter and size → dtype */
const DTYPE_OF_DESCRIPTION: Readonly<Record<string, DType>> = {
  b1: "bool",
  i1: "i8",
  i2: "i16",
  i4: "i32",
  i8: "i64",
  u1: "u8",
  u2: "u16",
  u4: "u32",
  u8: "u64",
  f2: "f32",
  f4: "f32",
  f8: "f64",
};

/** what else NumPy's letters stand for, for messages */
const REFUSED_KINDS: Readonly<Record<string, string>> = {
  O: "Python objects",
  S: "byte strings",
  a: "byte strings",
  U: "strings",
  V: "raw bytes",
  c: "complex numbers",
  M: "dates",
  m: "time differences",
  f: "floats of more than 64 bits",
};

/** NumPy itself allows 32 (64 since NumPy 2) */
const MAX_AXES = 64;

/**
 * Reads one array from the bytes of an .npy file.
 *
 * No length is trusted: the header must fit the bytes, and the bytes must be exactly those of the shape.
 *
 * @param bytes of the whole file
 * @param name of the file or of the archive's entry, for messages
 * @throws FormatError FMT002 not .npy, FMT003 cut off, FMT004 contradictory, FMT005 a dtype that is not read here
 *
 * @example
 * ```ts
 * import { parseNpy } from "./npy.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const header = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2), }\n";
 * const bytes = new Uint8Array([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, header.length, 0,
 *   ...new TextEncoder().encode(header), 1, 0, 2, 0, 3, 0, 4, 0]);
 * deepStrictEqual(parseNpy(bytes, "m.npy"), { dtype: "i16", shape: [2, 2], data: new Int16Array([1, 3, 2, 4]) });
 * ```
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const header = parseHeader(bytes, name);
  const { dtype, shape, itemsize, dataOffset } = header;
  const numElements = shape.reduce((product, size) => product * size, 1);
  const expected = numElements * itemsize, available = bytes.length - dataOffset;
  if (!Number.isSafeInteger(expected) || expected > available) {
    throw new FormatError("FMT003", `${name} ends before its ${shapeText(shape)} elements do`, {
      notes: [
        `${countText(expected)} bytes are promised, ${countText(available)} are there`,
      ],
      help: "write or copy the file again; it may still have been in writing",
    });
  }
  if (expected < available) {
    throw corrupt(name, `${countText(available - expected)} bytes follow the array`);
  }
  // a copy, with a buffer of its own: slice() of a Node Buffer is none
  const raw = new Uint8Array(bytes.subarray(dataOffset));
  if (header.isBigEndian) swapBytes(raw, itemsize);
  const values = itemsize === DTYPE[dtype].itemsize
    ? new DTYPE[dtype].TypedArray(raw.buffer)
    : float32OfFloat16(new Uint16Array(raw.buffer));
  if (dtype === "bool") { for (let i = 0; i < numElements; i++) if (values[i] !== 0) values[i] = 1; }
  const data = header.isFortranOrder ? toRowMajor(values, { dtype, shape }) : values;
  return { dtype, shape, data };
}

function corrupt(name: string, what: string): FormatError {
  return new FormatError("FMT004", `${name} is no valid .npy array: ${what}`, {
    help: "write it again with numpy.save or numpy.savez",
  });
}

function shapeText(shape: readonly number[]): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}

/** What stands before the text of a header, in the first 12 bytes. */
export function readPreamble(
  bytes: Uint8Array,
  name: string,
): { readonly textOffset: number; readonly numTextBytes: number; readonly encoding: "utf-8" | "latin1" } {
  if (bytes.length === 0) throw emptyFile(name);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new FormatError("FMT002", `${name} is no .npy file`, {
      notes: ["its first bytes are not \\x93NUMPY"],
      help: "write it with numpy.save",
    });
  }
  const major = bytes[6];
  if (major !== 1 && major !== 2 && major !== 3) {
    throw new FormatError(
      "FMT005",
      `${name} has version ${major ?? "?"} of the .npy format; 1, 2 and 3 are read`,
      {
        help: "write it again with numpy.save",
      },
    );
  }
  const textOffset = major === 1 ? 10 : 12;
  if (bytes.length < textOffset) throw corrupt(name, "the header is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const numTextBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  return { textOffset, numTextBytes, encoding: major === 3 ? "utf-8" : "latin1" };
}

function parseHeader(bytes: Uint8Array, name: string): NpyHeader {
  const { textOffset, numTextBytes, encoding } = readPreamble(bytes, name);
  if (numTextBytes > bytes.length - textOffset) throw corrupt(name, "the header is cut off");
  const dataOffset = textOffset + numTextBytes;
  const text = new TextDecoder(encoding).decode(bytes.subarray(textOffset, dataOffset));
  return { ...parseDictionary(text, name), dataOffset };
}

/**
 * The header's text is a Python dictionary literal of three entries:
 * `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`
 */
function parseDictionary(text: string, name: string): Omit<NpyHeader, "dataOffset"> {
  // a structured dtype is a list of tuples
  if (/'descr'\s*:\s*\[/.test(text)) throw refusedDType(name, "a structured dtype");
  const match = /^\s*\{(.*)\}\s*$/s.exec(text);
  if (match === null) throw corrupt(name, "its header is no dictionary");
  const entry = /\s*(?:'(\w+)'|"(\w+)")\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\sL,]*\))\s*(?:,|$)/y;
  const entries = new Map<string, string>();
  const body = match[1]!.trimEnd();
  while (entry.lastIndex < body.length) {
    const found = entry.exec(body);
    if (found === null) {
      throw corrupt(name, "its header is not read: " + JSON.stringify(text.trim().slice(0, 80)));
    }
    entries.set((found[1] ?? found[2])!, found[3]!);
  }
  const description = entries.get("descr"),
    order = entries.get("fortran_order"),
    shape = entries.get("shape");
  const isComplete = entries.size === 3 && description !== undefined && /^['"]/.test(description) &&
    (order === "True" || order === "False") && shape !== undefined && shape.startsWith("(");
  if (!isComplete) throw corrupt(name, "its header has not the entries descr, fortran_order and shape");
  return {
    ...parseDescription(description.slice(1, -1), name),
    isFortranOrder: order === "True",
    shape: parseShape(shape, name),
  };
}

function refusedDType(name: string, what: string): FormatError {
  return new FormatError("FMT005", `${name} holds ${what}, which has no dtype here`, {
    notes: ["bool, integers of 8 to 64 bits and floats of 16, 32 and 64 bits are read"],
    help: "convert it in NumPy first, for example .astype(np.float64), and save it again",
  });
}

/** NumPy's letter → what its name begins with, where the name ends with the bits of an element, or does not */
const NAMES_OF_KINDS: Readonly<Record<string, readonly [name: string, bitsAByte: number]>> = {
  O: ["object", 0],
  S: ["bytes", 8],
  a: ["bytes", 8],
  U: ["str", 32],
  V: ["void", 8],
  c: ["complex", 8],
  f: ["float", 8],
};

/**
 * NumPy's name of a dtype that is not read, such as `complex128` of `<c16`; null: it is read.
 *
 * @throws FormatError FMT004 it is no description
 */
export function refusedName(description: string, path: string): string | null {
  const match = /^[<>|=]?([a-zA-Z?])(\d*)(\[.*\])?$/.exec(description);
  if (match === null) throw corrupt(path, `dtype ${JSON.stringify(description)} is not known`);
  const [, kind, size, unit = ""] = match as unknown as [string, string, string, string | undefined];
  if (unit === "" && Object.hasOwn(DTYPE_OF_DESCRIPTION, kind === "?" ? "b1" : `${kind}${size}`)) return null;
  if (kind === "M" || kind === "m") return `${kind === "M" ? "datetime" : "timedelta"}64${unit}`;
  const [name, bitsAByte] = NAMES_OF_KINDS[kind] ?? [description, 0];
  return bitsAByte === 0 ? name : `${name}${Number(size) * bitsAByte}`;
}

/** The dtype of a description such as `<f4`. */
export function parseDescription(
  description: string,
  name: string,
): Pick<NpyHeader, "dtype" | "itemsize" | "isBigEndian"> {
  const match = /^([<>|=]?)([a-zA-Z?])(\d*)/.exec(description);
  if (match === null) throw corrupt(name, `dtype ${JSON.stringify(description)} is not known`);
  const [whole, order, kind, size] = match as unknown as [string, string, string, string];
  const key = kind === "?" ? "b1" : `${kind}${size}`;
  if (whole.length === description.length && Object.hasOwn(DTYPE_OF_DESCRIPTION, key)) {
    const itemsize = Number(key.slice(1));
    return { dtype: DTYPE_OF_DESCRIPTION[key]!, itemsize, isBigEndian: order === ">" && itemsize > 1 };
  }
  throw refusedDType(name, REFUSED_KINDS[kind] ?? `dtype ${JSON.stringify(description)}`);
}

function parseShape(text: string, name: string): number[] {
  // Python 2 wrote long integers with an L
  const sizes = text.slice(1, -1).split(",").map((part) => part.trim()).filter((part) => part !== "");
  const shape = sizes.map((size) => /^\d+L?$/.test(size) ? Number(size.replace("L", "")) : NaN);
  if (shape.length > MAX_AXES || !shape.every(Number.isSafeInteger)) {
    throw corrupt(name, `shape ${text} is not valid`);
  }
  return shape;
}

function swapBytes(raw: Uint8Array, itemsize: number): void {
  for (let start = 0; start < raw.length; start += itemsize) raw.subarray(start, start + itemsize).reverse();
}

/** Exact: every float16 is a float32. */
function float32OfFloat16(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (bits) => {
    const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 0x3ff;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
}

/** From Fortran order (the first axis is the fastest) to C order. */
function toRowMajor(
  values: TypedArray,
  { dtype, shape }: { readonly dtype: DType; readonly shape: readonly number[] },
): TypedArray {
  if (shape.length < 2) return values;
  const result = new DTYPE[dtype].TypedArray(values.length);
  const steps: number[] = [];
  let step = 1;
  for (const size of shape) {
    steps.push(step);
    step *= size;
  }
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    result[to] = values[from]!;
    // count up, the last axis first
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
