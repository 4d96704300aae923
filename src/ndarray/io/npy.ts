/**
 * Arrays as bytes of NumPy's .npy format.
 *
 * Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import { FormatError } from "../../errors.ts";
import type { NDArray } from "../array.ts";
import { frombuffer } from "../creation/bytes.ts";
import { sizeOfShape } from "../storage/layout.ts";
import { scope } from "../storage/lifetime.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];

/** the letter and size by which NumPy names a dtype */
function descriptionOf(dtype: DType): string {
  const { kind, itemsize } = DTYPE[dtype];
  return `${itemsize === 1 ? "|" : "<"}${kind}${itemsize}`;
}

/**
 * An array as the bytes of an .npy file (version 1, little-endian), which `numpy.load` reads. An array in column-major
 * order is written in it.
 *
 * @example
 * ```ts
 * import { arange, fromNpy, toNpy } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fromNpy(toNpy(arange(6).reshape([2, 3]))).toList(), [[0, 1, 2], [3, 4, 5]]);
 * ```
 */
export function toNpy(a: NDArray): Uint8Array {
  const { cContiguous, fContiguous } = a.flags, isFortran = fContiguous && !cContiguous;
  const sizes = a.shape.join(", ") + (a.ndim === 1 ? "," : "");
  const order = isFortran ? "True" : "False";
  const text = `{'descr': '${descriptionOf(a.dtype)}', 'fortran_order': ${order}, 'shape': (${sizes}), }`;
  // the elements begin at a multiple of 64 bytes
  const headerLength = Math.ceil((MAGIC.length + 2 + text.length + 1) / 64) * 64 - MAGIC.length - 2;
  const header = new TextEncoder().encode(`${text.padEnd(headerLength - 1)}\n`);
  const elements = scope(() => (isFortran ? a.T : a).tobytes());
  const bytes = new Uint8Array(MAGIC.length + 2 + header.length + elements.length);
  bytes.set(MAGIC);
  bytes.set([headerLength & 255, headerLength >> 8], MAGIC.length);
  bytes.set(header, MAGIC.length + 2);
  bytes.set(elements, MAGIC.length + 2 + header.length);
  return bytes;
}

/** How an element lies in a file. */
interface StoredElement {
  readonly dtype: DType;
  /** float16 has 2 bytes and becomes f32 */
  readonly itemsize: number;
  readonly isBigEndian: boolean;
}

/** The element of a description such as `<f4`; null of one that is not read. */
function storedAs(description: string): StoredElement | null {
  const [, order, kind, size] = /^([<>|=]?)([biuf?])(\d*)$/.exec(description) ?? [];
  const name = kind === "?" ? "b1" : `${kind}${size}`;
  const dtype = name === "f2" ? "f32" : DTYPES.find((each) => descriptionOf(each).slice(1) === name);
  if (dtype === undefined) return null;
  return { dtype, itemsize: Number(name.slice(1)), isBigEndian: order === ">" };
}

/** Elements as they lie in memory: little-endian, float16 as f32. */
function elementBytes(stored: Uint8Array, { dtype, itemsize, isBigEndian }: StoredElement): Uint8Array {
  if (itemsize === DTYPE[dtype].itemsize) {
    if (!isBigEndian || itemsize === 1) return stored;
    const turned = stored.slice();
    for (let at = 0; at < turned.length; at += itemsize) turned.subarray(at, at + itemsize).reverse();
    return turned;
  }
  const halves = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const floats = Float32Array.from(
    { length: stored.length / 2 },
    (_, i) => halves.getFloat16(2 * i, !isBigEndian),
  );
  return new Uint8Array(floats.buffer);
}

/** What a header says: the texts of its three entries. Refused: FMT002, FMT003, FMT005. */
function readHeader(bytes: Uint8Array): {
  readonly description: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly offset: number;
} {
  const isMagic = MAGIC.slice(0, 6).every((byte, i) => bytes[i] === byte);
  const major = bytes[6] ?? 0, start = major === 1 ? 10 : 12;
  if (!isMagic || major < 1 || major > 3 || bytes.length < start) {
    throw new FormatError("FMT002", "the bytes are no .npy file", {
      help: "write them with numpy.save or toNpy",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offset = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < offset) {
    throw new FormatError("FMT003", "the header of the .npy bytes is cut off", {
      help: "read the whole file",
    });
  }
  const header = new TextDecoder().decode(bytes.subarray(start, offset));
  const entry = (name: string, value: string) =>
    new RegExp(`(['"])${name}\\1\\s*:\\s*${value}`).exec(header)?.[2];
  const description = entry("descr", `['"]([^'"]*)['"]`),
    order = entry("fortran_order", "(True|False)"),
    // Python 2 wrote long integers with an L
    sizes = entry("shape", "\\(([\\dL,\\s]*)\\)");
  if (/['"]descr['"]\s*:\s*\[/.test(header)) {
    throw new FormatError("FMT005", "an array whose elements have fields is not read", {
      help: "save each field: numpy.save(name, a['field'])",
    });
  }
  if (description === undefined || order === undefined || sizes === undefined) {
    throw new FormatError("FMT002", "the header of the .npy bytes is not understood", {
      notes: [header.trim().slice(0, 200)],
      help: "write them with numpy.save or toNpy",
    });
  }
  const shape = sizes.split(",").filter((size) => size.trim() !== "").map((size) => parseInt(size, 10));
  return { description, isFortran: order === "True", shape, offset };
}

/**
 * The array in the bytes of an .npy file of versions 1 to 3, in either order of bytes: a copy. float16 becomes f32.
 *
 * Refused: FMT002 what is no .npy, FMT003 cut off, FMT005 a dtype that is not read here.
 *
 * @example
 * ```ts
 * import { array, fromNpy, toNpy } from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(fromNpy(toNpy(array([[1, 2], [3, 4]]))).toList(), [[1, 2], [3, 4]]);
 * ```
 */
export function fromNpy(bytes: Uint8Array): NDArray {
  const { description, isFortran, shape, offset } = readHeader(bytes), stored = storedAs(description);
  if (stored === null) {
    throw new FormatError("FMT005", `elements of '${description}' are not read`, {
      help: "save bool, integers of 8 to 64 bits or floats of 16 to 64: a.astype('<f8')",
    });
  }
  const { dtype, itemsize } = stored, count = sizeOfShape(shape), end = offset + count * itemsize;
  if (bytes.length < end) {
    throw new FormatError("FMT003", `${bytes.length - offset} bytes are not ${count} elements of ${dtype}`, {
      help: "read the whole file",
    });
  }
  return scope(() => {
    const flat = frombuffer(elementBytes(bytes.subarray(offset, end), stored), { dtype, count });
    return isFortran ? flat.reshape(shape.toReversed()).T : flat.reshape(shape);
  });
}
