/**
 * The register tiles of `gemm.ts`, each one function: the loop over k, and a tile's loads from and stores to C.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { GemmPrologue } from "../../plan/gemm_prologue.ts";
import type { FunctionBuilder, Label, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { LOW_HALVES } from "../wasm/shuffles.ts";

/** One k of a panel of B, or of a panel of a column-layout A: two vectors. */
export const PANEL_BYTES = 32;
/** k's in a block, whose sum is added to C as one. Part of what the bytes are. */
export const BLOCK_K = 64;
/** k's in one round of a tile's loop; a power of two. */
const UNROLL = 8;

/** What a matrix product is specialised on. */
export interface GemmSpec {
  readonly dtype: "f32" | "f64";
  /** "fused": acc = madd(a, b, acc); "strict": acc = acc + a * b, each rounded */
  readonly numerics: "fused" | "strict";
  /** which elements of A are neighbours: "row" along K (column stride = itemsize), "column" along M (row stride = itemsize) */
  readonly a: "row" | "column";
  /** which elements of C are neighbours: "row" along N (column stride = itemsize), "column" along M (row stride = itemsize) */
  readonly c: "row" | "column";
  /** columns of B and C where they are known: leaves out the tiles that cannot occur; null takes any */
  readonly n: number | null;
  /** how A is computed on the way (A "row" and narrow C only); null: it is in memory */
  readonly prologue: GemmPrologue | null;
}

/**
 * A tile of registers: `numOuter` × `numVectors` accumulators; lanes along N (A "row") or along M (A "column").
 * `hasHalves` (A "row" only): the first half vector of the next panel belongs to the tile as well. The halves of
 * two rows share one accumulator, so that N = 10 costs 10 columns of f32, not 12.
 */
export interface Tile {
  readonly numOuter: number;
  readonly numVectors: number;
  readonly hasHalves: boolean;
}

/** The parameters of a tile's function, all i32. `a`, `b` and `c` point at the tile's first element. */
const TILE_PARAMS = [
  "a",
  "aRowStride",
  "b",
  /** bytes from a panel of B to the next */
  "panelOfB",
  "numK",
  "c",
  "cOuterStride",
  "cLaneStride",
  /** lanes of the tile that belong to C; the others are neither stored nor needed. Not read where they are known */
  "numValid",
  /** whether C holds the sums of earlier blocks of k, to which the sums of these are added */
  "accumulate",
] as const;
type TileParams = Readonly<Record<(typeof TILE_PARAMS)[number], Local>>;

/** The accumulators of a tile: by outer index, then vector; and one for the halves of each two rows. */
export interface Accumulators {
  readonly vectors: readonly (readonly Local[])[];
  readonly halves: readonly Local[];
}

const range = (length: number) => Array.from({ length }, (_, index) => index);
const HIGH_TO_LOW = [...range(8).map((i) => i + 8), ...range(8)];

/** Emits one tile: C[tile] (+)= A[tile] · B[panel]. `numValid`: the lanes that belong to C, where they are known. */
export function emitTile(
  module: ModuleBuilder,
  name: string,
  spec: GemmSpec,
  tile: Tile & { readonly numValid?: number },
): ModuleFunction {
  module.useOwnMemory();
  return module.add(name, Array(TILE_PARAMS.length).fill("i32"), [], (f) => {
    const p = paramsOf(f, TILE_PARAMS);
    const accumulators = newAccumulators(f, tile), numInBlock = f.local("i32");
    const emitRounds = tileRounds(f, spec, p, accumulators);
    const place = { ...p, spec, numValid: tile.numValid ?? p.numValid };
    const sums = tileSums(f, { ...place, tile, accumulators, at: 0 });
    sums.begin();
    eachBlock(f, { numK: p.numK, numInBlock }, () => {
      emitRounds(numInBlock);
      sums.addBlock();
    });
    sums.end();
  });
}

/** A function's parameters by their names. */
export function paramsOf<Name extends string>(
  f: FunctionBuilder,
  names: readonly Name[],
): Readonly<Record<Name, Local>> {
  const params: Partial<Record<Name, Local>> = {};
  for (let i = 0; i < names.length; i++) params[names[i]!] = f.params[i]!;
  return params as Record<Name, Local>;
}

/** Runs `emit` for each block of the `numK` k's, of which `numInBlock` are its own; `numK` is used up. Once for none. */
export function eachBlock(
  f: FunctionBuilder,
  { numK, numInBlock }: Readonly<Record<"numK" | "numInBlock", Local>>,
  emit: () => void,
): void {
  f.loop((nextBlock) => {
    f.get(numK).i32(BLOCK_K).get(numK).i32(BLOCK_K).op("i32.lt_s").select("i32").set(numInBlock);
    emit();
    f.get(numK).i32(BLOCK_K).op("i32.sub").tee(numK).i32(0).op("i32.gt_s").brIf(nextBlock);
  });
}

/** acc += a * b. The order of operands is the same in all tiles: it chooses a NaN's payload. */
export function emitMultiplyAdd(
  f: FunctionBuilder,
  { dtype, numerics }: GemmSpec,
  { a, b, acc }: Readonly<Record<"a" | "b" | "acc", Local>>,
): void {
  const shape = dtype === "f32" ? "f32x4" : "f64x2";
  if (numerics === "fused") f.get(a).get(b).get(acc).op(`${shape}.relaxed_madd`).set(acc);
  else f.get(acc).get(a).get(b).op(`${shape}.mul`).op(`${shape}.add`).set(acc);
}

/** The accumulators of a tile, zero where the function begins. */
export function newAccumulators(f: FunctionBuilder, tile: Tile): Accumulators {
  const vectors: Local[][] = [];
  for (let row = 0; row < tile.numOuter; row++) vectors.push(f.localList("v128", tile.numVectors));
  return { vectors, halves: f.localList("v128", tile.hasHalves ? Math.ceil(tile.numOuter / 2) : 0) };
}

/** A tile's accumulators on their way to C. */
interface TileEnd extends Omit<TileInC, "accumulators">, Pick<TileParams, "accumulate"> {
  readonly tile: Tile;
  readonly accumulators: Accumulators;
}

/** The accumulators as they lie in C: a row's half is its last vector. `split` emits what takes them apart. */
function vectorsInC(
  f: FunctionBuilder,
  tile: Tile,
  { vectors, halves }: Accumulators,
): { readonly inC: readonly (readonly Local[])[]; readonly split: () => void } {
  if (!tile.hasHalves) return { inC: vectors, split: () => {} };
  const inC: Local[][] = [];
  for (const ofRow of vectors) inC.push([...ofRow, f.local("v128")]);
  const split = () => {
    for (let row = 0; row < tile.numOuter; row++) {
      const half = halves[row >> 1]!;
      f.get(half);
      if (row % 2 === 1) f.get(half).op("i8x16.shuffle", ...HIGH_TO_LOW);
      f.set(inC[row]!.at(-1)!);
    }
  };
  return { inC, split };
}

/** The instruction that adds vectors of a product. */
export const addOf = (spec: GemmSpec) => `${spec.dtype === "f32" ? "f32x4" : "f64x2"}.add`;

/** Writes the accumulators of one block to C, added to what is there where `accumulate` is not 0. */
export function emitTileEnd(f: FunctionBuilder, { tile, accumulators, accumulate, ...place }: TileEnd): void {
  const { inC, split } = vectorsInC(f, tile, accumulators);
  split();
  f.get(accumulate).if(() => {
    const sums = inC.map((ofOuter) => ofOuter.map(() => f.local("v128")));
    emitTileAccess(f, "load", { ...place, accumulators: sums });
    sums.forEach((ofOuter, o) =>
      ofOuter.forEach((sum, v) => f.get(sum).get(inC[o]![v]!).op(addOf(place.spec)).set(inC[o]![v]!))
    );
  });
  emitTileAccess(f, "store", { ...place, accumulators: inC });
}

/**
 * The sums of several blocks, in the own memory from `at` on: C, whose lanes may lie apart and whose addresses are
 * checked, is read and written once. In registers they would not leave enough for the loop. `begin` takes what is in C
 * where `accumulate` is not 0, `addBlock` leaves the accumulators zero, `end` writes to C.
 */
export function tileSums(
  f: FunctionBuilder,
  { tile, accumulators, accumulate, at, ...place }: TileEnd & { readonly at: number },
): { readonly begin: () => void; readonly addBlock: () => void; readonly end: () => void } {
  const { inC, split } = vectorsInC(f, tile, accumulators), registers = inC.flat();
  const load = (i: number) => f.i32(0).opOwn("v128.load", at + 16 * i);
  const storeAll = (isAdded: boolean) => {
    for (let i = 0; i < registers.length; i++) {
      const register = registers[i]!;
      f.i32(0);
      if (isAdded) load(i).get(register).op(addOf(place.spec));
      else f.get(register);
      f.opOwn("v128.store", at + 16 * i);
    }
  };
  const zeroAll = () => {
    for (const acc of [...accumulators.vectors.flat(), ...accumulators.halves]) {
      f.v128(new Uint8Array(16)).set(acc);
    }
  };
  return {
    begin: () => {
      f.get(accumulate).if(() => {
        emitTileAccess(f, "load", { ...place, accumulators: inC });
        storeAll(false);
        zeroAll();
      });
    },
    addBlock: () => {
      split();
      f.get(accumulate).if(() => storeAll(true), () => storeAll(false));
      zeroAll();
      f.i32(1).set(accumulate);
    },
    end: () => {
      for (let i = 0; i < registers.length; i++) load(i).set(registers[i]!);
      emitTileAccess(f, "store", { ...place, accumulators: inC });
    },
  };
}

/** Where the tile's steps find A: pushes the address, or the whole load, of the splat of outer index `o` at step `k`. */
export type LoadSplat = (o: number, k: number) => void;

/** Emits the step of one k: accumulators += A[:, k] · B[k, :], where `b` points at k = 0 of the panel. */
export type Step = (k: number) => void;

/**
 * What emits the steps of a tile. `loadSplat` pushes the element of one outer index in all lanes; of B's panels,
 * `b` is the tile's, `nextPanel` the one with the halves.
 */
export function tileStep(
  f: FunctionBuilder,
  spec: GemmSpec,
  { accumulators: { vectors, halves }, vector, nextPanel, loadSplat }: {
    readonly accumulators: Accumulators;
    /** the pointer behind which the tile's vectors lie: of B (A "row") or of A (A "column") */
    readonly vector: Local;
    readonly nextPanel: Local;
    readonly loadSplat: LoadSplat;
  },
): Step {
  const isRow = spec.a === "row";
  const loaded = f.localList("v128", vectors[0]!.length), half = f.local("v128");
  const splats = [f.local("v128"), f.local("v128")] as const;
  return (k) => {
    for (let v = 0; v < loaded.length; v++) {
      const register = loaded[v]!;
      // of equal offsets V8 compares each k's address with the same bound, which it computes once for each round
      f.get(vector).i32(k * PANEL_BYTES).op("i32.add").op("v128.load", v * 16).set(register);
    }
    if (halves.length > 0) f.get(nextPanel).op("v128.load64_splat", k * PANEL_BYTES).set(half);
    for (let o = 0; o < vectors.length; o++) {
      const ofOuter = vectors[o]!;
      const splat = splats[halves.length > 0 ? o % 2 : 0]!;
      loadSplat(o, k);
      f.set(splat);
      for (let v = 0; v < ofOuter.length; v++) {
        const acc = ofOuter[v]!;
        const vector = loaded[v]!;
        emitMultiplyAdd(f, spec, isRow ? { a: splat, b: vector, acc } : { a: vector, b: splat, acc });
      }
      if (halves.length === 0 || (o % 2 === 0 && o + 1 < vectors.length)) continue;
      if (o % 2 === 1) f.get(splats[0]).get(splats[1]).op("i8x16.shuffle", ...LOW_HALVES).set(splats[0]);
      emitMultiplyAdd(f, spec, { a: splats[0], b: half, acc: halves[o >> 1]! });
    }
  };
}

/** What emits the loop over the k's of a block, accumulators += A · B, from where the block before ended. */
function tileRounds(
  f: FunctionBuilder,
  spec: GemmSpec,
  p: TileParams,
  accumulators: Accumulators,
): (numK: Local) => void {
  const { vectors, halves } = accumulators;
  const { itemsize } = DTYPE[spec.dtype];
  const isRow = spec.a === "row";
  const rows = isRow ? vectors.map(() => f.local("i32")) : [p.a];
  if (isRow) {
    rows.forEach((row, i) =>
      (i === 0 ? f.get(p.a) : f.get(rows[i - 1]!).get(p.aRowStride).op("i32.add")).set(row)
    );
  }
  const nextPanel = f.local("i32");
  f.get(p.b).get(p.panelOfB).op("i32.add").set(nextPanel);
  const load = `v128.load${itemsize * 8}_splat`;
  const step = tileStep(f, spec, {
    accumulators,
    vector: isRow ? p.b : p.a,
    nextPanel,
    loadSplat: (o, k) =>
      isRow ? f.get(rows[o]!).op(load, k * itemsize) : f.get(p.b).op(load, k * PANEL_BYTES + o * itemsize),
  });
  const rounds = (numSteps: number, count: Local) =>
    f.get(count).if(() =>
      f.loop((again) => {
        for (let k = 0; k < numSteps; k++) step(k);
        for (const row of rows) {
          f.get(row).i32((isRow ? itemsize : PANEL_BYTES) * numSteps).op("i32.add").set(row);
        }
        const panels = halves.length > 0 ? [p.b, nextPanel] : [p.b];
        for (const panel of panels) f.get(panel).i32(PANEL_BYTES * numSteps).op("i32.add").set(panel);
        f.get(count).i32(1).op("i32.sub").tee(count).brIf(again);
      })
    );
  const count = f.local("i32");
  return (numK) => {
    f.get(numK).i32(Math.log2(UNROLL)).op("i32.shr_u").set(count);
    rounds(UNROLL, count);
    f.get(numK).i32(UNROLL - 1).op("i32.and").set(count);
    rounds(1, count);
  };
}

/** A tile's place in C. */
interface TileInC extends Pick<TileParams, "c" | "cOuterStride" | "cLaneStride"> {
  readonly numValid: Local | number;
  readonly spec: GemmSpec;
  /** by outer index, then vector */
  readonly accumulators: readonly (readonly Local[])[];
}

/** Loads the accumulators from C, or stores them to it. */
function emitTileAccess(f: FunctionBuilder, access: "load" | "store", tile: TileInC): void {
  const { spec, accumulators, c, numValid } = tile;
  const { itemsize } = DTYPE[spec.dtype];
  // lanes are neighbours in C where they run along the axis whose elements are neighbours; if not, outer indices are
  const isContiguous = spec.a === spec.c;
  const lanesPerVector = 16 / itemsize;
  const numLanes = accumulators[0]!.length * lanesPerVector;
  const pointer = f.local("i32");
  const laneAccess = (lane: number, acc: Local, offset: number) => {
    f.get(pointer).get(acc).op(`v128.${access}${itemsize * 8}_lane`, offset, lane % lanesPerVector);
    if (access === "load") f.set(acc);
  };
  const ofLane = (outer: readonly Local[], lane: number) => outer[Math.floor(lane / lanesPerVector)]!;
  // what is loaded beyond the lanes that belong to C is not used
  const whole = (valid: number) => {
    f.get(c).set(pointer);
    for (const outer of accumulators) {
      outer.forEach((acc, v) => {
        if (access === "load") f.get(pointer).op("v128.load", v * 16).set(acc);
        else emitStoreFirst(f, pointer, acc, { offset: v * 16, numBytes: valid * itemsize - v * 16 });
      });
      f.get(pointer).get(tile.cOuterStride).op("i32.add").set(pointer);
    }
  };
  const leaveBehind = (done: Label, lane: number) => {
    if (typeof numValid !== "number") f.get(numValid).i32(lane).op("i32.le_s").brIf(done);
  };
  const contiguousLanes = () =>
    f.block((done) => {
      for (let lane = 0; lane < numLanes; lane++) {
        leaveBehind(done, lane);
        f.get(c).set(pointer);
        for (const outer of accumulators) {
          laneAccess(lane, ofLane(outer, lane), lane * itemsize);
          f.get(pointer).get(tile.cOuterStride).op("i32.add").set(pointer);
        }
      }
    });
  const stridedLanes = () =>
    f.block((done) => {
      f.get(c).set(pointer);
      for (let lane = 0; lane < (typeof numValid === "number" ? numValid : numLanes); lane++) {
        leaveBehind(done, lane);
        accumulators.forEach((outer, o) => laneAccess(lane, ofLane(outer, lane), o * itemsize));
        f.get(pointer).get(tile.cLaneStride).op("i32.add").set(pointer);
      }
    });
  if (!isContiguous) stridedLanes();
  else if (typeof numValid === "number") whole(numValid);
  else f.get(numValid).i32(numLanes).op("i32.ge_s").if(() => whole(numLanes), contiguousLanes);
  f.release(pointer);
}

/** Stores the first bytes of a register: 4, 8, 12, or from 16 on all. */
function emitStoreFirst(
  f: FunctionBuilder,
  pointer: Local,
  register: Local,
  { offset, numBytes }: { readonly offset: number; readonly numBytes: number },
): void {
  if (numBytes >= 16) {
    f.get(pointer).get(register).op("v128.store", offset);
    return;
  }
  const hasHalf = numBytes >= 8;
  if (hasHalf) f.get(pointer).get(register).op("v128.store64_lane", offset, 0);
  if (numBytes % 8 !== 0) {
    f.get(pointer).get(register).op("v128.store32_lane", offset + (hasHalf ? 8 : 0), hasHalf ? 2 : 0);
  }
}
