/**
 * Plots as SVG: panels with logarithmic axes, lines with points, labels beside them. Colours are those of Okabe and
 * Ito ("Color Universal Design", 2008), which colour-blind readers tell apart; series differ in their marks as well.
 *
 * @module
 */

/** Ink of text, axes and lines of the grid. */
export const INK = { text: "#1f2328", quiet: "#59636e", axis: "#8c959f", grid: "#e6e9ed" } as const;

/** Colours of series, in the order in which they are taken. */
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;

const FONT = "-apple-system, 'Segoe UI', 'Helvetica Neue', Helvetica, Arial, sans-serif";

/** Text for use between tags. */
function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const round = (value: number) => Number(value.toFixed(1));

/** Where a text stands. */
export interface TextOptions {
  readonly x: number;
  readonly y: number;
  readonly size?: number;
  readonly colour?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly weight?: 400 | 600;
  /** degrees, about the text's place */
  readonly turn?: number;
  /** a white edge, where lines cross the text */
  readonly halo?: boolean;
}

/** A line of text. */
export function text(content: string, options: TextOptions): string {
  const { x, y, size = 12, colour = INK.text, anchor = "start", weight = 400, turn, halo = false } = options;
  const rotate = turn === undefined ? "" : ` transform="rotate(${round(turn)} ${round(x)} ${round(y)})"`;
  const attributes = `x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${weight}" ` +
    `text-anchor="${anchor}"${rotate}`;
  const ink = `<text ${attributes} fill="${colour}">${escapeText(content)}</text>`;
  if (!halo) return ink;
  return `<text ${attributes} fill="#fff" stroke="#fff" stroke-width="3">${
    escapeText(content)
  }</text>\n${ink}`;
}

/** A logarithmic axis. */
export interface LogAxis {
  readonly domain: readonly [number, number];
  readonly label: string;
  /** a tick's text; powers of ten have ticks */
  readonly format: (value: number) => string;
}

/** The place of a panel's plotting area. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A panel: its axes are drawn, and data are placed by it. */
export class Panel {
  readonly #frame: Frame;
  readonly #axes: { readonly x: LogAxis; readonly y: LogAxis };

  constructor(frame: Frame, axes: { readonly x: LogAxis; readonly y: LogAxis }) {
    this.#frame = frame;
    this.#axes = axes;
  }

  /** The place of a pair of values. */
  place(x: number, y: number): readonly [number, number] {
    const share = (value: number, [low, high]: readonly [number, number]) =>
      Math.log(value / low) / Math.log(high / low);
    const { x: left, y: top, width, height } = this.#frame;
    return [
      left + width * share(x, this.#axes.x.domain),
      top + height * (1 - share(y, this.#axes.y.domain)),
    ];
  }

  /** Grid, ticks, labels and title. Panels in a row or a column may share labels. */
  axes({ title = "", hasXLabels = true, hasYLabels = true }: {
    readonly title?: string;
    readonly hasXLabels?: boolean;
    readonly hasYLabels?: boolean;
  } = {}): string {
    const { x: left, y: top, width, height } = this.#frame, { x, y } = this.#axes;
    const bottom = top + height, parts: string[] = [];
    for (const value of powersOfTen(x.domain)) {
      const [at] = this.place(value, y.domain[0]);
      parts.push(rule(at, top, at, bottom));
      if (hasXLabels) {
        parts.push(text(x.format(value), { x: at, y: bottom + 17, anchor: "middle", colour: INK.quiet }));
      }
    }
    for (const value of powersOfTen(y.domain)) {
      const [, at] = this.place(x.domain[0], value);
      parts.push(rule(left, at, left + width, at));
      if (hasYLabels) {
        parts.push(text(y.format(value), { x: left - 8, y: at + 4, anchor: "end", colour: INK.quiet }));
      }
    }
    parts.push(rule(left, bottom, left + width, bottom, INK.axis));
    if (hasXLabels && x.label !== "") {
      parts.push(text(x.label, { x: left + width / 2, y: bottom + 37, anchor: "middle", colour: INK.quiet }));
    }
    if (hasYLabels && y.label !== "") {
      parts.push(
        text(y.label, { x: left - 46, y: top + height / 2, anchor: "middle", turn: -90, colour: INK.quiet }),
      );
    }
    if (title !== "") parts.push(text(title, { x: left, y: top - 10, weight: 600, size: 13 }));
    return parts.join("\n");
  }

  /** A line through points. */
  line(points: readonly (readonly [number, number])[], { colour, width = 2, dash }: {
    readonly colour: string;
    readonly width?: number;
    readonly dash?: string;
  }): string {
    const path = points.map(([x, y]) => this.place(x, y).map(round).join(",")).join(" ");
    const dashes = dash === undefined ? "" : ` stroke-dasharray="${dash}"`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${width}" ` +
      `stroke-linejoin="round" stroke-linecap="round"${dashes}/>`;
  }

  /** A series: a line and a mark at each point. */
  series(points: readonly (readonly [number, number])[], index: number): string {
    const colour = COLOURS[index % COLOURS.length]!;
    const marks = points.map(([x, y]) => mark(this.place(x, y), { index, colour }));
    return [this.line(points, { colour }), ...marks].join("\n");
  }
}

function rule(x1: number, y1: number, x2: number, y2: number, colour: string = INK.grid): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}"/>`;
}

/** A disc, a square, a diamond or a triangle. */
export function mark([x, y]: readonly [number, number], { index, colour, size = 3.2 }: {
  readonly index: number;
  readonly colour: string;
  readonly size?: number;
}): string {
  const ink = `fill="${colour}" stroke="#fff" stroke-width="0.8"`;
  const polygon = (corners: readonly (readonly [number, number])[]) =>
    `<polygon points="${corners.map(([dx, dy]) => `${round(x + dx)},${round(y + dy)}`).join(" ")}" ${ink}/>`;
  const s = size, d = size * 1.35;
  switch (index % 4) {
    case 0:
      return `<circle cx="${round(x)}" cy="${round(y)}" r="${s}" ${ink}/>`;
    case 1:
      return polygon([[-s, -s], [s, -s], [s, s], [-s, s]]);
    case 2:
      return polygon([[0, -d], [d, 0], [0, d], [-d, 0]]);
    default:
      return polygon([[0, -d], [d, s], [-d, s]]);
  }
}

function powersOfTen([low, high]: readonly [number, number]): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** A legend in one row. */
export function legend(
  names: readonly string[],
  { x, y }: { readonly x: number; readonly y: number },
): string {
  let at = x;
  return names.map((name, index) => {
    const colour = COLOURS[index % COLOURS.length]!;
    const line = `<line x1="${at}" y1="${y - 4}" x2="${at + 22}" y2="${
      y - 4
    }" stroke="${colour}" stroke-width="2"/>`;
    const entry = [line, mark([at + 11, y - 4], { index, colour }), text(name, { x: at + 28, y })].join("\n");
    at += 28 + 7 * name.length + 26;
    return entry;
  }).join("\n");
}

/** A whole file: white, with a title, a sentence below it, and a note at the foot. */
export function document(body: readonly string[], { width, height, title, sentence, note }: {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly sentence: string;
  readonly note: string;
}): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT}" role="img" aria-label="${escapeText(title)}">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(title, { x: 24, y: 32, size: 17, weight: 600 }),
    text(sentence, { x: 24, y: 53, size: 12.5, colour: INK.quiet }),
    ...body,
    text(note, { x: 24, y: height - 14, size: 11, colour: INK.quiet }),
    "</svg>",
    "",
  ].join("\n");
}

/** 1000 → "1k", 1e6 → "1M". */
export function shortCount(value: number): string {
  if (value >= 1e9) return `${value / 1e9}G`;
  if (value >= 1e6) return `${value / 1e6}M`;
  if (value >= 1e3) return `${value / 1e3}k`;
  return String(Number(value.toPrecision(6)));
}
