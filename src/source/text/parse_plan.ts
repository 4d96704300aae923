/**
 * What the parser in wasm is told of a table's fields: one descriptor for each target, and one for each field that
 * nothing is bound to, in the order of the fields.
 *
 * @module
 */
import { DTYPE, type DType } from "../../dtype/mod.ts";
import { isDecimal } from "../../dtype/decimal_text.ts";
import type { ColumnTarget } from "./column_target.ts";
import { DESCRIPTOR_BYTES, DETAILS_BYTES, type TextSlotLayout } from "./layout.ts";
import type { ValueSpelling } from "./options.ts";
import { parseTemporal, TIME_DECIMALS } from "./temporal_text.ts";
import { carriedDType, type TemporalType, temporalType, type TextType } from "./text_type.ts";
import { parseValue } from "./value_text.ts";

// src/text/assembly/parse_field.ts names the same numbers
const FLAGS = 2, OFFSET = 4, STRIDE = 8, DETAILS = 12, RUN_LAST = 24, RUN_STEP = 28;
const SKIP = 0, CALLER = 8;
// src/text/assembly/parse_carried.ts and parse_temporal.ts name these
const TEXT = 9, DATE = 10, TIME = 11;
const CARRIED_NUMBER = 16;
const VALIDITY = 4, UNITS = 8, DECIMALS = 16, IS_UTC = 20;
const KIND: Readonly<Record<DType, number>> = {
  f64: 1,
  f32: 2,
  i8: 3,
  u8: 3,
  i16: 4,
  u16: 4,
  i32: 5,
  u32: 5,
  i64: 6,
  u64: 6,
  bool: 7,
};
const LAST_OF_FIELD = 1,
  LAST_OF_RECORD = 2,
  EMPTY_IS_MISSING = 4,
  NAN_IS_MISSING = 8,
  HAS_SUBSTITUTE = 16,
  CARRIED = 32;

/** Descriptors as bytes, offsets counting from the start of the slot. */
export interface ParsePlan {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** of each field, the position of its first descriptor in `bytes` */
  readonly firstDescriptors: Uint32Array;
  /** of each descriptor, its field */
  readonly fields: Uint32Array;
}

/** What decides what is left to the caller. */
export interface ParseOptions {
  readonly missing: ReadonlySet<string>;
  readonly escape: number;
  readonly values: ValueSpelling;
  /** where carried columns lie */
  readonly carried: TextSlotLayout["carried"];
}

/** The descriptors of a table whose field i has the targets `targets[i]`. */
export function parsePlan(
  targets: readonly (readonly ColumnTarget[])[],
  options: ParseOptions,
): ParsePlan {
  const numDescriptors = targets.reduce((sum, list) => sum + Math.max(1, list.length), 0);
  const bytes = new Uint8Array(numDescriptors * (DESCRIPTOR_BYTES + DETAILS_BYTES));
  const view = new DataView(bytes.buffer);
  const firstDescriptors = new Uint32Array(targets.length), fields = new Uint32Array(numDescriptors);
  const spellings = missingFlags(options.missing), kinds = new Map<string, number>();
  const kindOf = (target: ColumnTarget | undefined) => {
    const key = target === undefined
      ? ""
      : `${target.dtype} ${target.textType} ${target.carriedIndex === undefined}`;
    const known = kinds.get(key) ?? kindFor(target, options);
    kinds.set(key, known);
    return known;
  };
  let position = 0;
  for (const [field, list] of targets.entries()) {
    firstDescriptors[field] = position;
    const ofRecord = field === targets.length - 1 ? LAST_OF_RECORD : 0;
    for (let i = 0; i < Math.max(1, list.length); i++) {
      const target = list[i], index = position / DESCRIPTOR_BYTES;
      const flags = spellings | ofRecord | (i >= list.length - 1 ? LAST_OF_FIELD : 0);
      const details = numDescriptors * DESCRIPTOR_BYTES + index * DETAILS_BYTES;
      fields[index] = field;
      const kind = kindOf(target);
      view.setUint16(position, kind, true);
      view.setUint16(position + 2, flags | (hasSubstitute(target) ? HAS_SUBSTITUTE : 0), true);
      view.setUint32(position + 12, details, true);
      const place = target?.carriedIndex === undefined ? undefined : options.carried[target.carriedIndex]!;
      if (target !== undefined && place === undefined) describe(view, { position, details }, target);
      if (place !== undefined) {
        describeCarried(view, { position, details }, { place, textType: target!.textType });
      }
      if (target !== undefined && target.temporal !== null) describeTemporal(view, details, target.temporal);
      position += DESCRIPTOR_BYTES;
    }
  }
  describeRuns(view, numDescriptors);
  return { bytes, firstDescriptors, fields };
}

/**
 * Fields of floats of one dtype, one after the other, whose targets lie equally far apart are a run: the kernel stays
 * in one loop from field to field of it. Each descriptor of a float is told its run's last one and that distance.
 */
function describeRuns(view: DataView, numDescriptors: number): void {
  const word = (index: number, offset: number) => view.getUint32(index * DESCRIPTOR_BYTES + offset, true);
  const stepBehind = (index: number) => word(index + 1, OFFSET) - word(index, OFFSET);
  // kind and flags are one word: all of them but whether a record ends there
  const isAlike = (a: number, b: number) =>
    ((word(a, 0) ^ word(b, 0)) & ~(LAST_OF_RECORD << 16)) === 0 && word(a, STRIDE) === word(b, STRIDE) &&
    ((word(a, 0) >> 16) & LAST_OF_FIELD) !== 0;
  let last = numDescriptors - 1, step = 0;
  for (let index = numDescriptors - 1; index >= 0; index--) {
    const kind = word(index, 0) & 0xffff;
    if (kind !== KIND.f64 && kind !== KIND.f32) continue;
    const isFirstPair = last === index + 1;
    if (index + 1 === numDescriptors || !isAlike(index, index + 1)) last = index;
    else if (isFirstPair) step = stepBehind(index);
    else if (stepBehind(index) !== step) last = index;
    view.setUint32(word(index, DETAILS) + RUN_LAST, last * DESCRIPTOR_BYTES, true);
    view.setUint32(word(index, DETAILS) + RUN_STEP, last === index ? 0 : step, true);
  }
}

function hasSubstitute(target: ColumnTarget | undefined): boolean {
  return target !== undefined && target.substitute !== null;
}

/** A spelling that is missing comes before its value: where a value is one, each field's text is asked. */
function kindFor(target: ColumnTarget | undefined, options: ParseOptions): number {
  if (target === undefined) return SKIP;
  const { dtype, textType, carriedIndex, temporal } = target;
  const isCarried = carriedIndex !== undefined;
  if (isCarried && textType === "utf8") return TEXT;
  if (temporal !== null) return temporalKind(target, options);
  const parsed = isCarried ? carriedDType(textType) : dtype;
  if (isLeft(parsed, options)) return CALLER;
  return isCarried ? CARRIED_NUMBER + KIND[parsed] : KIND[dtype];
}

/** Whether each field of a dtype is the caller's. */
function isLeft(dtype: DType, { missing, values }: ParseOptions): boolean {
  const isBool = DTYPE[dtype].kind === "b";
  if (isBool && values.boolWords !== null) return true;
  const words = [...missing].map((word) => pointed(word, values));
  return isBool ? words.some((word) => typeof parseValue(word, "bool") === "number") : words.some(isDecimal);
}

/** characters of a time that an escape may be */
const OF_TIMES: readonly number[] = Array.from(": ", (character) => character.charCodeAt(0));

function temporalKind(
  { temporal, dtype, carriedIndex }: ColumnTarget,
  { missing, escape }: ParseOptions,
): number {
  const isDate = temporal!.unit === null;
  const isOtherDType = carriedIndex === undefined && dtype !== (isDate ? "i32" : "i64");
  const isMissing = [...missing].some((word) => typeof parseTemporal(word, temporal!) !== "string");
  if (isOtherDType || isMissing || OF_TIMES.includes(escape)) return CALLER;
  return isDate ? DATE : TIME;
}

/** A spelling of a missing value with a point where the text has another mark. */
function pointed(word: string, { decimal }: ValueSpelling): string {
  return word.replace(String.fromCharCode(decimal), ".");
}

function missingFlags(missing: ReadonlySet<string>): number {
  return (missing.has("") ? EMPTY_IS_MISSING : 0) |
    (missing.has("NaN") && missing.has("nan") ? NAN_IS_MISSING : 0);
}

/** Where a carried column's rows go; of text, where their offsets do. */
function describeCarried(
  view: DataView,
  { position, details }: { readonly position: number; readonly details: number },
  { place: { start, layout, bitWidth }, textType }: {
    readonly place: TextSlotLayout["carried"][number];
    readonly textType: TextType;
  },
): void {
  const data = start + layout.data;
  view.setUint16(position + FLAGS, view.getUint16(position + FLAGS, true) | CARRIED, true);
  view.setUint32(position + OFFSET, bitWidth === null ? start + layout.offsets : data, true);
  // bools are bits, which are found from the row
  view.setUint32(position + STRIDE, Math.floor((bitWidth ?? 0) / 8), true);
  view.setUint32(details, data, true);
  view.setUint32(details + VALIDITY, start + layout.validity, true);
  if (textType !== "utf8" && temporalType(textType) === null) {
    describeRange(view, details, carriedDType(textType));
  }
}

function describeTemporal(
  view: DataView,
  details: number,
  { unit, isUtc }: TemporalType,
): void {
  const decimals = unit === null ? 0 : TIME_DECIMALS[unit];
  view.setBigUint64(details + UNITS, 10n ** BigInt(decimals), true);
  view.setUint32(details + DECIMALS, decimals, true);
  view.setUint32(details + IS_UTC, Number(isUtc), true);
}

function describe(
  view: DataView,
  { position, details }: { readonly position: number; readonly details: number },
  { dtype, substitute, firstIndex, rowElements }: ColumnTarget,
): void {
  const { itemsize } = DTYPE[dtype];
  view.setUint32(position + 4, firstIndex * itemsize, true);
  view.setUint32(position + 8, rowElements * itemsize, true);
  if (substitute !== null) {
    if (dtype === "f64") view.setFloat64(details, Number(substitute), true);
    else if (dtype === "f32") view.setFloat32(details, Number(substitute), true);
    else view.setBigInt64(details, BigInt.asIntN(64, BigInt(substitute)), true);
  }
  describeRange(view, details, dtype);
}

/** The largest magnitudes of integers. */
function describeRange(view: DataView, details: number, dtype: DType): void {
  const [low, high] = DTYPE[dtype].range ?? [0n, 0n];
  view.setBigUint64(details + 8, high, true);
  view.setBigUint64(details + 16, -low, true);
}
