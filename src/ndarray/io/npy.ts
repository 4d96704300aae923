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

/**
 * The array in the bytes of an .npy file of versions 1 to 3, little-endian: a copy.
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
  const isMagic = MAGIC.slice(0, 6).every((byte, i) => bytes[i] === byte);
  const major = bytes[6] ?? 0, start = major === 1 ? 10 : 12;
  if (!isMagic || major < 1 || major > 3 || bytes.length < start) {
    throw new FormatError("FMT002", "the bytes are no .npy file", {
      help: "write them with numpy.save or toNpy",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offset = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder().decode(bytes.subarray(start, offset));
  const description = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (description === undefined || order === undefined || sizes === undefined) {
    throw new FormatError("FMT002", "the header of the .npy bytes is not understood", {
      notes: [header.trim().slice(0, 200)],
      help: "write them with numpy.save or toNpy",
    });
  }
  const dtype = DTYPES.find((name) => descriptionOf(name) === description.replace(/^[<|=](?=.1$)/, "|"));
  if (dtype === undefined) {
    throw new FormatError("FMT005", `elements of '${description}' are not read`, {
      help: "save bool, little-endian integers of 8 to 64 bits, float32 or float64: a.astype('<f8')",
    });
  }
  const shape = sizes.split(",").filter((size) => size.trim() !== "").map(Number), count = sizeOfShape(shape);
  const needed = count * DTYPE[dtype].itemsize;
  if (bytes.length < offset + needed) {
    throw new FormatError("FMT003", `${bytes.length - offset} bytes are not ${count} elements of ${dtype}`, {
      help: "read the whole file",
    });
  }
  return scope(() => {
    const flat = frombuffer(bytes, { dtype, offset, count });
    return order === "True" ? flat.reshape(shape.toReversed()).T : flat.reshape(shape);
  });
}
