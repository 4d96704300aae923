/**
 * The report of `inspect` as a page of its own: no script, nothing from elsewhere, light and dark. Every name and text
 * of the table is escaped.
 *
 * @module
 */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import type { Histogram } from "./column_statistics.ts";
import type { ColumnReport, TableReport } from "./inspect_report.ts";
import { FORMAT_NAMES, shortNumber } from "./inspect_text.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d5d9de; --bar: #2f6fb0; --dim: #59636e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ea; --paper: #15181c; --line: #363c43; --bar: #6aa7e0; --dim: #9aa4ae; }
}
body { color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, sans-serif; margin: 2rem; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
p, th { color: var(--dim); }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: middle; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
rect { fill: var(--bar); }
`;

/** Text as HTML, in elements and in attributes. Characters that XML has not, become U+FFFD. */
export function escapeHtml(text: string): string {
  return text.toWellFormed()
    // deno-lint-ignore no-control-regex -- these are what is not to be written
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "\ufffd")
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const PLOT = { width: 240, height: 36 };

/** A histogram as bars; each says its border and its count. */
function plot(name: string, histogram: Histogram | null): string {
  if (histogram === null) return "";
  const { width, first, counts } = histogram, most = Math.max(...counts);
  const step = PLOT.width / counts.length;
  const bars = counts.map((count, i) => {
    const height = count === 0 ? 0 : Math.max(1, (count / most) * PLOT.height);
    const label = `${shortNumber((first + i) * width)} to ${shortNumber((first + i + 1) * width)}: ${
      countText(count)
    }`;
    return `<rect x="${(i * step).toFixed(2)}" y="${(PLOT.height - height).toFixed(2)}" width="${
      Math.max(0.5, step - 0.5).toFixed(2)
    }" height="${height.toFixed(2)}"><title>${escapeHtml(label)}</title></rect>`;
  });
  const title = escapeHtml(`distribution of ${name}`);
  return `<svg role="img" aria-label="${title}" viewBox="0 0 ${PLOT.width} ${PLOT.height}" width="${PLOT.width}" ` +
    `height="${PLOT.height}">${bars.join("")}</svg>`;
}

const NUMBERS = ["nulls", "NaN", "min", "mean", "max"];

function row({ name, type, nulls, layout, statistics }: ColumnReport): string {
  const text = (value: number | string | null | undefined) =>
    value === null || value === undefined ? "" : typeof value === "string" ? value : shortNumber(value);
  const numbers = [
    nulls === null ? "" : countText(nulls),
    statistics && statistics.nans !== null ? countText(statistics.nans) : "",
    text(statistics?.min),
    text(statistics?.mean),
    text(statistics?.max),
  ];
  return `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(type)}</td>${
    numbers.map((cell) => `<td class="number">${escapeHtml(cell)}</td>`).join("")
  }<td>${plot(name, statistics?.histogram ?? null)}</td><td>${escapeHtml(layout)}</td></tr>`;
}

/** The page. */
export function htmlReport({ path, format, bytes, rows, columns, notes }: TableReport): string {
  const facts = [
    FORMAT_NAMES[format] ?? format,
    ...(bytes === null ? [] : [bytesText(bytes)]),
    ...(rows === null ? [] : [`${countText(rows)} rows`]),
    `${countText(columns.length)} columns`,
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>${
    escapeHtml(path)
  }</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(path)}</h1><p>${escapeHtml(facts.join(" · "))}</p>
${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join("\n")}
<table><thead><tr><th>column</th><th>type</th>${
    NUMBERS.map((name) => `<th class="number">${name}</th>`).join("")
  }<th>distribution</th><th>layout</th></tr></thead><tbody>
${columns.map(row).join("\n")}
</tbody></table></body></html>
`;
}
