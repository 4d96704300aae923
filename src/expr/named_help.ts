/**
 * Helps of refusals for which the rules of shapes have none: what to change, by the operands' names. A change of
 * operands that do not go together (SHP001, 002, 007, 011, 012) was tried with the same rule; of axes, sizes, indices
 * and masks (SHP004, 005, 006, 009, 010, 014, 015) the help tells which there are.
 *
 * @module
 */
import {
  broadcastShapes,
  broadcastTo,
  type Dim,
  isRefusal,
  isSymbol,
  labelOf,
  matmulShape,
  type Refusal,
  reshapeShape,
  type Shape,
  showLiteral,
  sizeOf,
  symbolsOf,
} from "../shape/mod.ts";
import { axisHelp, transposeHelp } from "./axis_help.ts";
import {
  callOr,
  type Change,
  declarable,
  declared,
  firstOf,
  hasRows,
  type NamedShape,
  needs,
  withDeclared,
  works,
} from "./shape_change.ts";

/** No one means all pairs of a param in more axes than these. */
const MAX_PAIR_RANK = 4;

/** Every element of each row with every element of the other operand. */
function pairChanges(a: NamedShape, b: NamedShape): Change[] {
  const [rows, other] = hasRows(a) ? [a, b] : [b, a];
  if (!hasRows(rows)) return [];
  const [row, ...columns] = rows.shape;
  if (!hasRows(other)) {
    if (rows.shape.length + other.shape.length > MAX_PAIR_RANK) return [];
    const to = declarable([...rows.shape, ...other.shape]);
    const ones: Shape = [...rows.shape, ...other.shape.map(() => 1)];
    const method = other.shape.length === 1 ? ".expandDims(-1)" : `.reshape(${showLiteral(ones)})`;
    return [[
      `for every pair, use ${method}.broadcastTo(${showLiteral(to)}) on ${rows.name}`,
      withDeclared(to, () => broadcastShapes(to, other.shape)),
    ]];
  }
  const others = other.shape.slice(1), to = declarable([row!, ...columns, ...others]);
  const left: Shape = [...rows.shape, ...others.map(() => 1)];
  const right: Shape = [row!, ...columns.map(() => 1), ...others];
  if (row !== other.shape[0] || columns.length === 0 || others.length === 0) return [];
  return [[
    `for every pair within a row, use .reshape(${showLiteral(left)}).broadcastTo(${showLiteral(to)}) on ` +
    `${rows.name} and .reshape(${showLiteral(right)}) on ${other.name}`,
    withDeclared(to, () => broadcastShapes(to, right)),
  ]];
}

/** The shape that a param must have beside another operand: that one's last axes. */
function fittingParam(param: NamedShape, other: NamedShape): Shape {
  const columns = other.shape.filter((dim) => !isSymbol(dim));
  return columns.slice(Math.max(0, columns.length - Math.max(1, param.shape.length)));
}

function broadcastHelp(a: NamedShape, b: NamedShape): string | null {
  const renamed = (x: NamedShape, y: NamedShape): Change[] => {
    const to = y.shape.map((dim, axis): Dim => {
      const beside = x.shape.at(axis - y.shape.length);
      return beside !== undefined && sizeOf(beside) === sizeOf(dim) && labelOf(beside) !== null
        ? beside
        : dim;
    });
    return [[
      `if they are the same axes, rename them: .as(${showLiteral(to)}) on ${y.name}`,
      withDeclared(to, () => broadcastShapes(x.shape, to)),
    ]];
  };
  const fitted = (param: NamedShape, other: NamedShape): Change[] => {
    if (hasRows(param)) return [];
    const shape = fittingParam(param, other);
    return [[needs(param, shape), broadcastShapes(shape, other.shape)]];
  };
  const isSecond = hasRows(a) === hasRows(b) ? b.shape.length > a.shape.length : hasRows(b);
  const [long, short] = isSecond ? [b, a] : [a, b];
  const same = firstOf(renamed(a, b), 1);
  return same ?? firstOf([...fitted(short, long), ...pairChanges(a, b)], 2);
}

/** Changes of a product whose factors both have rows, or of which none has. */
function alikeChanges(a: NamedShape, b: NamedShape): Change[] {
  const changes: Change[] = [];
  const swapped: Shape = [...b.shape.slice(0, -2), ...b.shape.slice(-2).reverse()];
  if (b.shape.length > 2) {
    const order = [...b.shape.slice(0, -2).keys(), b.shape.length - 1, b.shape.length - 2];
    changes.push([
      `use .transpose([${order.join(", ")}]) on ${b.name}`,
      matmulShape(a.shape, swapped),
    ]);
  }
  if (hasRows(a) && hasRows(b)) {
    changes.push(
      [`use .expandDims(-1) on ${b.name}`, matmulShape(a.shape, [...b.shape, 1])],
      [`use .expandDims(1) on ${a.name}`, matmulShape(a.shape.toSpliced(1, 0, 1), b.shape)],
    );
  }
  return changes;
}

/** One value a row, beside what has more axes: no product of matrices. */
function rowValueChanges(a: NamedShape, b: NamedShape): Change[] {
  const [value, other] = a.shape.length === 1 && hasRows(a) ? [a, b] : [b, a];
  if (value.shape.length !== 1 || !hasRows(value)) return [];
  if (hasRows(other)) {
    const ones: Shape = [value.shape[0]!, ...other.shape.slice(1).map(() => 1)];
    const reshaped = `.reshape(${showLiteral(ones)})`;
    const text = callOr(
      `use ${reshaped} on ${value.name}, and .mul(...)`,
      [other, value],
      ([code, factor]) => `write ${code}.mul(${factor}${reshaped})`,
    );
    return [[`for a multiple of each row, ${text}`, broadcastShapes(other.shape, ones)]];
  }
  if (other.shape.length === 1) {
    const text = callOr(
      `use .outer(...) on ${value.name}`,
      [value, other],
      ([rows, columns]) => `write ${rows}.outer(${columns})`,
    );
    return [[`for every pair, ${text}`, declared([...value.shape, ...other.shape])]];
  }
  return pairChanges(value, other).map(([text, answer]): Change => [`${text}, and .mul(...)`, answer]);
}

function matmulHelp(a: NamedShape, b: NamedShape): string | null {
  if (a.shape.length === 0 || b.shape.length === 0) return "for a multiple, use .mul(...)";
  const isRowsSecond = hasRows(b) && !hasRows(a), inner = a.shape.at(-1)!;
  const changes = [...rowValueChanges(a, b), ...alikeChanges(a, b)];
  if (isRowsSecond) {
    const reversed = a.shape.toReversed(), last = b.shape.at(-1)!;
    const shape = declarable(a.shape.length === 1 ? [last] : [last, ...a.shape.slice(0, 1)]);
    if (a.shape.length === 2) {
      const text = callOr(
        `use .matmul(...) on ${b.name}, with .transpose() on ${a.name}`,
        [b, a],
        ([rows, matrix]) => `write ${rows}.matmul(${matrix}.transpose())`,
      );
      changes.push([`rows come first: ${text}`, matmulShape(b.shape, reversed)]);
    }
    const text = callOr(
      `use .matmul(...) on ${b.name}`,
      [b, a],
      ([rows, matrix]) => `write ${rows}.matmul(${matrix})`,
    );
    changes.push([`rows come first: ${text}, and ${needs(a, shape)}`, matmulShape(b.shape, shape)]);
  } else if (!hasRows(b)) {
    const shape = declarable(
      b.shape.length === 1 ? [inner] : [...b.shape.slice(0, -2), inner, ...b.shape.slice(-1)],
    );
    const matrix = declarable([inner, ...b.shape.slice(-1)]);
    for (const to of b.shape.length > 2 ? [shape, matrix] : [shape]) {
      changes.push([needs(b, to), withDeclared(to, () => matmulShape(a.shape, to))]);
    }
  } else if (!hasRows(a)) {
    const shape = declarable([...a.shape.slice(0, -1), b.shape.at(-2)!]);
    changes.push([needs(a, shape), matmulShape(shape, b.shape)]);
  }
  const products = pairChanges(a, b).map(([text, answer]): Change => [`${text}, and .mul(...)`, answer]);
  return firstOf(changes, 1) ?? firstOf(products, 1);
}

/** Of a shape that was asked for: the labels of the operand as those of the axes that they meet. */
function renamedHelp(a: NamedShape, to: Shape): string | null {
  const renamed = a.shape.map((dim, axis): Dim => {
    const asked = to.at(axis - a.shape.length);
    return asked === undefined || labelOf(asked) === null || isSymbol(dim)
      ? dim
      : `${labelOf(asked)}=${sizeOf(dim)}`;
  });
  return firstOf([[
    `if they are the same axes, rename them: .as(${showLiteral(renamed)}) on ${a.name}`,
    withDeclared(renamed, () => broadcastTo(renamed, to)),
  ]], 1);
}

/** What to write in place of a repetition of what has no size 1. */
function repeatedHelp(a: NamedShape, to: Shape): string | null {
  const skipped = Math.max(0, to.length - a.shape.length);
  const padded: Shape = [...a.shape, ...Array<number>(skipped).fill(1)];
  const kept = [
    ...to.slice(0, skipped),
    ...a.shape.map((dim, axis) => sizeOf(dim) === 1 ? to[skipped + axis] ?? dim : dim),
  ];
  return firstOf([
    [`use .expandDims(-1) on ${a.name} first`, broadcastTo([...a.shape, 1], to)],
    [`use .reshape(${showLiteral(padded)}) on ${a.name} first`, broadcastTo(padded, to)],
    [
      `only axes of size 1 are repeated: .broadcastTo(${showLiteral(kept)})`,
      withDeclared(kept, () => broadcastTo(a.shape, kept)),
    ],
    [`only axes of size 1 are repeated: .broadcastTo(${showLiteral(a.shape)})`, a.shape],
  ], 1);
}

/** What to write in place of `.as([...])` with other sizes. */
function asHelp(a: NamedShape, to: Shape): string {
  const reshaped = reshapeShape(a.shape, to);
  if (works(reshaped)) return `.as(...) renames axes: for other sizes, write .reshape(${showLiteral(to)})`;
  const labelled = to.length === a.shape.length
    ? a.shape.map((dim, axis): Dim => {
      const label = labelOf(to[axis]!);
      return label === null || isSymbol(dim) ? dim : `${label}=${sizeOf(dim)}`;
    })
    : a.shape;
  return `.as(...) renames axes, whose sizes stay: .as(${showLiteral(declarable(labelled))})`;
}

/** The help of a refusal that has none of its own; null: it cannot be told. */
export function namedHelp(
  refusal: Refusal,
  { method, operands }: { readonly method: string; readonly operands: readonly NamedShape[] },
): string | null {
  const [a, b] = operands;
  if (a === undefined) return null;
  switch (refusal.code) {
    case "SHP001":
    case "SHP002":
    case "SHP007": {
      if (b === undefined) return null;
      if (method === "broadcastTo" || method === "broadcastLike") {
        return renamedHelp(a, b.shape) ?? repeatedHelp(a, b.shape);
      }
      if (method === "matmul" || method === "dot") return matmulHelp(a, b);
      for (const [i, x] of operands.entries()) {
        for (const y of operands.slice(i + 1)) {
          if (isRefusal(broadcastShapes(x.shape, y.shape))) return broadcastHelp(x, y);
        }
      }
      return null;
    }
    case "SHP004":
      return axisHelp(method, a);
    case "SHP005": {
      const at = a.shape.findIndex((dim) => sizeOf(dim) === 1);
      if (at >= 0) return `use .squeeze(${at})`;
      return `leave .squeeze(...) out: no axis of ${a.name} has size 1`;
    }
    case "SHP006": {
      const columns = a.shape.filter((dim) => !isSymbol(dim)).reduce<number>(
        (n, dim) => n * Number(sizeOf(dim)),
        1,
      );
      return hasRows(a)
        ? `the axes behind ${a.shape[0]} must have ${columns} elements together: ` +
          `.reshape(${showLiteral([a.shape[0]!, columns])})`
        : `the axes must have ${columns} elements together: .reshape(${showLiteral([columns])})`;
    }
    case "SHP009":
      return b === undefined ? null : maskHelp(refusal, b);
    case "SHP010":
      return indexHelp(refusal);
    case "SHP011":
      return b === undefined ? null : asHelp(a, b.shape);
    case "SHP012": {
      const to = b?.shape;
      return to === undefined ? null : repeatedHelp(a, to);
    }
    case "SHP014":
      return transposeHelp(a);
    case "SHP015": {
      if (b === undefined) return null;
      if (b.shape.length === 0) return "for a multiple, use .mul(...)";
      return symbolsOf(b.shape).length > 0 ? null : callOr(
        `use .reshape([-1]) on ${b.name}`,
        [b],
        ([matrix]) => `write .outer(${matrix}.reshape([-1]))`,
      );
    }
    default:
      return null;
  }
}

/** What to filter by instead. */
function maskHelp({ sentence }: Refusal, mask: NamedShape): string {
  if (sentence.includes("is not a name")) {
    return "a name has letters, digits and underscores: write .filter(mask, 'K')";
  }
  if (sentence.includes("a scalar has no rows")) return "leave .filter(...) out: it is one value";
  if (sentence.includes("it must be bool")) return `compare it first: ${mask.code ?? ""}.ne(0)`;
  if (!hasRows(mask)) return "a mask has one value a row: compare a column of the table, such as x.gt(0)";
  if (mask.shape.length === 1) return "filter both by the same mask, so that they have the same rows";
  const axes = mask.shape.slice(1).map((_, i) => i + 1),
    list = axes.length === 1 ? axes[0] : `[${axes.join(", ")}]`;
  return mask.code === null
    ? `for the rows where all of it is true, use .all(${list}) on the mask; where any is, .any(${list})`
    : `for the rows where all of it is true, filter by ${mask.code}.all(${list}); where any is, by .any(${list})`;
}

/** What to write in place of an index, a slice or a list of indices that an axis does not have. */
function indexHelp({ sentence }: Refusal): string | null {
  const size = /(?:is not an index for the|is out of axis \d+ of) size (\d+)$/.exec(sentence)?.[1];
  if (size !== undefined) {
    return size === "1"
      ? "the index is 0, or -1"
      : `the indices are 0 to ${Number(size) - 1}, or -1 for the last`;
  }
  const left = /nothing is left of axis \d+ of size (\d+)$/.exec(sentence)?.[1];
  if (left !== undefined) return `a range begins before its end, within 0 to ${left}: '0:${left}'`;
  const rank = /indices for rank (\d+)$/.exec(sentence)?.[1];
  if (rank === "0") return "leave .slice(...) out: it is one value";
  if (rank !== undefined) {
    return `write one index or range for each axis: '${Array(Number(rank)).fill(":").join(", ")}'`;
  }
  if (sentence.endsWith("list of indices is empty")) return "write the indices, such as .take([0], 1)";
  if (/the step of axis \d+ is 0$/.test(sentence)) {
    return "leave the step out, or write another: '::2', '::-1'";
  }
  if (sentence.endsWith("more than one '...'")) {
    return "write '...' once: it stands for all axes that are left";
  }
  return sentence.endsWith("neither an index nor a range")
    ? "write whole numbers, such as '0', '0:2' or '::2'"
    : null;
}
