/**
 * The form of the tables behind docs/numpy.md: a folder with functions of NumPy has a `numpy_table.ts` that exports
 * `NUMPY`, its sections.
 *
 * @module
 */

/** What a function gives: a view of its operand, a new array, either as the elements lie, a plain value, or a change. */
export type ResultKind = "view" | "copy" | "view or copy" | "value" | "in place";

/** A function of NumPy. */
export interface NumpyRow {
  /** NumPy's name, without `numpy.` */
  readonly numpy: string;
  /** the name under `ndpipe/ndarray`; a method begins with "." */
  readonly here: string;
  /** what it takes */
  readonly dtypes: string;
  readonly result: ResultKind;
  /** how it differs, and why */
  readonly difference?: string | undefined;
}

/** Functions that belong together. */
export interface NumpySection {
  readonly title: string;
  readonly rows: readonly NumpyRow[];
}

/** `broadcast_to` → `broadcastTo` */
function nameHere(numpy: string): string {
  return numpy.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A row; without more, the name follows the rule, all dtypes are taken, and there is no difference. */
export function row(
  numpy: string,
  result: ResultKind,
  rest: Partial<Pick<NumpyRow, "here" | "dtypes" | "difference">> = {},
): NumpyRow {
  return { numpy, here: nameHere(numpy), dtypes: "all", result, ...rest };
}
