/**
 * Stores of the lanes for which a mask holds, one behind the other: the bits of a step's mask choose a shuffle that
 * moves its kept lanes to the front, the register is stored whole, and the pointer moves on by the number of bits.
 *
 * Source: D. Lemire, "Quickly pruning elements in SIMD vectors using the simdprune library", 2017.
 *
 * @module
 */
import type { Itemsize } from "../../plan/loop_kernel.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { VectorValue } from "./instruction_list.ts";
import { INT_SHAPE, keep, type LaneBytes, numRegisters, releaseAll } from "./lanes.ts";

/** Mask bits of one step: a step's kept lanes are found in one look at the table. */
export const STEP_LANES: Readonly<Record<Itemsize, number>> = { 1: 8, 2: 8, 4: 4, 8: 2 };

/**
 * The shuffles: for each pattern of a step's bits, which lanes are kept, first to last. For 4 and 8 bytes an entry
 * is 16 byte indices, 256 and 64 bytes in all; for 1 and 2 bytes it is 8 lane indices, 2048 bytes in all.
 */
export function compressTable(itemsize: Itemsize): Uint8Array<ArrayBuffer> {
  const numLanes = STEP_LANES[itemsize];
  const indexBytes = itemsize >= 4 ? itemsize : 1;
  const entryBytes = numLanes * indexBytes;
  const table = new Uint8Array(entryBytes << numLanes);
  for (let pattern = 0; pattern < 1 << numLanes; pattern++) {
    let to = pattern * entryBytes;
    for (let lane = 0; lane < numLanes; lane++) {
      if ((pattern >> lane & 1) === 0) continue;
      for (let byte = 0; byte < indexBytes; byte++) table[to++] = lane * indexBytes + byte;
    }
  }
  return table;
}

/**
 * Pushes the byte indices that bring the lanes of a pattern to the front of a register. They are those of bytes that there
 * are, so a relaxed swizzle takes them, which is one instruction where the other is three.
 */
export function pushShuffle(
  f: FunctionBuilder,
  itemsize: Itemsize,
  { table, pattern }: { table: Local; pattern: Local },
): void {
  f.get(table).get(pattern).i32(itemsize >= 4 ? 4 : 3).op("i32.shl").op("i32.add");
  f.op(itemsize >= 4 ? "v128.load" : "v128.load64_zero");
  if (itemsize !== 2) return;
  // lane l is the bytes 2l and 2l + 1
  const twice = f.hoist(new Uint8Array(16).fill(2)),
    one = f.hoist(Uint8Array.from({ length: 16 }, (_, i) => i % 2));
  f.op("i16x8.extend_low_i8x16_u").get(twice).op("i16x8.mul").get(one).op("i16x8.add");
}

/** Moves a pointer behind the elements of a pattern. */
export function advanceBy(
  f: FunctionBuilder,
  pointer: Local,
  { pattern, itemsize }: { pattern: Local; itemsize: Itemsize },
): void {
  f.get(pointer).get(pattern).op("i32.popcnt").i32(Math.log2(itemsize)).op("i32.shl").op("i32.add").set(
    pointer,
  );
}

/** One column that takes the kept lanes. */
export interface FilteredStore {
  /** where the next kept element goes; moves on */
  readonly pointer: Local;
  readonly registers: readonly Local[];
  readonly itemsize: Itemsize;
  readonly table: Local;
}

/**
 * Stores the lanes of every column for which the mask holds. Up to 16 bytes behind the last kept element are
 * overwritten.
 *
 * @param laneMask in the tail, the lanes that are there at all
 */
export function storeFiltered(
  f: FunctionBuilder,
  stores: readonly FilteredStore[],
  { mask, vf, laneMask }: {
    mask: VectorValue;
    vf: number;
    laneMask: ((laneBytes: LaneBytes) => readonly Local[]) | null;
  },
): void {
  const width: LaneBytes = mask.uniform ? 1 : mask.laneBytes;
  const there = laneMask?.(width);
  const masks = Array.from({ length: numRegisters(vf, width) }, (_, i) => {
    f.get(mask.registers[mask.uniform ? 0 : i]!);
    if (there !== undefined) f.get(there[i]!).op("v128.and");
    return keep(f);
  });
  const pushBits = (register: Local) => {
    f.get(register).op(`${INT_SHAPE[width]}.bitmask`);
    if (vf * width < 16) f.i32((1 << vf) - 1).op("i32.and");
  };
  // lanes of 8 bits have two steps a register, and columns of another width have steps of their own
  const isDirect = (itemsize: Itemsize) => itemsize === width && width > 1;
  const bits = stores.every(({ itemsize }) => isDirect(itemsize))
    ? null
    : allBits(f, masks, { numLanes: 16 / width, pushBits });
  for (const itemsize of new Set(stores.map((store) => store.itemsize))) {
    const numLanes = STEP_LANES[itemsize];
    for (let step = 0; step * numLanes < vf; step++) {
      if (bits === null || isDirect(itemsize)) pushBits(masks[step]!);
      else {
        f.get(bits).i32(step * numLanes).op("i32.shr_u").i32((1 << numLanes) - 1).op("i32.and");
      }
      const pattern = keep(f, "i32");
      for (const store of stores) if (store.itemsize === itemsize) storeStep(f, store, { step, pattern });
      f.release(pattern);
    }
  }
  if (bits !== null) f.release(bits);
  releaseAll(f, masks);
}

/** the bits of all lanes of a mask, the first lane lowest */
function allBits(
  f: FunctionBuilder,
  masks: readonly Local[],
  { numLanes, pushBits }: { numLanes: number; pushBits: (mask: Local) => void },
): Local {
  masks.forEach((mask, i) => {
    pushBits(mask);
    if (i > 0) f.i32(i * numLanes).op("i32.shl").op("i32.or");
  });
  return keep(f, "i32");
}

function storeStep(
  f: FunctionBuilder,
  { pointer, registers, itemsize, table }: FilteredStore,
  { step, pattern }: { step: number; pattern: Local },
): void {
  const firstByte = step * STEP_LANES[itemsize] * itemsize;
  f.get(pointer).get(registers[Math.floor(firstByte / 16)] ?? registers[0]!);
  pushShuffle(f, itemsize, { table, pattern });
  if (firstByte % 16 > 0) f.get(f.hoist(new Uint8Array(16).fill(firstByte % 16))).op("v128.or");
  f.op("i8x16.relaxed_swizzle").op("v128.store");
  advanceBy(f, pointer, { pattern, itemsize });
}
