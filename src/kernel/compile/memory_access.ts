/**
 * Loads and stores of whole values. A load may read up to 64 bytes past the last element, which are mapped
 * memory by contract, or as many before it where elements go down in memory; it never strides past it. A store writes the elements that are there and no byte more.
 *
 * `remaining` is the number of elements from the current one on, at least 1; null says that all are there.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";
import { HIGH_HALF } from "../wasm/shuffles.ts";
import { copy, keep, type LaneBytes, numRegisters, releaseAll } from "./lanes.ts";

/** `vf` neighbours, from `offset` bytes behind the pointer on */
export function loadUnit(
  f: FunctionBuilder,
  pointer: Local,
  { laneBytes, vf, offset = 0 }: { laneBytes: LaneBytes; vf: number; offset?: number },
): Local[] {
  const numBytes = vf * laneBytes, registers: Local[] = [];
  for (let at = 0; at + 16 <= numBytes; at += 16) {
    registers.push(keep(f.get(pointer).op("v128.load", offset + at)));
  }
  if (numBytes >= 16) return registers;
  const part = numBytes === 8 || numBytes === 4 ? "zero" : "splat";
  return [keep(f.get(pointer).op(`v128.load${numBytes * 8}_${part}`, offset))];
}

/** the lanes of a value's registers from last to first, in fresh registers that hold them first to last */
function reversedLanes(
  f: FunctionBuilder,
  registers: readonly Local[],
  { laneBytes, vf }: { laneBytes: LaneBytes; vf: number },
): Local[] {
  const numBytes = Math.min(16, vf * laneBytes);
  const bytes = Array.from({ length: 16 }, (_, i) => {
    const from = numBytes - laneBytes - Math.floor(i / laneBytes) * laneBytes + i % laneBytes;
    return i < numBytes ? from : i;
  });
  return registers.toReversed().map((register) =>
    keep(f.get(register).get(register).op("i8x16.shuffle", ...bytes))
  );
}

/** the address of the last of `vf` elements that go down in memory */
function lastOf(
  f: FunctionBuilder,
  pointer: Local,
  { laneBytes, vf }: { laneBytes: LaneBytes; vf: number },
): Local {
  return keep(f.get(pointer).i32((vf - 1) * laneBytes).op("i32.sub"), "i32");
}

/** `vf` neighbours, the first of them last in memory; may read up to 60 bytes before the last that is there */
export function loadReversed(
  f: FunctionBuilder,
  pointer: Local,
  size: { laneBytes: LaneBytes; vf: number },
): Local[] {
  const from = lastOf(f, pointer, size);
  const loaded = loadUnit(f, from, size);
  const registers = reversedLanes(f, loaded, size);
  releaseAll(f, [from, ...loaded]);
  return registers;
}

/** all `vf` elements to neighbouring places, the first of them last in memory */
export function storeReversed(
  f: FunctionBuilder,
  pointer: Local,
  { registers, laneBytes, vf }: { registers: readonly Local[]; laneBytes: LaneBytes; vf: number },
): void {
  const size = { laneBytes, vf }, to = lastOf(f, pointer, size);
  const whole = Array.from({ length: numRegisters(vf, laneBytes) }, (_, i) => registers[i] ?? registers[0]!);
  const turned = reversedLanes(f, whole, size);
  storeUnit(f, to, { registers: turned, laneBytes, vf });
  releaseAll(f, [to, ...turned]);
}

/** one element in all lanes */
export function loadSplat(f: FunctionBuilder, pointer: Local, laneBytes: LaneBytes): Local {
  return keep(f.get(pointer).op(`v128.load${laneBytes * 8}_splat`));
}

/** every second of `2 * vf` neighbours; reads one element past the last */
function loadSecond(
  f: FunctionBuilder,
  pointer: Local,
  { registers, laneBytes, vf }: { registers: readonly Local[]; laneBytes: LaneBytes; vf: number },
): void {
  const size = { laneBytes, vf: 2 * vf };
  const loaded = loadUnit(f, pointer, size);
  // of one register only the low half is asked for
  const bytes = Array.from(
    { length: 16 },
    (_, i) => 2 * laneBytes * Math.floor(i / laneBytes) + i % laneBytes,
  );
  registers.forEach((register, i) => {
    f.get(loaded[2 * i]!).get(loaded[2 * i + 1] ?? loaded[2 * i]!).op("i8x16.shuffle", ...bytes).set(
      register,
    );
  });
  releaseAll(f, loaded);
}

/** `vf` elements at a stride in bytes that is known at run time and may be negative or 0 */
export function loadStrided(
  f: FunctionBuilder,
  pointer: Local,
  { stride, laneBytes, vf, remaining, isSecond = false }: {
    stride: Local;
    laneBytes: LaneBytes;
    vf: number;
    remaining: Local | null;
    /** the stride is known to be that of every second element */
    isSecond?: boolean;
  },
): Local[] {
  const registers = Array.from({ length: numRegisters(vf, laneBytes) }, () => f.local("v128"));
  const gather = (advance: (lane: number) => void) => {
    const at = copy(f, pointer);
    for (let i = 0; i < vf; i++) {
      const register = registers[Math.floor((i * laneBytes) / 16)]!, lane = i % (16 / laneBytes);
      if (i > 0) {
        f.get(at);
        advance(i);
        f.op("i32.add").set(at);
      }
      f.get(at);
      if (lane === 0) f.op(`v128.load${laneBytes * 8}_splat`);
      else f.get(register).op(`v128.load${laneBytes * 8}_lane`, 0, lane);
      f.set(register);
    }
    f.release(at);
  };
  const whole = () =>
    isSecond ? loadSecond(f, pointer, { registers, laneBytes, vf }) : gather(() => f.get(stride));
  if (remaining === null) {
    whole();
    return registers;
  }
  // past the end the last element is read again
  const clamped = () =>
    gather((i) => f.get(stride).i32(0).i32(i).get(remaining).op("i32.lt_s").select("i32"));
  f.get(remaining).i32(vf).op("i32.ge_s").if(whole, clamped);
  return registers;
}

/** all `vf` elements to neighbouring places, from `offset` bytes behind the pointer on */
export function storeUnit(
  f: FunctionBuilder,
  pointer: Local,
  { registers, laneBytes, vf, offset = 0 }: {
    registers: readonly Local[];
    laneBytes: LaneBytes;
    vf: number;
    offset?: number;
  },
): void {
  const numBytes = vf * laneBytes;
  if (numBytes < 16) {
    f.get(pointer).get(registers[0]!).op(`v128.store${numBytes * 8}_lane`, offset, 0);
    return;
  }
  for (let i = 0; i < numBytes / 16; i++) {
    f.get(pointer).get(registers[i] ?? registers[0]!).op("v128.store", offset + 16 * i);
  }
}

/** the first `remaining` < vf elements: whole registers, then what is left by halves */
export function storeUnitPartial(
  f: FunctionBuilder,
  pointer: Local,
  { registers, laneBytes, vf, remaining }: {
    registers: readonly Local[];
    laneBytes: LaneBytes;
    vf: number;
    remaining: Local;
  },
): void {
  const numLanes = 16 / laneBytes;
  const at = copy(f, pointer), left = copy(f, remaining), current = copy(f, registers[0]!);
  for (let i = 1; i < numRegisters(vf, laneBytes); i++) {
    f.get(left).i32(numLanes).op("i32.ge_s");
    f.if(() => {
      f.get(at).get(current).op("v128.store");
      f.get(at).i32(16).op("i32.add").set(at);
      f.get(left).i32(numLanes).op("i32.sub").set(left);
      f.get(registers[i] ?? registers[0]!).set(current);
    });
  }
  for (let numBytes = Math.min(8, (vf * laneBytes) / 2); numBytes >= laneBytes; numBytes /= 2) {
    f.get(left).i32(numBytes / laneBytes).op("i32.and");
    f.if(() => {
      f.get(at).get(current).op(`v128.store${numBytes * 8}_lane`, 0, 0);
      if (numBytes === laneBytes) return;
      f.get(at).i32(numBytes).op("i32.add").set(at);
      if (numBytes === 8) {
        f.get(current).get(current).op("i8x16.shuffle", ...HIGH_HALF);
      } else f.get(current).i32(numBytes * 8).op("i64x2.shr_u");
      f.set(current);
    });
  }
  for (const local of [at, left, current]) f.release(local);
}

/** elements at a stride in bytes: all `vf`, or the first `remaining` */
export function storeStrided(
  f: FunctionBuilder,
  pointer: Local,
  { stride, registers, laneBytes, vf, remaining }: {
    stride: Local;
    registers: readonly Local[];
    laneBytes: LaneBytes;
    vf: number;
    remaining: Local | null;
  },
): void {
  const at = copy(f, pointer);
  f.block((done) => {
    for (let i = 0; i < vf; i++) {
      if (i > 0) {
        if (remaining !== null) f.get(remaining).i32(i).op("i32.le_s").brIf(done);
        f.get(at).get(stride).op("i32.add").set(at);
      }
      const register = registers[Math.floor((i * laneBytes) / 16)] ?? registers[0]!;
      f.get(at).get(register).op(`v128.store${laneBytes * 8}_lane`, 0, i % (16 / laneBytes));
    }
  });
  f.release(at);
}
