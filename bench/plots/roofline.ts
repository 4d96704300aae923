/**
 * The roofline: what memory and the multiply-add units allow at each arithmetic intensity, and where the works are.
 *
 * Source: S. Williams, A. Waterman, D. Patterson, "Roofline: An Insightful Visual Performance Model for Multicore
 * Architectures", CACM 52(4), 2009.
 *
 * @module
 */
import type { Numerics } from "../../src/kernel/numerics.ts";
import { ModuleBuilder } from "../../src/kernel/wasm/module_builder.ts";
import { InMemoryWork } from "../in_memory.ts";
import { widthOf, workOf } from "../sweep/chains.ts";
import { COLOURS, document, INK, type LogAxis, mark, Panel, text } from "./chart.ts";

/** What the machine can do on one thread. */
export interface Roofs {
  /** bytes read and written a second by a copy of 200 MB */
  readonly copyBytes: number;
  /** floating-point operations a second of f32x4.relaxed_madd and of f64x2's; a fused one counts two */
  readonly f32Flops: number;
  readonly f64Flops: number;
}

/** A work's place. */
export interface RooflinePoint {
  readonly letter: string;
  readonly title: string;
  readonly isF64: boolean;
  /** operations a byte of what is read and written once */
  readonly intensity: number;
  readonly flops: number;
}

/**
 * Operations for each element of x, and bytes that it stands for: read as an input, written as its share of the
 * output. A fused multiply-add counts two, a comparison, a minimum or a division one; those of a and i are the
 * arithmetic of the emitted loop (exponents are assembled by integer operations, which do not count).
 */
const COUNTS: Readonly<Record<string, { readonly flops: number; readonly bytes: number }>> = {
  a: { flops: 26, bytes: 8 },
  b: { flops: 4, bytes: 8 },
  c: { flops: 20, bytes: 4.04 },
  e: { flops: 1, bytes: 6 },
  f: { flops: 1, bytes: 8 },
  g: { flops: 24, bytes: 4 },
  h: { flops: 23, bytes: 4.16 },
  i: { flops: 70, bytes: 16 },
  k: { flops: 2, bytes: 8 },
  l: { flops: 3, bytes: 1 },
};

/** of each the fastest counts: the roofs are no medians either */
const ROUNDS = 25;
/** sums that are under way at once: more than the latency of an addition times two a cycle */
const CHAINS = 12;

/** Floating-point operations a second of multiply-adds in registers. */
function measureFlops(dtype: "f32x4" | "f64x2", numerics: Numerics): number {
  const module = new ModuleBuilder();
  module.add("run", ["i32"], ["i32"], (f) => {
    const count = f.local("i32"), [bound] = f.params;
    const factor = f.hoist(constant(dtype, 0.999)),
      sums = Array.from({ length: CHAINS }, () => f.local("v128"));
    f.loop((top) => {
      for (const sum of sums) {
        f.get(sum).get(factor);
        if (numerics === "fused") f.get(factor).op(`${dtype}.relaxed_madd`);
        else f.op(`${dtype}.mul`).get(factor).op(`${dtype}.add`);
        f.set(sum);
      }
      f.get(count).i32(1).op("i32.add").tee(count).get(bound!).op("i32.lt_s").brIf(top);
    });
    // every sum is used, so that none is left out
    f.get(sums[0]!);
    for (const sum of sums.slice(1)) f.get(sum).op(`${dtype}.add`);
    f.op("i32x4.extract_lane", 0);
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const run = exports["run"] as (count: number) => number, count = 100_000, lanes = dtype === "f32x4" ? 4 : 2;
  const seconds = Array.from({ length: 40 }, () => {
    const started = performance.now();
    run(count);
    return (performance.now() - started) / 1000;
  });
  return 2 * lanes * CHAINS * count / Math.min(...seconds);
}

function constant(dtype: "f32x4" | "f64x2", value: number): Uint8Array {
  return new Uint8Array((dtype === "f32x4" ? new Float32Array(4) : new Float64Array(2)).fill(value).buffer);
}

function measureCopy(): number {
  const bytes = 200_000_000, memory = new Uint8Array(2 * bytes).fill(1);
  const seconds = Array.from({ length: 3 * ROUNDS }, () => {
    const started = performance.now();
    memory.copyWithin(bytes, 0, bytes);
    return (performance.now() - started) / 1000;
  });
  return 2 * bytes / Math.min(...seconds);
}

/** Measures the roofs. */
export function measureRoofs(numerics: Numerics): Roofs {
  return {
    copyBytes: measureCopy(),
    f32Flops: measureFlops("f32x4", numerics),
    f64Flops: measureFlops("f64x2", numerics),
  };
}

/** Measures the works at the sizes of the bench's table. */
export function measurePoints(numerics: Numerics): RooflinePoint[] {
  return Object.entries(COUNTS).map(([letter, { flops, bytes }]) => {
    const declared = workOf(letter), work = new InMemoryWork(declared, numerics);
    const seconds = Array.from({ length: ROUNDS + 3 }, () => work.run()).slice(3);
    const numElements = declared.numRows * widthOf(declared);
    return {
      letter,
      title: declared.title,
      isF64: declared.leaves["x"]!.dtype === "f64",
      intensity: flops / bytes,
      flops: flops * numElements / Math.min(...seconds),
    };
  });
}

const WIDTH = 930, HEIGHT = 560;

/** The plot. */
export function plotRoofline(roofs: Roofs, points: readonly RooflinePoint[], note: string): string {
  const { copyBytes, f32Flops, f64Flops } = roofs;
  const x: LogAxis = {
    domain: [0.1, 30],
    label: "operations for each byte read or written",
    format: (value) => String(Number(value.toPrecision(1))),
  };
  const y: LogAxis = {
    domain: [1e9, 1.5e11],
    label: "floating-point operations a second",
    format: (value) => `${value / 1e9}G`,
  };
  const panel = new Panel({ x: 84, y: 84, width: WIDTH - 356, height: HEIGHT - 170 }, { x, y });
  const [low, high] = x.domain, ridge = f32Flops / copyBytes, ridge64 = f64Flops / copyBytes;
  const roof = [
    panel.line([[low, low * copyBytes], [ridge, f32Flops], [high, f32Flops]], { colour: INK.text, width: 2 }),
    panel.line([[ridge64, f64Flops], [high, f64Flops]], { colour: INK.quiet, width: 1.5, dash: "6 4" }),
  ];
  const labels = roofLabels(panel, x.domain, roofs);
  const marks = pointMarks(panel, points);
  const key = pointKey(points, roofs);
  return document([panel.axes(), ...roof, ...labels, ...marks, ...key], {
    width: WIDTH,
    height: HEIGHT,
    title: "Roofline, one thread",
    sentence:
      "Each work's speed below what memory (slope) and 128-bit multiply-adds (flat) allow; f32 ●, f64 ■",
    note,
  });
}

/** What each part of the roof stands for, along it. */
function roofLabels(
  panel: Panel,
  [low, high]: readonly [number, number],
  { copyBytes, f32Flops, f64Flops }: Roofs,
): string[] {
  const [ax, ay] = panel.place(low * 1.35, low * 1.35 * copyBytes),
    [bx, by] = panel.place(low * 2.7, low * 2.7 * copyBytes);
  const [rx, ry] = panel.place(high, f32Flops), [sx, sy] = panel.place(high, f64Flops);
  const turn = Math.atan2(by - ay, bx - ax) * 180 / Math.PI;
  return [
    text(`copy: ${(copyBytes / 1e9).toFixed(0)} GB/s`, { x: ax, y: ay - 8, turn, colour: INK.text }),
    text(`f32 multiply-add, 128 bits: ${(f32Flops / 1e9).toFixed(0)} GFLOP/s`, {
      x: rx,
      y: ry - 8,
      anchor: "end",
    }),
    text(`f64: ${(f64Flops / 1e9).toFixed(0)} GFLOP/s`, {
      x: sx,
      y: sy - 7,
      anchor: "end",
      colour: INK.quiet,
    }),
  ];
}

/** A mark a work, and its letter beside it. */
function pointMarks(panel: Panel, points: readonly RooflinePoint[]): string[] {
  const places = points.map(({ intensity, flops }) => panel.place(intensity, flops));
  const marks = points.map(({ isF64 }, i) =>
    mark(places[i]!, { index: isF64 ? 1 : 0, colour: COLOURS[isF64 ? 1 : 0], size: 5 })
  );
  const letters = points.map(({ letter, isF64 }, i) => {
    const [px, py] = places[i]!;
    // a neighbour at the right has its mark where the letter would stand
    const isCrowded = places.some(([x, y]) => x > px && x - px < 26 && Math.abs(y - py) < 14);
    const side = isCrowded ? { x: px - 9, anchor: "end" as const } : { x: px + 9 };
    return text(letter, {
      ...side,
      y: py + 5,
      size: 14,
      weight: 600,
      colour: COLOURS[isF64 ? 1 : 0],
      halo: true,
    });
  });
  return [...marks, ...letters];
}

/** Below each letter: the work, its speed, and how much of the roof above it that is. */
function pointKey(points: readonly RooflinePoint[], { copyBytes, f32Flops, f64Flops }: Roofs): string[] {
  return points.toSorted((a, b) => a.letter.localeCompare(b.letter)).flatMap((point, i) => {
    const { letter, title, flops, isF64, intensity } = point, top = 108 + i * 38, left = WIDTH - 246;
    const roofHere = Math.min(intensity * copyBytes, isF64 ? f64Flops : f32Flops);
    return [
      text(`${letter}  ${title.replace(/, [^,]*$/, "")}`, { x: left, y: top, size: 11.5, weight: 400 }),
      text(`${(flops / 1e9).toFixed(1)} GFLOP/s, ${(100 * flops / roofHere).toFixed(0)} % of the roof`, {
        x: left + 12,
        y: top + 15,
        size: 11.5,
        colour: INK.quiet,
      }),
    ];
  });
}
