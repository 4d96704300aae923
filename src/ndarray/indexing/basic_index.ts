/**
 * Basic indexing: what stands between NumPy's brackets, as text or as a list, and the view that it names.
 *
 * @module
 */
import { NdpipeError } from "../../errors.ts";
import { isOptions } from "../storage/arguments.ts";
import { shapeText } from "../storage/layout.ts";
import { dropAxis, expandView, rangeView, type Strided } from "../storage/strided.ts";

/** A range of an axis; bounds that are missing or null are the ends, as in Python's `slice`. */
export interface Range {
  readonly start?: number | null;
  readonly stop?: number | null;
  readonly step?: number | null;
}

/** One item of an index: an integer drops its axis; null is a new axis; text is `"2:8"`, `"..."` or `"None"`. */
export type IndexItem = number | null | string | Range;

/** A basic index: `"2:8, ::-1, ..., None"`, or its items in a list. */
export type BasicIndex = string | number | readonly IndexItem[];

/** An item as it was read. @ignore */
export type Item =
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "range"; readonly range: Range }
  | { readonly kind: "new" }
  | { readonly kind: "rest" };

const INTEGER = /^[+-]?\d+$/;
const RANGE = /^([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?)?$/;

/** an index, or what was given for one, in a message */
function textOf(given: unknown): string {
  return JSON.stringify(given, (_, value) => typeof value === "bigint" ? `${value}n` : value);
}

function refuse(
  source: Strided,
  index: BasicIndex,
  what: string,
  code: "ARR002" | "SHP010" = "SHP010",
): never {
  const shown = typeof index === "object" ? textOf(index) : `'${index}'`;
  throw new NdpipeError(code, `cannot index ${shapeText(source.shape)} by ${shown}: ${what}`, {
    help: 'an index is an integer, a range "start:stop:step", "..." or None, separated by commas',
  });
}

function itemOfText(text: string): Item | null {
  if (text === "...") return { kind: "rest" };
  if (text === "None") return { kind: "new" };
  if (INTEGER.test(text)) return { kind: "index", index: Number(text) };
  const match = RANGE.exec(text);
  if (match === null) return null;
  const [start, stop, step] = match.slice(1).map((bound) => bound === undefined ? null : Number(bound));
  return { kind: "range", range: { start: start!, stop: stop!, step: step! } };
}

function isBound(bound: unknown): boolean {
  return bound === undefined || bound === null || Number.isInteger(bound) ||
    (typeof bound === "bigint" && Number.isSafeInteger(Number(bound)));
}

function itemOf(item: IndexItem): Item | null {
  if (item === null) return { kind: "new" };
  if (typeof item === "number") return Number.isInteger(item) ? { kind: "index", index: item } : null;
  if (typeof item === "bigint") return Number.isSafeInteger(Number(item)) ? itemOf(Number(item)) : null;
  if (typeof item === "string") return itemOfText(item.trim());
  return isRange(item) ? { kind: "range", range: item } : null;
}

/** Whether a value is a range, and nothing else that has no bounds either: no array, no `{ strat: 1 }`. */
export function isRange(value: unknown): value is Range {
  return isOptions(value) &&
    Object.entries(value).every(([name, bound]) =>
      (name === "start" || name === "stop" || name === "step") && isBound(bound)
    );
}

/** Items of a list, each read. Refused: ARR002 for what is no item, SHP010 for two of `...`. */
export function itemsOfList(source: Strided, given: readonly IndexItem[]): Item[] {
  const items = given.map((item) =>
    itemOf(item) ?? refuse(source, given, `${textOf(item)} is neither an index nor a range`, "ARR002")
  );
  if (items.filter(({ kind }) => kind === "rest").length > 1) refuse(source, given, "more than one '...'");
  return items;
}

function itemsOf(source: Strided, index: BasicIndex): Item[] {
  const given: readonly IndexItem[] = typeof index === "string"
    ? index.trim() === "" ? [] : index.split(",")
    : Array.isArray(index)
    ? index
    : [index as number];
  const items = itemsOfList(source, given);
  const numAxes = items.filter(({ kind }) => kind === "index" || kind === "range").length;
  const missing = source.shape.length - numAxes;
  if (missing < 0) refuse(source, index, `${numAxes} indices for rank ${source.shape.length}`);
  const rest = items.findIndex(({ kind }) => kind === "rest");
  const all = Array.from({ length: missing }, (): Item => ({ kind: "range", range: {} }));
  return rest < 0 ? [...items, ...all] : items.toSpliced(rest, 1, ...all);
}

/**
 * Python's `slice.indices`, and the number of elements; null for a step of 0.
 *
 * @example
 * ```ts
 * import { resolveRange } from "./basic_index.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(resolveRange({ step: -2 }, 5), { start: 4, step: -2, size: 3 });
 * ```
 */
export function resolveRange(
  range: Range,
  size: number,
): { readonly start: number; readonly step: number; readonly size: number } | null {
  const step = Number(range.step ?? 1);
  if (step === 0) return null;
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const clamp = (given: number | null | undefined, ifNone: number) => {
    if (given === null || given === undefined) return ifNone;
    const bound = Number(given);
    return Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
  };
  const start = clamp(range.start, step > 0 ? 0 : size - 1), stop = clamp(range.stop, step > 0 ? size : -1);
  return { start, step, size: Math.max(0, Math.ceil((stop - start) / step)) };
}

/** The view that an index names. Refused: SHP010 for what is out of an axis, ARR002 for what is no index. */
export function indexView(source: Strided, index: BasicIndex): Strided {
  let view = source, axis = 0;
  for (const item of itemsOf(source, index)) {
    const size = view.shape[axis] ?? 0;
    switch (item.kind) {
      case "new":
        view = expandView(view, axis++);
        break;
      case "index": {
        const at = item.index < 0 ? item.index + size : item.index;
        if (at < 0 || at >= size) {
          refuse(source, index, `index ${item.index} is out of an axis of size ${size}`);
        }
        view = dropAxis(view, axis, at);
        break;
      }
      case "range": {
        const range = resolveRange(item.range, size) ?? refuse(source, index, "a step is 0", "ARR002");
        view = rangeView(view, axis++, range);
        break;
      }
      case "rest":
        break;
      default:
        item satisfies never;
    }
  }
  return view;
}
