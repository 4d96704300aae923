/**
 * What a traced call is given beside its operands. The types refuse what is too much, but `run` does not check types,
 * and an option that is passed over changes numbers without a word: `.std(1, { ddof: 1 })`.
 *
 * @module
 */
import { type DType, isFloat } from "../dtype/mod.ts";
import {
  asShape,
  broadcastTo,
  isRefusal,
  isSymbol,
  nameOf,
  refuse,
  reshapeShape,
  resolveAxes,
  type Rule,
  type Shape,
  showLiteral,
  sizeOf,
  sliceShape,
  transposeShape,
} from "../shape/mod.ts";
import { noAxisHelp, STATISTIC_OF_ROWS, transposeHelp } from "./axis_help.ts";
import { hasRows, works } from "./shape_change.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { CarriedBase, isList, showArgument, showList, TensorBase } from "./operands.ts";

/** What NumPy calls options that have another name here. */
const NUMPY_NAMES: Readonly<Record<string, string>> = {
  ddof: "correction",
  keepDims: "keepdims",
  keep_dims: "keepdims",
  equal_nan: "equalNan",
};

/** An option's name as the author meant it, among those that there are; null: it cannot be told. */
function meant(name: string, known: readonly string[]): string | null {
  const alike = known.find((option) => option.toLowerCase() === name.toLowerCase());
  const translated = Object.hasOwn(NUMPY_NAMES, name) ? NUMPY_NAMES[name]! : null;
  return alike ?? (translated !== null && known.includes(translated) ? translated : null);
}

/** "a", "a and b", "a, b and c" */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/**
 * Refuses options that the method does not have (PIP003), and what is no object of options at all.
 *
 * @param known the names of the method's options
 */
export function checkOptions(
  b: GraphBuilder,
  method: string,
  { options, known }: { readonly options: unknown; readonly known: readonly string[] },
): void {
  if (options === undefined) return;
  const takes = `${method} takes ${known.length === 1 ? "the option" : "the options"} ${listed(known)}`;
  const isTensor = options instanceof TensorBase || options instanceof CarriedBase;
  if (typeof options !== "object" || options === null || Array.isArray(options) || isTensor) {
    b.refuseArgument(
      `${takes} in an object, not ${showArgument(options)}`,
      `write { ${known[0]}: ${known[0] === "keepdims" ? "true" : "0"} }`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) {
      const other = meant(name, known), isKept = other === "keepdims" && typeof value !== "boolean";
      b.refuseArgument(
        `${takes}, not ${name}`,
        other === null ? `leave ${name} out` : `write { ${other}: ${isKept ? "true" : showArgument(value)} }`,
      );
    }
    if (name === "keepdims" && value !== undefined && typeof value !== "boolean") {
      b.refuseArgument(`${method} takes true or false as keepdims, not ${showArgument(value)}`, "write true");
    }
  }
}

/** Refuses options that are no numbers (PIP003), and those that the dtype of the operand does not hold (DTY002). */
export function checkNumbers(
  b: GraphBuilder,
  method: string,
  { options, operand }: { readonly options: Readonly<Record<string, unknown>>; readonly operand: NodeId },
): void {
  const numbers: (number | bigint)[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (typeof value !== "number" && typeof value !== "bigint") {
      b.refuseArgument(
        `${method} takes a number as ${name}, not ${showArgument(value)}`,
        `write { ${name}: 0 }`,
      );
    }
    numbers.push(value);
  }
  b.checkFinite(numbers, { dtype: b.node(operand).dtype, operands: [operand] });
}

const isAxis = (axis: unknown): axis is number | string =>
  typeof axis === "number" || typeof axis === "string";

/** Whether it is an axis, by index or by name, or where a list of them is taken such a list. */
function isAxes(axes: unknown, takesList: boolean): boolean {
  return isAxis(axes) || (takesList && Array.isArray(axes) && axes.every(isAxis));
}

/** Refuses what is no axis, and where a list of them is taken no such list (PIP003). */
export function checkAxes(
  b: GraphBuilder,
  method: string,
  { axes, example, takesList = false, reduces = false }: {
    readonly axes: unknown;
    /** how a right call is written */
    readonly example: string;
    readonly takesList?: boolean;
    readonly reduces?: boolean;
  },
): void {
  if (isAxes(axes, takesList)) return;
  const takes = `${takesList ? "the axis or the axes" : "the axis"}${reduces ? " to reduce" : ""}`;
  b.refuseArgument(
    axes === undefined ? `${method} takes ${takes}` : `${method} takes ${takes}, not ${showArgument(axes)}`,
    `write ${example}`,
  );
}

/** Refuses what is no whole number of decimals, and those whose power of ten is infinite: all would be NaN (PIP003). */
export function checkDecimals(b: GraphBuilder, decimals: unknown, dtype: DType): void {
  if (decimals === undefined) return;
  if (typeof decimals !== "number" || !Number.isInteger(decimals)) {
    b.refuseArgument(
      `round takes a whole number of decimals, not ${showArgument(decimals)}`,
      "write .round(2)",
    );
  }
  const most = dtype === "f32" ? 38 : 308;
  // integers have no decimals behind the point: they stay as they are
  if (b.overflow === "infinite" || Math.abs(decimals) <= most || (decimals > 0 && !isFloat(dtype))) return;
  b.refuseArgument(
    `round of ${dtype} takes ${-most} to ${most} decimals, not ${decimals}`,
    decimals > 0
      ? `leave .round(...) out: ${dtype} has no more than ${dtype === "f32" ? 7 : 16} digits`
      : "all would be 0: write fewer, such as .round(-2)",
  );
}

/** Refuses integers to a power that is below zero in every row, as NumPy does: the results would be fractions. */
export function checkExponent(
  b: GraphBuilder,
  { x, exponent }: { readonly x: NodeId; readonly exponent: unknown },
): void {
  const { dtype } = b.node(x);
  const isBelowZero = (typeof exponent === "number" && Number.isInteger(exponent) && exponent < 0) ||
    (typeof exponent === "bigint" && exponent < 0n);
  // beside unsigned ones it does not fit; bool computes as i8
  if (!isBelowZero || isFloat(dtype)) return;
  const sentence = `pow of ${dtype} to ${exponent}: integers have no negative powers`;
  return b.refuse(refuse("DTY001", sentence, "cast it first: .astype('f64')"), [x]);
}

/**
 * Refuses what is no list of indices (PIP003). An index that each row has is no view of the operand: the help says how
 * the element is chosen among all.
 */
export function checkIndices(
  b: GraphBuilder,
  list: unknown,
  { from, axis }: { readonly from: TensorBase; readonly axis: unknown },
): void {
  if (Array.isArray(list)) return;
  const size = from.shape.at(-1),
    isLast = axis === -1 || axis === from.shape.length - 1 || axis === nameOf(size ?? 1);
  const isPerRow = list instanceof TensorBase && list.shape.length === 1 && isSymbol(list.shape[0]!) &&
    isLast &&
    from.shape.length <= 2 && size !== undefined && !isSymbol(size);
  b.refuseArgument(
    `take takes a list of indices that is known before the run, not ${showArgument(list)}`,
    isPerRow
      ? perRowHelp(b, { list, from, size: Number(sizeOf(size)) })
      : "write the indices in the pipeline: .take([0, 2], 1)",
  );
}

/** How one element of each row is chosen by an index that the row has. */
function perRowHelp(
  b: GraphBuilder,
  { list, from, size }: { readonly list: TensorBase; readonly from: TensorBase; readonly size: number },
): string {
  const numbers = size > 8 ? `[...Array(${size}).keys()]` : `[${Array(size).keys().toArray().join(", ")}]`;
  const chosen = b.codeOf(list.id), all = b.codeOf(from.id), isKnown = chosen !== null && all !== null;
  const isChosen = `${isKnown ? chosen : "indices"}.expandDims(-1).broadcastTo(${
    showLiteral([list.shape[0]!, size])
  }).eq(numbers)`;
  const x = isKnown ? all : "x";
  return `write ${
    from.dtype === "bool" ? `${isChosen}.logicalAnd(${x}).any(-1)` : `where(${isChosen}, ${x}, 0).sum(-1)`
  }, with numbers: param("i64", [${size}], { value: ${numbers} })` +
    (isKnown ? "" : ", and your names for the indices and for x");
}

/** Refuses a filter without a name for the rows that it keeps (PIP003). */
export function checkSymbol(b: GraphBuilder, symbol: unknown): void {
  if (typeof symbol === "string") return;
  b.refuseArgument(
    `filter takes a name for the rows that are kept${
      symbol === undefined ? "" : `, not ${showArgument(symbol)}`
    }: their number is not known before the run`,
    'write .filter(mask, "K")',
  );
}

/**
 * Refuses what names no axes to reduce, or to take the softmax along, with the last axis in its place; rows alone are
 * reduced beforehand.
 */
export function checkReduced(
  b: GraphBuilder,
  method: string,
  { of, axes }: { readonly of: TensorBase; readonly axes: unknown },
): void {
  const takesList = !OF_ONE_AXIS.has(method), last = of.shape.at(-1), reduces = method !== "softmax";
  const takes = `${method} takes ${takesList ? "the axis or the axes" : "the axis"}${
    reduces ? " to reduce" : ""
  }, and ${of.name}`;
  if (!isAxes(axes, takesList)) {
    if (last === undefined) b.refuseArgument(`${takes} has none`, noAxisHelp(method));
    if (of.shape.length === 1 && isSymbol(last)) {
      b.refuseArgument(`${takes} has its rows only`, STATISTIC_OF_ROWS);
    }
  }
  const example = `.${method}(${showArgument(nameOf(last ?? 1) ?? of.shape.length - 1)})`;
  checkAxes(b, method, { axes, example, takesList, reduces });
}

/** Methods that take one axis, as their types do; the others take lists too. */
const OF_ONE_AXIS: ReadonlySet<string> = new Set(["argmin", "argmax", "norm", "logSumExp", "softmax"]);

/** Refuses what is no index of a new axis (PIP003). */
export function checkNewAxis(
  b: GraphBuilder,
  axis: unknown,
  { method, example }: { readonly method: string; readonly example: string },
): void {
  if (typeof axis === "number") return;
  const what = axis === undefined ? "" : `, not ${showArgument(axis)}`;
  b.refuseArgument(`${method} takes the index of the new axis${what}`, `write ${example}`);
}

/** Refuses what is no axis to drop (PIP003). NumPy takes a list too, and without any drops all that have size 1. */
export function checkSqueezed(b: GraphBuilder, axis: unknown, { name, shape }: TensorBase): void {
  if (isAxis(axis)) return;
  const asked = Array.isArray(axis) && axis.every(isAxis) ? resolveAxes(shape, axis) : null;
  const all = asked === null || isRefusal(asked) ? shape.map((_, at) => at) : asked;
  const ones = all.filter((at) => sizeOf(shape[at]!) === 1);
  b.refuseArgument(
    `squeeze takes the axis${axis === undefined ? "" : `, not ${showArgument(axis)}`}`,
    ones.length === 0
      ? `leave .squeeze(...) out: no axis of ${name} has size 1`
      : `write ${ones.toReversed().map((at) => `.squeeze(${at})`).join("")}`,
  );
}

/** Methods of a list of axes, with the rule of each; NumPy and JavaScript also take the axes as several arguments. */
const LIST_RULES: Readonly<Record<string, (shape: Shape, list: Shape) => Rule>> = {
  reshape: reshapeShape,
  as: asShape,
  broadcastTo,
  transpose: (shape, order) => {
    const answer = transposeShape(shape, order);
    return isRefusal(answer) ? answer : answer.shape;
  },
};

/** What may have been meant by axes that are in no list: as they are, or with the rows first. */
function listHelp(method: string, given: readonly unknown[], { name, shape }: TensorBase): string {
  const axes = given.filter(isAxis), [rows] = shape;
  const fits = (of: Shape, list: Shape) => list.length > 0 && works(LIST_RULES[method]!(of, list));
  if (method === "transpose") {
    const isNeedless = shape.length < 2 || (shape.length === 2 && hasRows({ shape }));
    return !isNeedless && fits(shape, axes)
      ? `write .transpose(${showLiteral(axes)})`
      : transposeHelp({ name, code: null, shape });
  }
  const meant = [axes, ...(hasRows({ shape }) ? [[rows!, ...axes.slice(axes[0] === -1 ? 1 : 0)]] : [])];
  const asIs = meant.find((list) => fits(shape, list));
  if (asIs !== undefined) return `write .${method}(${showLiteral(asIs)})`;
  const beside = method === "broadcastTo" ? meant.find((list) => fits([...shape, 1], list)) : undefined;
  if (beside !== undefined) return `write .expandDims(-1).broadcastTo(${showLiteral(beside)})`;
  return `write .${method}(${showLiteral(shape)})`;
}

/** Refuses what is no list of axes: a shape, or an order of them (PIP003). */
export function checkAxisList(b: GraphBuilder, method: string, list: unknown, of: TensorBase): void {
  if (Array.isArray(list) && list.every(isAxis)) return;
  const isTyped = !Array.isArray(list) && isList(list);
  const what = isTyped ? `the typed array ${showArgument(list)}` : showArgument(list);
  b.refuseArgument(
    `${method} takes a list of axes${list === undefined ? "" : `, not ${what}`}`,
    listHelp(method, isTyped ? Array.from(list) : [list].flat(2), of),
  );
}

/** Refuses what is no text of slices (PIP003). */
export function checkSlices(b: GraphBuilder, given: readonly unknown[], { shape }: TensorBase): void {
  const [text, end] = given, isTable = hasRows({ shape });
  if (typeof text === "string" && end === undefined) return;
  const range = typeof text === "number" ? typeof end === "number" ? `${text}:${end}` : `${text}` : "0";
  const meant = [range, "0"].map((slice) => isTable ? `:, ${slice}` : slice);
  const fitting = meant.find((one) => !isRefusal(sliceShape(shape, one)));
  b.refuseArgument(
    `slice takes the slices of all axes as one text${text === undefined ? "" : `, not ${showList(given)}`}`,
    fitting !== undefined
      ? `write .slice("${fitting}")`
      : isTable
      ? "to keep some of the rows, write .filter(mask, 'K')"
      : "leave .slice(...) out: it is one value",
  );
}

/** Refuses arguments beyond those that a method takes (PIP003). */
export function checkCount(
  b: GraphBuilder,
  method: string,
  { given, most, of }: {
    readonly given: readonly unknown[];
    readonly most: number;
    readonly of?: TensorBase;
  },
): void {
  const extra = given.slice(most).find((argument) => argument !== undefined);
  if (extra === undefined) return;
  if (of !== undefined && Object.hasOwn(LIST_RULES, method)) {
    b.refuseArgument(
      `${method} takes the axes in one list, not ${given.length} arguments`,
      listHelp(method, given, of),
    );
  }
  if (of !== undefined && method === "slice") checkSlices(b, given, of);
  const number = most === 0 ? "no argument" : most === 1 ? "one argument" : `${most} arguments`;
  b.refuseArgument(
    `${method} takes ${number}, and is given ${showArgument(extra)} as well`,
    `leave ${showArgument(extra)} out`,
  );
}
