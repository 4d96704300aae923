/**
 * What a traced call is given beside its operands. The types refuse what is too much, but `run` does not check types,
 * and an option that is passed over changes numbers without a word: `.std(1, { ddof: 1 })`.
 *
 * @module
 */
import { isFloat } from "../dtype/mod.ts";
import { isSymbol, nameOf, refuse, showLiteral, sizeOf } from "../shape/mod.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { CarriedBase, showArgument, TensorBase } from "./operands.ts";

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

/** Whether it is an axis, by index or by name, or where a list of them is taken such a list. */
export function isAxes(axes: unknown, takesList: boolean): boolean {
  const isAxis = (axis: unknown) => typeof axis === "number" || typeof axis === "string";
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
  const count = isPerRow ? Number(sizeOf(size)) : 0;
  const numbers = count > 8 ? `[...Array(${count}).keys()]` : `[${Array(count).keys().toArray().join(", ")}]`;
  const chosen = isPerRow ? b.codeOf(list.id) : null, all = b.codeOf(from.id);
  const isKnown = chosen !== null && all !== null;
  b.refuseArgument(
    `take takes a list of indices that is known before the run, not ${showArgument(list)}`,
    isPerRow
      ? `write where(${isKnown ? chosen : "indices"}.expandDims(-1).broadcastTo(${
        showLiteral([list.shape[0]!, count])
      }).eq(numbers), ${isKnown ? all : "x"}, 0).sum(-1), ` +
        `with numbers: param("i64", [${count}], { value: ${numbers} })` +
        (isKnown ? "" : ", and your names for the indices and for x")
      : "write the indices in the pipeline: .take([0, 2], 1)",
  );
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

/** Refuses arguments beyond those that a method takes (PIP003). */
export function checkCount(
  b: GraphBuilder,
  method: string,
  { given, most }: { readonly given: readonly unknown[]; readonly most: number },
): void {
  const extra = given.slice(most).find((argument) => argument !== undefined);
  if (extra === undefined) return;
  const number = most === 0 ? "no argument" : most === 1 ? "one argument" : `${most} arguments`;
  b.refuseArgument(
    `${method} takes ${number}, and is given ${showArgument(extra)} as well`,
    `leave ${showArgument(extra)} out`,
  );
}
