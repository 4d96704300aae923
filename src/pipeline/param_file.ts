/**
 * Files of params: .npz, .npy, .safetensors, .json and Arrow (.arrow, .arrows, .feather, .ipc).
 *
 * @module
 */
import { DTYPE, type TypedArray } from "../dtype/mod.ts";
import { DataError, FormatError, ParamError } from "../errors.ts";
import { loadModule } from "../load_module.ts";
import { bindInputs, type Field } from "../schema/mod.ts";
import type { NpzArchive } from "../source/npy/npz.ts";
import type { RandomAccess } from "../source/random_access.ts";
import type { SafeTensors } from "../source/safetensors/mod.ts";
import type { Source } from "../source/source.ts";
import { repeatedKey } from "./json_keys.ts";
import { parseJson } from "./json_numbers.ts";
import { openParamBytes } from "./param_bytes.ts";
import {
  checkParamShape,
  type DeclaredParam,
  type ParamValue,
  valueOfArray,
  valueOfLiteral,
} from "./param_value.ts";

/** An opened file of params. */
export interface ParamFile {
  readonly path: string;
  /** the names that it has values for */
  readonly names: readonly string[];
  /** the value of one of the names, checked against its declaration */
  read(param: DeclaredParam): ParamValue | Promise<ParamValue>;
  close(): void;
}

/**
 * Opens a file of params. Of .npz and .arrow only names and sizes are read yet.
 *
 * @param declared the params of the pipeline: an .npy file has no name of its own and stands for the only one
 * @throws ParamError PAR006 when it cannot be opened, or neither its ending nor its content is one of these
 */
export async function openParamFile(path: string, declared: readonly DeclaredParam[]): Promise<ParamFile> {
  try {
    const { access, format } = await openParamBytes(path);
    if (format === "arrow") {
      access.close();
      const reader = await loadModule<typeof import("../source/arrow/mod.ts")>(
        import.meta.resolve("../source/arrow/mod.ts"),
      );
      return new ArrowParams(path, reader);
    }
    try {
      switch (format) {
        case "npz":
          return await openNpzParams(access);
        case "npy":
          return await openNpyParams(access, declared);
        case "safetensors":
          return await openSafeTensorsParams(access);
        case "json":
          return openJsonParams(access);
        default:
          return format satisfies never;
      }
    } catch (error) {
      access.close();
      throw error;
    }
  } catch (error) {
    throw paramErrorOf(error);
  }
}

/** A file that cannot be read is one refusal, whatever its format: PAR006, with the format's own words. */
function asParamError<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw paramErrorOf(error);
  }
}

function paramErrorOf(error: unknown): unknown {
  if (!(error instanceof FormatError)) return error;
  const { message, place, operands, notes } = error;
  // a name of params is no pattern
  const help = error.cause instanceof Deno.errors.NotFound
    ? "check the path; it is relative to the folder where the command runs"
    : error.help;
  return new ParamError("PAR006", message, { place, operands, notes, help, cause: error });
}

async function openNpzParams(access: RandomAccess): Promise<ParamFile> {
  const { openNpz } = await loadModule<typeof import("../source/npy/npz.ts")>(
    import.meta.resolve("../source/npy/npz.ts"),
  );
  return paramsByName(access, openNpz(access), "entry");
}

async function openSafeTensorsParams(access: RandomAccess): Promise<ParamFile> {
  const { openSafeTensors } = await loadModule<typeof import("../source/safetensors/mod.ts")>(
    import.meta.resolve("../source/safetensors/mod.ts"),
  );
  return paramsByName(access, openSafeTensors(access), "tensor");
}

/** A file whose arrays have names. */
function paramsByName(access: RandomAccess, arrays: NpzArchive | SafeTensors, what: string): ParamFile {
  const { path } = access;
  return {
    path,
    names: arrays.names,
    read: (param) =>
      valueOfArray(param, asParamError(() => arrays.read(param.name)), `${what} ${param.name} of ${path}`),
    close: () => access.close(),
  };
}

async function openNpyParams(access: RandomAccess, declared: readonly DeclaredParam[]): Promise<ParamFile> {
  const { path } = access;
  const { parseNpy } = await loadModule<typeof import("../source/npy/npy.ts")>(
    import.meta.resolve("../source/npy/npy.ts"),
  );
  const [only, ...others] = declared;
  if (only === undefined || others.length > 0) {
    throw new ParamError(
      "PAR006",
      `${path} holds one array without a name, but ${declared.length} params are declared`,
      {
        notes: declared.length === 0 ? [] : [`declared: ${declared.map(({ name }) => name).join(", ")}`],
        help: declared.length === 0
          ? "leave --params out"
          : 'save them by name with numpy.savez("params.npz", name=array, …)',
      },
    );
  }
  const bytes = new Uint8Array(access.size);
  access.readInto(bytes, 0);
  const array = parseNpy(bytes, path);
  return {
    path,
    names: [only.name],
    read: (param) => valueOfArray(param, array, path),
    close: () => access.close(),
  };
}

function openJsonParams(access: RandomAccess): ParamFile {
  const { path } = access;
  let values: unknown, text: string;
  try {
    const bytes = new Uint8Array(access.size);
    access.readInto(bytes, 0);
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    values = parseJson(text);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new ParamError("PAR006", `${path} is no JSON: ${(error as Error).message}`, {
      help: 'write { "name": value, … }, values being numbers, bools, or nested lists of these',
      cause: error,
    });
  }
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new ParamError("PAR006", `${path} is not a JSON object of params by name`, {
      help: 'write { "name": value, … }, values being numbers, bools, or nested lists of these',
    });
  }
  const repeated = repeatedKey(text);
  if (repeated !== null) {
    throw new ParamError("PAR006", `${path} has the key ${JSON.stringify(repeated)} twice`, {
      notes: ["the two may have different values, and which of them is meant nobody can tell"],
      help: "leave one of them out",
    });
  }
  const byName = new Map(Object.entries(values));
  return {
    path,
    names: [...byName.keys()],
    read: (param) => valueOfLiteral(param, byName.get(param.name), `${param.name} of ${path}`),
    close: () => access.close(),
  };
}

/** what reads Arrow files */
type ArrowReader = typeof import("../source/arrow/mod.ts");

/** Columns of an Arrow file: a column of numbers is a param of one axis, a FixedSizeList one of two. */
class ArrowParams implements ParamFile {
  readonly path: string;
  readonly names: readonly string[];
  readonly #reader: ArrowReader;
  readonly #source: Source;
  readonly #numRows: number;

  constructor(path: string, reader: ArrowReader) {
    this.path = path;
    this.#reader = reader;
    this.#source = reader.openArrowSource(path);
    const numRows = this.#source.countRows();
    if (numRows === null) {
      this.#source.close();
      throw new ParamError("PAR006", `${path} does not tell its rows before it is read`, {
        help: "give the params as a file, not as a pipe",
      });
    }
    this.#numRows = numRows;
    const isNumeric = ({ type }: Field) => type.kind === "primitive" || type.kind === "fixedSizeList";
    this.names = this.#source.info.schema.fields.filter(isNumeric).map(({ name }) => name);
  }

  async read(param: DeclaredParam): Promise<ParamValue> {
    const origin = `column ${param.name} of ${this.path}`;
    const { schema } = this.#source.info;
    const { type } = schema.fields.find(({ name }) => name === param.name)!;
    if (type.kind !== "primitive" && type.kind !== "fixedSizeList") {
      throw new Error(`${origin} is ${type.kind}`);
    }
    const isScalar = type.kind === "primitive", width = isScalar ? 1 : type.listSize;
    const shape = isScalar ? [this.#numRows] : [this.#numRows, width];
    // the declared sizes bound what is read
    checkParamShape(param, shape, origin);
    const bindings = bindInputs(
      [{
        input: param.name,
        dtype: type.dtype,
        width,
        isScalar,
        selection: { kind: "name", name: param.name },
        nulls: { kind: "error" },
      }],
      schema,
      this.path,
    );
    // a source is read once
    const source = this.#reader.openArrowSource(this.path);
    try {
      const data = await readColumn(source, { bindings, numRows: this.#numRows, reader: this.#reader });
      return valueOfArray(param, { dtype: type.dtype, shape, data }, origin);
    } catch (error) {
      throw error instanceof DataError ? nullError(param, error, origin) : paramErrorOf(error);
    } finally {
      source.close();
    }
  }

  close(): void {
    this.#source.close();
  }
}

/** The refusal of a column with a null: params declare none. */
function nullError({ name, place, finite }: DeclaredParam, error: DataError, origin: string): ParamError {
  const orNaN = finite ? `; NaN is taken where param ${name} is declared with finite: false` : ", or NaN";
  return new ParamError("PAR003", `param ${name}: ${origin} holds a null`, {
    place: place ?? null,
    notes: error.notes,
    help: `write a number in its place where the table is made${orNaN}`,
    cause: error,
  });
}

/** All rows of one bound column, as one array. */
async function readColumn(
  source: Source,
  { bindings, numRows, reader: { openArrowDecoder } }: {
    readonly bindings: ReturnType<typeof bindInputs>;
    readonly numRows: number;
    readonly reader: ArrowReader;
  },
): Promise<TypedArray> {
  const { dtype, width } = bindings[0]!.request, { TypedArray } = DTYPE[dtype];
  const data = new TypedArray(numRows * width);
  const chunkRows = Math.max(1, numRows), byteLength = source.slotBytes(bindings, chunkRows);
  const pages = Math.max(1, Math.ceil(byteLength / 65536));
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const slot = { memory, byteOffset: 0, byteLength };
  source.begin(bindings, chunkRows);
  const decoder = openArrowDecoder(source.decoderOptions() as Parameters<typeof openArrowDecoder>[0]);
  try {
    let filled = 0;
    for (;;) {
      const ticket = await source.next(slot);
      if (ticket === null) break;
      const { pointer, rowStride, elementStride } = decoder.decode(ticket, slot).columns[0]!;
      for (let row = 0; row < ticket.numRows; row++) {
        for (let k = 0; k < width; k++) {
          const elements = new TypedArray(memory.buffer, pointer + row * rowStride + k * elementStride, 1);
          data[filled++] = elements[0]!;
        }
      }
    }
    if (filled !== data.length) {
      throw new Error(`${filled} of ${data.length} elements of ${source.info.path} were read`);
    }
  } finally {
    decoder.close();
  }
  return data;
}
