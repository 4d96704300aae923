/**
 * Helps of refused axes: which there are. The rows are no axis that a method of a tensor works along.
 *
 * @module
 */
import { hasRows, type NamedShape } from "./shape_change.ts";

/** What to write in place of a reduction of the rows. */
export const STATISTIC_OF_ROWS = "a statistic of all rows is computed beforehand and given as a param";

/** What a method makes of one value, where it is another number: as a method of it, or as the number. */
const OF_ONE_VALUE: Readonly<Record<string, string>> = {
  any: "it is one value: write .ne(0)",
  all: "it is one value: write .ne(0)",
  countNonzero: 'it is one value: write .ne(0).astype("i64")',
  norm: "it is one value: write .abs()",
  var: "of one value it is 0, whatever it is: take a tensor that has axes",
  std: "of one value it is 0, whatever it is: take a tensor that has axes",
  argmin: "of one value it is 0, whatever it is: take a tensor that has axes",
  argmax: "of one value it is 0, whatever it is: take a tensor that has axes",
  softmax: "of one value it is 1, whatever it is: take a tensor that has axes",
};

/** What to write in place of a reduction of one value. */
export function noAxisHelp(method: string): string {
  return Object.hasOwn(OF_ONE_VALUE, method)
    ? OF_ONE_VALUE[method]!
    : `it is one value: leave .${method}() out`;
}

/** "1 and 2", "0 to 2" */
const range = (first: number, last: number): string =>
  `${first} ${last === first + 1 ? "and" : "to"} ${last}`;

/** The places that a new axis may have: behind the rows. */
function newAxisHelp(operand: NamedShape): string {
  const first = hasRows(operand) ? 1 : 0, { name, shape: { length: last } } = operand;
  return first === last
    ? `a new axis of ${name} is at ${last}, or -1`
    : `a new axis of ${name} may be at ${range(first, last)}, or -1 for the last`;
}

/** The axes that there are, for a method that takes one of them. */
export function axisHelp(method: string, operand: NamedShape): string {
  const { name, shape } = operand, rank = shape.length;
  if (method === "expandDims" || method === "stack") return newAxisHelp(operand);
  if (rank === 0) {
    return method === "squeeze" || method === "take" || method === "transpose"
      ? `${name} is one value: leave .${method}(...) out`
      : noAxisHelp(method);
  }
  if (!hasRows(operand) || method === "transpose") {
    return rank === 1
      ? `the axis of ${name} is 0, or -1`
      : `the axes of ${name} are ${range(0, rank - 1)}, or -1 for the last`;
  }
  if (rank > 2) return `the axes of ${name} behind its rows are ${range(1, rank - 1)}, or -1 for the last`;
  if (rank === 2) return `the axis of ${name} behind its rows is 1, or -1`;
  if (method === "concat") return `${name} has its rows only: use .expandDims(-1) on it, and axis 1`;
  if (method === "squeeze") return `leave .squeeze(...) out: ${name} has its rows only`;
  if (method === "take") {
    return "a row is not taken by its number: to keep some of them, write .filter(mask, 'K')";
  }
  return `${name} has its rows only: ${STATISTIC_OF_ROWS}`;
}

/** The names that a method may take its axis by, of all that the axes have: the rows are none of them. */
export function axisNamesHelp(hint: string, method: string, operand: NamedShape): string {
  const names = /^the named axes are (.*)$/.exec(hint)?.[1]?.split(", ");
  if (names === undefined || method === "transpose" || !hasRows(operand)) return hint;
  const others = names.filter((name) => name !== operand.shape[0]);
  if (others.length === 0) return axisHelp(method, operand);
  return others.length === 1 ? `the named axis is ${others[0]}` : `the named axes are ${others.join(", ")}`;
}

/** The order of axes that is another one, and keeps the rows first. */
export function transposeHelp(operand: NamedShape): string {
  const { name, shape: { length: rank } } = operand;
  if (rank < 2) return `leave .transpose(...) out: ${name} has ${rank === 0 ? "no axis" : "one axis"}`;
  if (rank === 2 && hasRows(operand)) {
    return `leave .transpose(...) out: the rows of ${name} stay the first axis, and there is one behind them`;
  }
  return `name each axis once: .transpose([${[...Array(rank - 2).keys(), rank - 1, rank - 2].join(", ")}])`;
}
