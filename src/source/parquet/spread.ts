/**
 * What stands in the place of nulls, and values that are moved apart to make room for it.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import type { NullPolicy } from "../../schema/mod.ts";

/** Where rows go: elements of the column's dtype one after the other. */
export interface RowTarget {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
}

/** A policy that puts something in a null's place. */
export type Filling = Exclude<NullPolicy, { kind: "error" }>;

/** The bits of what stands in a null's place. */
export function fillBits(dtype: DType, nulls: Filling): bigint {
  const { TypedArray, isBigInt } = DTYPE[dtype];
  const value = nulls.kind === "nan" ? Number.NaN : nulls.value, one = new TypedArray(1);
  // the planner has checked that the value fits the dtype (DTY002, DTY003)
  one[0] = isBigInt ? BigInt(value) : Number(value);
  const bytes = new Uint8Array(8);
  bytes.set(new Uint8Array(one.buffer));
  return new BigUint64Array(bytes.buffer)[0]!;
}

/** Elements as words: moved and filled without a look at what they mean. */
export class Lanes {
  readonly #lanes: Uint8Array | Uint16Array | Uint32Array;
  /** words of an element: 2 for 8 bytes, else 1 */
  readonly #perElement: 1 | 2;
  readonly #low: number;
  readonly #high: number;

  constructor(
    { buffer, byteOffset }: RowTarget,
    first: number,
    { dtype, nulls }: { readonly dtype: DType; readonly nulls: Filling },
  ) {
    const { itemsize } = DTYPE[dtype];
    const start = byteOffset + first * itemsize;
    this.#perElement = itemsize === 8 ? 2 : 1;
    this.#lanes = itemsize === 1
      ? new Uint8Array(buffer, start)
      : itemsize === 2
      ? new Uint16Array(buffer, start)
      : new Uint32Array(buffer, start);
    const fill = fillBits(dtype, nulls);
    this.#low = Number(fill & 0xffff_ffffn);
    this.#high = Number(fill >> 32n);
  }

  /** @param from before `to`, and both counted from the first element */
  move(from: number, to: number): void {
    const lanes = this.#lanes;
    if (this.#perElement === 1) lanes[to] = lanes[from]!;
    else {
      lanes[2 * to] = lanes[2 * from]!;
      lanes[2 * to + 1] = lanes[2 * from + 1]!;
    }
  }

  /** Puts what the policy says into `count` elements. */
  fill(start: number, count: number): void {
    const lanes = this.#lanes;
    for (let i = start; i < start + count; i++) {
      if (this.#perElement === 1) lanes[i] = this.#low;
      else {
        lanes[2 * i] = this.#low;
        lanes[2 * i + 1] = this.#high;
      }
    }
  }
}
