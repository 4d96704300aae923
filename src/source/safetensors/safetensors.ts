/**
 * Reads tensors in the safetensors format: a JSON header behind its length, then the tensors' bytes, little-endian
 * and in C order. No length is trusted: the header must fit the file, and every tensor must lie in the file and have
 * the bytes of its shape.
 *
 * Source: README.md of the safetensors project, "Format".
 *
 * @module
 */
import { DTYPE, type DType, type TypedArray } from "../../dtype/mod.ts";
import { FormatError } from "../../errors.ts";
import type { RandomAccess } from "../random_access.ts";

/** A tensor in C order. */
export interface SafeTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** An opened file. */
export interface SafeTensors {
  /** in the header's order */
  readonly names: readonly string[];
  /**
   * Reads one tensor.
   *
   * @throws FormatError FMT003 the file became shorter, FMT005 a dtype that is not read here
   */
  read(name: string): SafeTensor;
}

interface Entry {
  readonly type: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

const LENGTH_BYTES = 8;
/** as the reference implementation has it */
const MAX_HEADER_BYTES = 100_000_000;
const MAX_TENSOR_BYTES = 2 ** 31;
const MAX_AXES = 64;

/** the dtype of a type, and the bytes of an element in the file */
const TYPES: Readonly<Record<string, readonly [dtype: DType, itemsize: number]>> = {
  BOOL: ["bool", 1],
  I8: ["i8", 1],
  I16: ["i16", 2],
  I32: ["i32", 4],
  I64: ["i64", 8],
  U8: ["u8", 1],
  U16: ["u16", 2],
  U32: ["u32", 4],
  U64: ["u64", 8],
  F16: ["f32", 2],
  BF16: ["f32", 2],
  F32: ["f32", 4],
  F64: ["f64", 8],
};

function corrupt(path: string, what: string): FormatError {
  return new FormatError("FMT004", `${path} is no valid safetensors file: ${what}`, {
    help: "write it again: safetensors.numpy.save_file(tensors, path)",
  });
}

/**
 * Reads a file's header.
 *
 * @throws FormatError FMT002 no safetensors, FMT003 cut off, FMT004 contradictory
 */
export function openSafeTensors(access: RandomAccess): SafeTensors {
  const { path, size } = access;
  if (size < LENGTH_BYTES) throw notSafeTensors(path);
  const head = new Uint8Array(LENGTH_BYTES);
  access.readInto(head, 0);
  const headerBytes = Number(new DataView(head.buffer).getBigUint64(0, true));
  if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES) throw notSafeTensors(path);
  if (headerBytes > size - LENGTH_BYTES) {
    throw new FormatError("FMT003", `${path} ends before its header does`, {
      notes: [`the header is said to have ${headerBytes} bytes, the file has ${size}`],
      help: "write or copy the file again; it may still have been in writing",
    });
  }
  const bytes = new Uint8Array(headerBytes);
  access.readInto(bytes, LENGTH_BYTES);
  const dataStart = LENGTH_BYTES + headerBytes;
  const entries = parseHeader(bytes, { path, dataBytes: size - dataStart });
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (entry === undefined) throw new Error(`${path} has no tensor ${name}`);
      return readTensor(access, { name, entry, dataStart });
    },
  };
}

function notSafeTensors(path: string): FormatError {
  return new FormatError("FMT002", `${path} is not a safetensors file`, {
    notes: ["it begins with the length of a JSON header"],
    help: "name the file after its format",
  });
}

function parseHeader(
  bytes: Uint8Array,
  { path, dataBytes }: { readonly path: string; readonly dataBytes: number },
): Map<string, Entry> {
  // "must begin with a {", and may be padded with spaces behind
  if (bytes[0] !== 0x7b) throw notSafeTensors(path);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw corrupt(path, `its header is no JSON: ${(error as Error).message}`);
  }
  const entries = new Map<string, Entry>();
  for (const [name, value] of Object.entries(header as object)) {
    if (name === "__metadata__") continue;
    entries.set(name, parseEntry(value, { path, name, dataBytes }));
  }
  checkWhole(entries, { path, dataBytes });
  return entries;
}

/** "The byte buffer needs to be entirely indexed, and cannot contain holes": tensors lie one behind the other. */
function checkWhole(
  entries: ReadonlyMap<string, Entry>,
  { path, dataBytes }: { readonly path: string; readonly dataBytes: number },
): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let at = 0;
  for (const [name, { start, end }] of inOrder) {
    if (start < at) throw corrupt(path, `tensor ${JSON.stringify(name)} overlaps the one before it`);
    if (start > at) throw corrupt(path, `bytes ${at} to ${start} belong to no tensor`);
    at = end;
  }
  if (at < dataBytes) throw corrupt(path, `bytes ${at} to ${dataBytes} belong to no tensor`);
}

function parseEntry(
  value: unknown,
  { path, name, dataBytes }: { readonly path: string; readonly name: string; readonly dataBytes: number },
): Entry {
  const fail = (what: string) => corrupt(path, `tensor ${JSON.stringify(name)} ${what}`);
  if (typeof value !== "object" || value === null) throw fail("has no description");
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const isSize = (size: unknown): size is number => Number.isSafeInteger(size) && (size as number) >= 0;
  if (typeof dtype !== "string") throw fail("has no dtype");
  if (!Array.isArray(shape) || shape.length > MAX_AXES || !shape.every(isSize)) {
    throw fail("has no valid shape");
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) throw fail("has no offsets");
  const [start, end] = offsets as [number, number];
  if (start > end || end > dataBytes) throw fail(`lies at ${start} to ${end} of ${dataBytes} bytes`);
  const known = Object.hasOwn(TYPES, dtype) ? TYPES[dtype]! : null;
  const expected = known === null ? end - start : shape.reduce((product, size) => product * size, known[1]);
  if (expected !== end - start) {
    throw fail(`of shape (${shape.join(", ")}) has ${end - start} bytes, not ${expected}`);
  }
  return { type: dtype, shape, start, end };
}

function readTensor(
  access: RandomAccess,
  { name, entry, dataStart }: { readonly name: string; readonly entry: Entry; readonly dataStart: number },
): SafeTensor {
  const { type, shape, start, end } = entry;
  const known = Object.hasOwn(TYPES, type) ? TYPES[type]! : null;
  if (known === null) {
    throw new FormatError("FMT005", `tensor ${name} of ${access.path} is ${type}, which has no dtype here`, {
      notes: [`read are ${Object.keys(TYPES).join(", ")}`],
      help: "convert it where it is made, for example .float() in PyTorch, and save it again",
    });
  }
  if (end - start > MAX_TENSOR_BYTES) {
    throw new FormatError("FMT005", `tensor ${name} of ${access.path} has ${end - start} bytes`, {
      notes: ["params are held in memory whole; at most 2 GiB each are read"],
      help: "give large tables as inputs, which are streamed",
    });
  }
  const raw = new Uint8Array(end - start);
  access.readInto(raw, dataStart + start);
  const [dtype, itemsize] = known;
  const data = itemsize === DTYPE[dtype].itemsize
    ? new DTYPE[dtype].TypedArray(raw.buffer)
    : type === "BF16"
    ? float32OfBfloat16(new Uint16Array(raw.buffer))
    : float32OfFloat16(new Uint16Array(raw.buffer));
  if (dtype === "bool") { for (let i = 0; i < data.length; i++) if (data[i] !== 0) data[i] = 1; }
  return { dtype, shape, data };
}

/** Exact: a bfloat16 is the upper half of a float32. */
function float32OfBfloat16(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
}

/** Exact: every float16 is a float32. */
function float32OfFloat16(halves: Uint16Array): Float32Array {
  return new Float32Array(new Float16Array(halves.buffer, halves.byteOffset, halves.length));
}
