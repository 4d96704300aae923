/**
 * What the header of an .npy file says of a table: an array of shape (N) or (N, …) is one column, the fields of a
 * structured array are columns of their own.
 *
 * Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { FormatError } from "../../errors.ts";
import type { Field } from "../../schema/mod.ts";
import type { RandomAccess } from "../random_access.ts";
import { parseDescription, readPreamble, refusedName } from "./npy.ts";
import { type Literal, parseLiteral } from "./python_literal.ts";

/** A column of the array, and where it is. Plain data. */
export interface NpyColumn {
  readonly name: string;
  readonly dtype: DType;
  /** elements of a row; null: a single one */
  readonly listSize: number | null;
  /** bytes of an element in the file; float16 has 2 and becomes f32 */
  readonly itemsize: number;
  readonly isBigEndian: boolean;
  /** of element (row, k): position + row × rowStride + k × elementStride */
  readonly position: number;
  readonly rowStride: number;
  readonly elementStride: number;
}

/** What a header says of the columns. */
export interface NpyTable {
  readonly numRows: number;
  readonly columns: readonly NpyColumn[];
  readonly metadataBytes: number;
}

/** a header beyond this is none */
const MAX_HEADER_BYTES = 1024 * 1024;
function corrupt(path: string, what: string): FormatError {
  return new FormatError("FMT004", `${path} is no valid .npy array: ${what}`, {
    help: "write it again with numpy.save",
  });
}

function unsupported(path: string, what: string, help: string): FormatError {
  return new FormatError("FMT005", `${path} ${what}`, { help });
}

/** The name of a file without its folder and its ending. */
function stemOf(path: string): string {
  return path.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
}

function sizesOf(value: Literal | undefined, path: string): readonly number[] {
  const isShape = Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape) throw corrupt(path, "its header has no valid shape");
  return value as readonly number[];
}

function productOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

/** A field of a structured dtype, before its place is known. */
type PlainField = Pick<NpyColumn, "name" | "dtype" | "listSize" | "itemsize" | "isBigEndian">;

/** `('name', '<f4')`, `('name', '<f4', (3,))`; padding has an empty name and is passed over */
function fieldOf(literal: Literal, path: string): PlainField | { readonly padding: number } {
  const [name, type, shape] = Array.isArray(literal) ? literal as readonly Literal[] : [];
  const label = Array.isArray(name) ? name[1] : name;
  if (typeof label !== "string") throw corrupt(path, "a field has no name");
  if (typeof type !== "string") {
    throw unsupported(
      path,
      `has a field ${label} that has fields`,
      "write flat fields, or one array a field",
    );
  }
  const padding = /^\|V(\d+)$/.exec(type);
  if (label === "" && padding !== null) return { padding: Number(padding[1]) };
  const size = shape === undefined
    ? null
    : productOf(sizesOf(typeof shape === "number" ? [shape] : shape, path));
  return { name: label, listSize: size, ...parseDescription(type, `${path}, field ${label}`) };
}

function structuredColumns(
  fields: readonly Literal[],
  { path, position }: { readonly path: string; readonly position: number },
): { readonly columns: readonly NpyColumn[]; readonly rowBytes: number } {
  let offset = 0;
  const placed: (PlainField & { readonly offset: number })[] = [];
  for (const literal of fields) {
    const field = fieldOf(literal, path);
    if ("padding" in field) {
      offset += field.padding;
      continue;
    }
    placed.push({ ...field, offset });
    offset += field.itemsize * (field.listSize ?? 1);
  }
  const columns = placed.map(({ offset: own, ...field }): NpyColumn => ({
    ...field,
    position: position + own,
    rowStride: offset,
    elementStride: field.itemsize,
  }));
  return { columns, rowBytes: offset };
}

/** The one column of an array without fields. */
function plainColumns(
  type: string,
  sizes: readonly number[],
  { path, name, position, isFortran }: {
    readonly path: string;
    readonly name: string;
    readonly position: number;
    readonly isFortran: boolean;
  },
): { readonly columns: readonly NpyColumn[]; readonly rowBytes: number } {
  const [numRows = 0, ...inner] = sizes, width = productOf(inner);
  const element = parseDescription(type, path), { itemsize } = element, rowBytes = itemsize * width;
  if (isFortran && inner.length > 1) {
    throw unsupported(path, "has more than two axes in Fortran order", "save numpy.ascontiguousarray(array)");
  }
  const strides = isFortran
    ? { rowStride: itemsize, elementStride: itemsize * numRows }
    : { rowStride: rowBytes, elementStride: itemsize };
  const listSize = inner.length === 0 ? null : width;
  return { columns: [{ name, ...element, listSize, position, ...strides }], rowBytes };
}

/** The text of the header as a dictionary, and where the elements begin. */
function readHeader(
  access: Pick<RandomAccess, "path" | "size" | "readInto">,
): { readonly entries: ReadonlyMap<string, Literal>; readonly position: number } {
  const { path, size } = access;
  const head = new Uint8Array(Math.min(12, size));
  access.readInto(head, 0);
  const { textOffset, numTextBytes, encoding } = readPreamble(head, path);
  if (numTextBytes > MAX_HEADER_BYTES) throw corrupt(path, `a header of ${numTextBytes} bytes`);
  if (textOffset + numTextBytes > size) throw corrupt(path, "the header is cut off");
  const bytes = new Uint8Array(numTextBytes);
  access.readInto(bytes, textOffset);
  const header = parseLiteral(new TextDecoder(encoding).decode(bytes), (what) => {
    throw corrupt(path, what);
  });
  if (!(header instanceof Map)) throw corrupt(path, "its header is no dictionary");
  return { entries: header, position: textOffset + numTextBytes };
}

/**
 * Reads the header, and checks that the file has the bytes of its shape.
 *
 * @param name of the column, where it is no structured array
 * @throws FormatError FMT002 to FMT005
 */
export function readTable(
  access: Pick<RandomAccess, "path" | "size" | "readInto">,
  name: string = stemOf(access.path),
): NpyTable {
  const { path, size } = access, { entries, position } = readHeader(access);
  const sizes = sizesOf(entries.get("shape"), path), [numRows, ...inner] = sizes;
  const type = entries.get("descr"), isFortran = entries.get("fortran_order");
  if (typeof isFortran !== "boolean") throw corrupt(path, "its header does not say its order");
  if (numRows === undefined) {
    throw unsupported(path, "holds a single number, which has no rows", "give it as a param: --params");
  }
  if (typeof type !== "string" && !Array.isArray(type)) throw corrupt(path, "its header has no valid dtype");
  if (typeof type !== "string" && inner.length > 0) {
    throw unsupported(path, "has rows of several structures", "save one structure a row");
  }
  const { columns, rowBytes } = typeof type === "string"
    ? plainColumns(type, sizes, { path, name, position, isFortran })
    : structuredColumns(type as readonly Literal[], { path, position });
  if (rowBytes === 0) {
    throw unsupported(path, "has rows without elements", "save an array with at least one column");
  }
  const expected = numRows * rowBytes, available = size - position;
  if (!Number.isSafeInteger(expected) || expected > available) {
    throw new FormatError("FMT003", `${path} ends before its ${numRows} rows do`, {
      notes: [`${expected} bytes are promised, ${available} are there`],
      help: "write or copy the file again; it may still have been in writing",
    });
  }
  if (expected < available) throw corrupt(path, `${available - expected} bytes follow the array`);
  return { numRows, columns, metadataBytes: position };
}

/** An array of which the rows are known and nothing is read. */
export interface OpaqueArray {
  readonly numRows: number;
  /** what it is, instead of what is read */
  readonly type: string;
}

/**
 * An array that has no column: of a dtype that is not read, or whose rows are scattered over it; null: it has.
 *
 * @throws FormatError FMT002 to FMT004
 */
export function readOpaque(
  access: Pick<RandomAccess, "path" | "size" | "readInto">,
): OpaqueArray | null {
  const { path } = access, { entries } = readHeader(access), type = entries.get("descr");
  const [numRows, ...inner] = sizesOf(entries.get("shape"), path);
  if (typeof type !== "string" || numRows === undefined) return null;
  const refused = refusedName(type, path), width = productOf(inner);
  const isScattered = entries.get("fortran_order") === true && inner.length > 0 && width !== 1;
  if (refused === null && !isScattered) return null;
  const name = refused ?? parseDescription(type, path).dtype;
  return {
    numRows,
    type: `${name}${inner.length === 0 ? "" : `[${inner.join(", ")}]`}${
      isScattered ? " in Fortran order" : ""
    }`,
  };
}

/** A column as a field of the table. */
export function fieldOfColumn({ name, dtype, listSize }: NpyColumn): Field {
  return {
    name,
    nullable: false,
    type: listSize === null ? { kind: "primitive", dtype } : { kind: "fixedSizeList", dtype, listSize },
  };
}
