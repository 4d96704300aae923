/**
 * Arrays as files between the processes: NumPy's .npy format 1.0, little endian, C order.
 * Source: numpy.lib.format.
 *
 * @module
 */
import { DTYPE, type DType, DTYPES, type TypedArray } from "../src/dtype/mod.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];

function descriptionOf(dtype: DType): string {
  const { kind, itemsize } = DTYPE[dtype];
  return `${itemsize === 1 ? "|" : "<"}${kind}${itemsize}`;
}

/** Writes an array; its values may lie in shared memory. */
export function writeNpy(path: string, { dtype, shape, data }: {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}): void {
  const size = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descriptionOf(dtype)}', 'fortran_order': False, 'shape': (${size}), }`;
  const header = text.padEnd(Math.ceil((MAGIC.length + 2 + text.length + 1) / 64) * 64 - MAGIC.length - 3) +
    "\n";
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  writeAll(file, new Uint8Array([...MAGIC, header.length & 0xff, header.length >> 8]));
  writeAll(file, new TextEncoder().encode(header));
  writeAll(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

/** Reads an array as the bench writes it. */
export function readNpy(path: string): {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
} {
  const bytes = Deno.readFileSync(path);
  const start = MAGIC.length + 2 + bytes[8]! + bytes[9]! * 256;
  const header = new TextDecoder().decode(bytes.subarray(MAGIC.length + 2, start));
  const description = /'descr': '([^']+)'/.exec(header)?.[1];
  const dtype = DTYPES.find((one) => descriptionOf(one) === description);
  if (dtype === undefined) throw new Error(`${path}: no dtype ${description}`);
  const shape = [...(/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? "").matchAll(/\d+/g)].map(Number);
  return { dtype, shape, data: new DTYPE[dtype].TypedArray(bytes.slice(start).buffer) };
}
