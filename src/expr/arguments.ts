/**
 * What a traced call is given beside its operands. The types refuse what is too much, but `run` does not check types,
 * and an option that is passed over changes numbers without a word: `.std(1, { ddof: 1 })`.
 *
 * @module
 */
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
