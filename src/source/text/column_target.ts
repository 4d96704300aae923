/**
 * Where parsed values go: one target for each bound column, all of them in the slot's column area.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { ColumnBinding, NullPolicy } from "../../schema/mod.ts";
import type { ColumnView, Slot } from "../source.ts";
import type { TextSlotLayout } from "./layout.ts";
import { type TemporalType, temporalType, type TextType } from "./text_type.ts";

/** What the columns of a binding have in common. */
interface SharedTarget {
  /** the binding's input, for messages */
  readonly input: string;
  readonly dtype: DType;
  readonly nulls: NullPolicy;
  /** what stands in for a null; null where a null is refused */
  readonly substitute: number | bigint | null;
  /** elements from one row to the next */
  readonly rowElements: number;
  /** smallest and largest value that a float64 tells apart: of bool and of integers of at most 32 bits, ±2^53 else */
  readonly least: number;
  readonly most: number;
  /** among the carried bindings; undefined: the field is parsed */
  readonly carriedIndex: number | undefined;
}

/** One bound column: field `fieldIndex` of each record is parsed to `dtype`. A table may have 100,000: few words each. */
export class ColumnTarget {
  readonly fieldIndex: number;
  /** index of row 0 in the typed array of the dtype over the slot */
  readonly firstIndex: number;
  /** what the text is, where the dtype does not tell */
  readonly textType: TextType;
  readonly #shared: SharedTarget;

  constructor(
    shared: SharedTarget,
    { fieldIndex, firstIndex, textType }: Pick<ColumnTarget, "fieldIndex" | "firstIndex" | "textType">,
  ) {
    this.#shared = shared;
    this.fieldIndex = fieldIndex;
    this.firstIndex = firstIndex;
    this.textType = textType;
  }

  get temporal(): TemporalType | null {
    return temporalType(this.textType);
  }

  get input(): string {
    return this.#shared.input;
  }

  get dtype(): DType {
    return this.#shared.dtype;
  }

  get nulls(): NullPolicy {
    return this.#shared.nulls;
  }

  get substitute(): number | bigint | null {
    return this.#shared.substitute;
  }

  get rowElements(): number {
    return this.#shared.rowElements;
  }

  get least(): number {
    return this.#shared.least;
  }

  get most(): number {
    return this.#shared.most;
  }

  get carriedIndex(): number | undefined {
    return this.#shared.carriedIndex;
  }
}

function substituteOf(nulls: NullPolicy, dtype: DType): number | bigint | null {
  switch (nulls.kind) {
    case "error":
      return null;
    case "nan":
      return NaN;
    case "fill":
      return DTYPE[dtype].isBigInt ? BigInt(nulls.value) : Number(nulls.value);
    default:
      nulls satisfies never;
      return null;
  }
}

/** The targets of all bindings, in the order of the bindings and, within one, of its columns. */
export function columnTargets(
  bindings: readonly ColumnBinding[],
  layout: TextSlotLayout,
  fieldTypes: readonly TextType[],
): ColumnTarget[] {
  let computed = 0, carried = 0;
  return bindings.flatMap((binding) => {
    const isCarried = binding.request.carry !== undefined, b = isCarried ? -1 : computed++;
    const { dtype, input, nulls, width } = binding.request;
    const { itemsize, range, kind } = DTYPE[dtype];
    const limit = BigInt(Number.MAX_SAFE_INTEGER);
    const [low, high] = range ?? (kind === "b" ? [0n, 1n] : [-limit, limit]);
    const shared = {
      input,
      dtype,
      nulls,
      substitute: substituteOf(nulls, dtype),
      rowElements: width,
      least: Number(low < -limit ? -limit : low),
      most: Number(high > limit ? limit : high),
      carriedIndex: isCarried ? carried++ : undefined,
    };
    const first = isCarried ? 0 : layout.columnOffsets[b]! / itemsize, step = isCarried ? 0 : 1;
    return binding.fieldIndices.map((fieldIndex, column) =>
      new ColumnTarget(shared, {
        fieldIndex,
        firstIndex: first + step * column,
        textType: fieldTypes[fieldIndex]!,
      })
    );
  });
}

/** The views that a decoded chunk hands out: rows are contiguous. */
export function columnViews(
  bindings: readonly ColumnBinding[],
  layout: TextSlotLayout,
  slot: Slot,
): ColumnView[] {
  return bindings.filter(({ request }) => request.carry === undefined).map(({ request }, b) => {
    const { itemsize } = DTYPE[request.dtype];
    return {
      pointer: slot.byteOffset + layout.columnOffsets[b]!,
      rowStride: request.width * itemsize,
      elementStride: itemsize,
    };
  });
}

/** Writes elements of every dtype over one slot. Made for one chunk: it holds views. */
export class ElementWriter {
  readonly #i8: Int8Array;
  readonly #i16: Int16Array;
  readonly #i32: Int32Array;
  readonly #i64: BigInt64Array;
  readonly #u8: Uint8Array;
  readonly #u16: Uint16Array;
  readonly #u32: Uint32Array;
  readonly #u64: BigUint64Array;
  readonly #f32: Float32Array;
  readonly #f64: Float64Array;

  constructor(slot: Slot) {
    const { buffer } = slot.memory;
    const view = (itemsize: number): [ArrayBuffer, number, number] => [
      // a shared memory's buffer is a SharedArrayBuffer; typed arrays take either
      buffer as ArrayBuffer,
      slot.byteOffset,
      Math.floor(slot.byteLength / itemsize),
    ];
    this.#i8 = new Int8Array(...view(1));
    this.#u8 = new Uint8Array(...view(1));
    this.#i16 = new Int16Array(...view(2));
    this.#u16 = new Uint16Array(...view(2));
    this.#i32 = new Int32Array(...view(4));
    this.#u32 = new Uint32Array(...view(4));
    this.#f32 = new Float32Array(...view(4));
    this.#i64 = new BigInt64Array(...view(8));
    this.#u64 = new BigUint64Array(...view(8));
    this.#f64 = new Float64Array(...view(8));
  }

  /**
   * Writes a number that the dtype holds exactly; a 64-bit integer within ±2^53 goes in two halves, without a
   * bigint.
   */
  putNumber(dtype: DType, index: number, value: number): void {
    switch (dtype) {
      case "f64":
        this.#f64[index] = value;
        break;
      case "f32":
        this.#f32[index] = value;
        break;
      case "i64":
      case "u64": {
        const high = Math.floor(value / 4294967296);
        this.#u32[2 * index] = value - high * 4294967296;
        this.#i32[2 * index + 1] = high;
        break;
      }
      case "i32":
        this.#i32[index] = value;
        break;
      case "u32":
        this.#u32[index] = value;
        break;
      case "i16":
        this.#i16[index] = value;
        break;
      case "u16":
        this.#u16[index] = value;
        break;
      case "i8":
        this.#i8[index] = value;
        break;
      case "u8":
      case "bool":
        this.#u8[index] = value;
        break;
      default:
        dtype satisfies never;
    }
  }

  /** Writes a 64-bit integer given by the halves of its magnitude. */
  putHalves(
    index: number,
    integer: { readonly isNegative: boolean; readonly high: number; readonly low: number },
  ): void {
    const { isNegative, high, low } = integer;
    // two's complement: the carry runs into the high half where the low one is zero
    this.#u32[2 * index] = isNegative ? -low : low;
    this.#u32[2 * index + 1] = isNegative ? (low === 0 ? -high : ~high) : high;
  }

  /** Writes a 64-bit integer of any size. */
  putBigInt(dtype: DType, index: number, value: bigint): void {
    if (dtype === "i64") this.#i64[index] = value;
    else this.#u64[index] = value;
  }
}
