/**
 * What the sweep measured, as a plot: time per element over size, by dtype, and over layout, by operation.
 *
 * @module
 */
import type { MeasuredPoint } from "../sweep/line.ts";
import { COLOURS, document, type Frame, INK, legend, type LogAxis, mark, Panel, text } from "./chart.ts";

interface Line {
  readonly name: string;
  readonly points: readonly MeasuredPoint[];
}

const DTYPES = ["f32", "f64", "i32", "u8"];
const CHAINS = ["a", "b", "f", "e", "k", "c"];
const TITLES: Readonly<Record<string, string>> = {
  a: "a. sigmoid(x·w+b)",
  b: "b. clip((x−m)/s, −3, 3)",
  f: "f. where(x>t, m, x)",
  e: "e. x[x>0]",
  k: "k. x − mean of each row",
  c: "c. x @ w, (N, 1000) @ (1000, 10)",
};
const OPERATIONS = ["add", "lt", "exp", "sum", "sum of rows", "sum of columns", "copy", "astype f64"];

const WIDTH = 960, LEFT = 78, PANEL_WIDTH = 262, PANEL_HEIGHT = 140, GAP_X = 24, GAP_Y = 46, TOP = 126;

/** Time per element over size: a panel a chain. */
function sizePanels(lines: readonly Line[]): string[] {
  const x: LogAxis = {
    domain: [0.7, 8e6],
    label: "elements of x",
    format: (value) => [1, 1e3, 1e6].includes(value) ? { 1: "1", 1e3: "1k", 1e6: "1M" }[value]! : "",
  };
  const y: LogAxis = {
    domain: [0.03, 2e4],
    label: "ns an element",
    format: (value) => String(Number(value.toPrecision(1))),
  };
  return CHAINS.map((letter, i) => {
    const column = i % 3, row = Math.floor(i / 3);
    const frame: Frame = {
      x: LEFT + column * (PANEL_WIDTH + GAP_X),
      y: TOP + row * (PANEL_HEIGHT + GAP_Y),
      width: PANEL_WIDTH,
      height: PANEL_HEIGHT,
    };
    const panel = new Panel(frame, { x, y });
    const series = DTYPES.map((dtype, index) => {
      const points = lines.find(({ name }) => name === `${letter} ${dtype}, by size`)?.points ?? [];
      return panel.series(
        points.map(({ numElements, nanoseconds }) => [numElements, nanoseconds / numElements]),
        index,
      );
    });
    return [
      panel.axes({ title: TITLES[letter]!, hasXLabels: row === 1, hasYLabels: column === 0 }),
      ...series,
    ].join("\n");
  });
}

/** Time per element by layout, as a multiple of the contiguous one's: a row a layout, a column an operation. */
function layoutTable(lines: readonly Line[], top: number): string[] {
  const layouts = lines.find(({ name }) => name === "add f32, by layout")?.points.map(({ label }) => label) ??
    [];
  const cell = (WIDTH - 150 - 24) / OPERATIONS.length, rowHeight = 26;
  const parts = [
    text("Eager arrays, 512 × 512: time by layout, as a multiple of the contiguous one's", {
      x: 24,
      y: top,
      weight: 600,
      size: 13,
    }),
    ...OPERATIONS.map((name, i) =>
      text(name, { x: 150 + (i + 0.5) * cell, y: top + 24, anchor: "middle", colour: INK.quiet })
    ),
  ];
  layouts.slice(1).forEach((layout, row) => {
    const y = top + 48 + row * rowHeight;
    parts.push(text(layout, { x: 138, y: y + 4, anchor: "end" }));
    OPERATIONS.forEach((operation, i) => {
      const left = 150 + i * cell + 10, width = cell - 20;
      const at = (ratio: number) =>
        left + width * Math.log(Math.min(Math.max(ratio, 0.5), 8) / 0.5) / Math.log(16);
      parts.push(`<line x1="${left}" y1="${y}" x2="${left + width}" y2="${y}" stroke="${INK.grid}"/>`);
      for (const ratio of [1, 2]) {
        parts.push(
          `<line x1="${at(ratio).toFixed(1)}" y1="${y - 6}" x2="${at(ratio).toFixed(1)}" y2="${
            y + 6
          }" stroke="${ratio === 1 ? INK.axis : INK.grid}"/>`,
        );
      }
      DTYPES.forEach((dtype, index) => {
        const points = lines.find(({ name }) => name === `${operation} ${dtype}, by layout`)?.points ?? [];
        const base = points.find(({ label }) => label === "contiguous"),
          here = points.find(({ label }) => label === layout);
        if (base === undefined || here === undefined) return;
        parts.push(mark([at(here.nanoseconds / base.nanoseconds), y], { index, colour: COLOURS[index]! }));
      });
    });
  });
  const foot = top + 48 + (layouts.length - 1) * rowHeight;
  parts.push(
    text("from ½ to 8 times in each cell, on a logarithmic scale; the strokes are at 1 and 2", {
      x: 150,
      y: foot,
      size: 11,
      colour: INK.quiet,
    }),
  );
  return parts;
}

/** The plot. */
export function plotSweep(lines: readonly Line[], note: string): string {
  const tableTop = TOP + 2 * (PANEL_HEIGHT + GAP_Y) + 34;
  return document([legend(DTYPES, { x: 24, y: 82 }), ...sizePanels(lines), ...layoutTable(lines, tableTop)], {
    width: WIDTH,
    height: tableTop + 290,
    title: "Sweep: time per element over size and layout, one thread",
    sentence: "A chain's calls from one row to five million elements; lower is better",
    note,
  });
}
