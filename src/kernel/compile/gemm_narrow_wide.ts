/**
 * Narrow products (`gemm_narrow.ts`) for vectors of 256 bits: tiles of eight rows, which pass all of K. The sums of a
 * block of K are in registers, those of the blocks in the instance's own memory.
 *
 * Pairs are of rows. V8 joins two operations whose operands are the same, as a splat of B's, or come from two
 * neighbouring loads of the own memory at constant addresses; so vectors of A go there first (`gemm_narrow_left.ts`),
 * some rounds before they are multiplied. B then takes two columns of f32 (one of f64) in all lanes; A four rows, each
 * element once for each of the columns:
 *
 *     low [r0 r0 r1 r1] high [r2 r2 r3 r3] · [c0 c1 c0 c1] [c0 c1 c0 c1]
 *
 * The eight rows lie far apart: see `gemm_rows_apart.ts`.
 *
 * @module
 */
import { DTYPE } from "../../dtype/mod.ts";
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import type { ModuleBuilder, ModuleFunction } from "../wasm/module_builder.ts";
import { LOW_HALVES } from "../wasm/shuffles.ts";
import { emitAddress, emitBlocks, type GemmWords } from "./gemm_driver.ts";
import { addOf, BLOCK_K, emitMultiplyAdd, type GemmSpec, PANEL_BYTES, paramsOf } from "./gemm_tile.ts";
import {
  canJoin,
  emitStrideOfRows,
  type LeftParams,
  NUM_AHEAD,
  NUM_ROWS,
  slotOf,
  WideLeft,
} from "./gemm_narrow_left.ts";
import { emitRowsApart } from "./gemm_rows_apart.ts";

/** The least K: before, the tiles of 128 bits. */
const LEAST_K = { f32: 32, f64: 64 };
/** Bytes of one element of B's in all lanes: columns are taken by so many. */
const SPLAT_BYTES = 8;

/** where the own memory holds the sums of the blocks: for each 8 bytes of C's row, those of all rows */
const TOTALS = slotOf(NUM_AHEAD, 0);

/** The parameters of a tile, all i32. */
const PARAMS = [
  /** A, or where the operands of the prologue are described */
  "left",
  "leftStride",
  "row",
  /** from a row of the tile to the next */
  "rowStep",
  "b",
  "panelOfB",
  "numK",
  "c",
  "cStride",
  "cLaneStride",
] as const;
type Params = LeftParams & Readonly<Record<(typeof PARAMS)[number], Local>>;

/** Low and high half of a vector of 256 bits. */
type Pair = readonly [low: Local, high: Local];

const range = (length: number) => Array.from({ length }, (_, index) => index);
/** bytes of the lanes of two registers in turns, of `laneBytes`: those of the low halves, or of the high */
const unpack = (laneBytes: number, isHigh: boolean) =>
  range(16).map((i) => Math.floor(i / laneBytes / 2) * laneBytes + (i % laneBytes) + (isHigh ? 8 : 0))
    .map((from, i) => from + (Math.floor(i / laneBytes) % 2) * 16);
/** the lanes of f32 of a register's half, each twice */
const twice = (isHigh: boolean) => range(16).map((i) => Math.floor(i / 8) * 4 + (i % 4) + (isHigh ? 8 : 0));

/** Whether a narrow product gains by vectors of 256 bits: one or two columns of f64 do where A is computed only. */
export function isWide({ n, dtype, prologue }: GemmSpec): boolean {
  return prologue !== null ? canJoin(prologue, dtype) : dtype === "f32" || n! > 2;
}

/**
 * Emits the loops over the tiles of all rows but the last few; none where K is small. `operands`: the address of the
 * prologue's, or null.
 *
 * @returns how many rows are done
 */
export function emitWideRows(
  f: FunctionBuilder,
  w: GemmWords,
  { tile, spec, operands }: {
    readonly tile: ModuleFunction;
    readonly spec: GemmSpec;
    readonly operands: Local | null;
  },
): Local {
  const panelOfB = f.local("i32"), stride = f.local("i32"), m = f.local("i32");
  f.get(w.k).i32(PANEL_BYTES).op("i32.mul").set(panelOfB);
  if (operands === null) f.get(w.aRowStride);
  else emitStrideOfRows(f, operands, spec.prologue!);
  f.set(stride);
  // of a small K no row
  f.get(w.m).i32(0).get(w.k).i32(LEAST_K[spec.dtype]).op("i32.ge_s").select("i32").set(m);
  const done = emitRowsApart(f, { m, stride, numRows: NUM_ROWS, mostTiles: null }, (row, step) => {
    f.get(operands ?? w.aPointer).get(stride).get(row).get(step);
    f.get(w.packedPointer).get(panelOfB).get(w.k);
    emitAddress(f, w.cPointer, [row, w.cRowStride]);
    f.get(step).get(w.cRowStride).op("i32.mul").get(w.cColumnStride).call(tile);
  });
  for (const local of [panelOfB, stride, m]) f.release(local);
  return done;
}

/** Emits the tile: C[tile] = A[tile] · B. */
export function wideTile(module: ModuleBuilder, name: string, spec: GemmSpec): ModuleFunction {
  module.useOwnMemory();
  return module.add(name, Array(PARAMS.length).fill("i32"), [], (f) => {
    const p = paramsOf(f, PARAMS);
    const left = new WideLeft({ f, module, numerics: spec.numerics }, p, spec);
    new WideTile(f, spec, { p, left }).emit();
  });
}

class WideTile {
  readonly f: FunctionBuilder;
  readonly spec: GemmSpec;
  readonly #itemsize: number;
  readonly #numLanes: number;
  /** by 8 bytes of C's row, then by four rows */
  readonly #accumulators: readonly (readonly Pair[])[];
  readonly #nextPanel: Local;
  readonly #splat: Local;
  readonly p: Params;
  readonly left: WideLeft;

  constructor(
    f: FunctionBuilder,
    spec: GemmSpec,
    { p, left }: { readonly p: Params; readonly left: WideLeft },
  ) {
    this.f = f;
    this.spec = spec;
    this.p = p;
    this.left = left;
    const { itemsize } = DTYPE[spec.dtype];
    this.#itemsize = itemsize;
    this.#numLanes = 16 / itemsize;
    const numSplats = Math.ceil((spec.n! * itemsize) / SPLAT_BYTES);
    this.#accumulators = range(numSplats).map(() => range(2).map(() => this.#pair()));
    this.#nextPanel = f.local("i32");
    this.#splat = f.local("v128");
  }

  #pair(): Pair {
    return [this.f.local("v128"), this.f.local("v128")];
  }

  /** the accumulators, each with its place in the totals */
  #eachAccumulator(body: (pair: Pair, place: number) => void): void {
    this.#accumulators.forEach((halves, splat) =>
      halves.forEach((pair, half) => body(pair, TOTALS + (2 * splat + half) * 32))
    );
  }

  emit(): void {
    const { f, p, left } = this, count = f.local("i32"), at = f.local("i32");
    f.get(p.b).get(p.panelOfB).op("i32.add").set(this.#nextPanel);
    // -0 + x is x, whatever x
    const minusZero = this.#vectorOf(-0), zero = this.#vectorOf(0);
    this.#eachAccumulator((pair, place) =>
      pair.forEach((_, i) => f.i32(0).v128(minusZero).opOwn("v128.store", place + 16 * i))
    );
    const vectors = range(NUM_AHEAD), storeAll = () => vectors.forEach((vector) => left.store(vector));
    if (left.isAhead) {
      storeAll();
      left.advance();
    }
    emitBlocks(f, { end: p.numK, step: BLOCK_K }, (_, numK) => {
      this.#eachAccumulator((pair) => pair.forEach((register) => f.v128(zero).set(register)));
      const perRound = NUM_AHEAD * this.#numLanes;
      f.get(numK).i32(Math.log2(perRound)).op("i32.shr_u").set(count);
      this.#rounds(count, perRound, () => {
        if (!left.isAhead) storeAll();
        for (const vector of vectors) {
          this.#multiply(vector);
          if (left.isAhead) left.store(vector);
        }
        left.advance();
      });
      // a block has whole rounds, but for the last
      f.get(numK).i32(perRound - 1).op("i32.and").tee(count);
      f.if(() => {
        f.i32(0).set(at);
        if (!left.isAhead) storeAll();
      });
      this.#rounds(count, 1, () => {
        this.#last(at);
        f.get(at).i32(this.#itemsize).op("i32.add").set(at);
        // behind each vector of a row come those of the others
        f.get(at).i32(15).op("i32.and").op("i32.eqz").if(() =>
          f.get(at).i32(slotOf(1, 0) - 16).op("i32.add").set(at)
        );
      });
      this.#addToTotals();
    });
    this.#store();
  }

  #vectorOf(value: number): Uint8Array {
    return new Uint8Array(new DTYPE[this.spec.dtype].TypedArray(this.#numLanes).fill(value as never).buffer);
  }

  #rounds(count: Local, numSteps: number, body: () => void): void {
    const { f, p } = this;
    f.get(count).if(() =>
      f.loop((again) => {
        body();
        const panels = this.#accumulators.length * SPLAT_BYTES > PANEL_BYTES ? [p.b, this.#nextPanel] : [p.b];
        for (const panel of panels) f.get(panel).i32(PANEL_BYTES * numSteps).op("i32.add").set(panel);
        f.get(count).i32(1).op("i32.sub").tee(count).brIf(again);
      })
    );
  }

  /** accumulators += A · B for the k's of that vector of each row */
  #multiply(vector: number): void {
    const turned = range(2).map((half) => this.#turn((row) => slotOf(vector, 4 * half + row)));
    for (let lane = 0; lane < this.#numLanes; lane++) {
      const left = turned.map((half) => this.#left(half, lane));
      this.#step(vector * this.#numLanes + lane, left);
      if (this.#itemsize < 8) { for (const register of left.flat()) this.f.release(register); }
    }
    for (const register of turned.flat(2)) this.f.release(register);
  }

  /** four rows' vectors from the own memory: pairs of [r0 r1] [r2 r3], each of 8 bytes along K */
  #turn(slot: (row: number) => number): readonly Pair[] {
    const { f } = this, even = this.#pair(), odd = this.#pair();
    [even, odd].forEach((pair, i) =>
      pair.forEach((register, half) => f.i32(0).opOwn("v128.load", slot(i + 2 * half)).set(register))
    );
    const turned = [false, true].map((isHigh) => {
      const pair = this.#pair();
      pair.forEach((register, half) =>
        f.get(even[half]!).get(odd[half]!).op("i8x16.shuffle", ...unpack(this.#itemsize, isHigh)).set(
          register,
        )
      );
      return pair;
    });
    for (const register of [...even, ...odd]) f.release(register);
    return turned;
  }

  /** A's operand of one k */
  #left(turned: readonly Pair[], lane: number): Pair {
    const { f } = this;
    if (this.#itemsize === 8) return turned[lane]!;
    const pair = this.#pair();
    pair.forEach((register, half) => {
      const from = turned[lane >> 1]![half]!;
      f.get(from).get(from).op("i8x16.shuffle", ...twice(lane % 2 === 1)).set(register);
    });
    return pair;
  }

  /** accumulators += A[:, k] · B[k, :] */
  #step(k: number, left: readonly Pair[]): void {
    const { f, p, spec } = this, splat = this.#splat;
    const perPanel = PANEL_BYTES / SPLAT_BYTES;
    this.#accumulators.forEach((halves, i) => {
      // an address without an offset takes fewer instructions
      f.get(i < perPanel ? p.b : this.#nextPanel).i32(k * PANEL_BYTES + (i % perPanel) * SPLAT_BYTES);
      f.op("i32.add").op("v128.load64_splat").set(splat);
      halves.forEach((pair, half) =>
        pair.forEach((acc, j) => emitMultiplyAdd(f, spec, { a: left[half]![j]!, b: splat, acc }))
      );
    });
  }

  /** one k, whose elements are in the own memory at that address */
  #last(at: Local): void {
    const { f } = this, splat = `v128.load${this.#itemsize * 8}_splat`;
    const left = range(2).map((half) => {
      const pair = this.#pair();
      pair.forEach((register, i) => {
        const [even, odd] = [0, 1].map((row) => slotOf(0, 4 * half + 2 * i + row)) as [number, number];
        f.get(at).opOwn(splat, even).get(at).opOwn(splat, odd);
        f.op("i8x16.shuffle", ...LOW_HALVES).set(register);
      });
      // with what V8 begins a pair has to be neighbours
      for (const register of pair) f.leaf(register);
      return pair;
    });
    this.#step(0, left);
    for (const register of left.flat()) f.release(register);
  }

  #addToTotals(): void {
    const { f } = this;
    this.#eachAccumulator((pair) => f.seedPairs(pair));
    this.#eachAccumulator((pair, place) =>
      pair.forEach((register, i) => {
        const at = place + 16 * i;
        f.i32(0).i32(0).opOwn("v128.load", at).get(register).op(addOf(this.spec)).opOwn("v128.store", at);
      })
    );
  }

  /** the totals to C: each row's 8 bytes after 8 bytes, or its elements where they are no neighbours */
  #store(): void {
    const { f, p, spec } = this, row = f.local("i32"), to = f.local("i32");
    const rowBytes = spec.n! * this.#itemsize;
    f.i32(0).set(row);
    f.loop((again) => {
      if (spec.c === "row") {
        for (let at = 0; at < rowBytes; at += 8) {
          const word = at + 8 <= rowBytes ? "i64" : "i32";
          f.get(p.c).get(row).opOwn(`${word}.load`, TOTALS + at * NUM_ROWS).op(`${word}.store`, at);
        }
      } else {
        f.get(p.c).set(to);
        for (let at = 0; at < rowBytes; at += this.#itemsize) {
          const word = this.#itemsize === 8 ? "i64" : "i32";
          const from = TOTALS + Math.floor(at / 8) * 8 * NUM_ROWS + (at % 8);
          f.get(to).get(row).opOwn(`${word}.load`, from).op(`${word}.store`);
          f.get(to).get(p.cLaneStride).op("i32.add").set(to);
        }
      }
      f.get(p.c).get(p.cStride).op("i32.add").set(p.c);
      f.get(row).i32(8).op("i32.add").tee(row).i32(8 * NUM_ROWS).op("i32.lt_u").brIf(again);
    });
    f.release(row);
    f.release(to);
  }
}
