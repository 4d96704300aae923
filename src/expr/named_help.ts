/**
 * Helps of refusals for which the rules of shapes have none: what to change, by the operands' names. Each is a change
 * that was tried with the same rule, so that it works when it is applied.
 *
 * @module
 */
import {
  broadcastShapes,
  broadcastTo,
  checkShape,
  concatShape,
  type Dim,
  isRefusal,
  isSymbol,
  labelOf,
  matmulShape,
  type Refusal,
  type Rule,
  type Shape,
  showLiteral,
  showShape,
  sizeOf,
  stackShape,
  symbolsOf,
} from "../shape/mod.ts";

/** An operand as messages call it. */
export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}
/** What to write, and the shape that it gives. */
type Change = readonly [text: string, answer: Rule];

const hasRows = ({ shape }: NamedShape): boolean => shape.length > 0 && isSymbol(shape[0]!);

/** Whether the result can be computed row by row. */
function works(answer: Rule): boolean {
  if (isRefusal(answer)) return false;
  const symbols = answer.filter(isSymbol);
  return symbols.length === 0 || (symbols.length === 1 && isSymbol(answer[0]!));
}

/** The texts of the first changes that work. */
function firstOf(changes: readonly Change[], count: number): string | null {
  const texts = changes.filter(([, answer]) => works(answer)).map(([text]) => text);
  return texts.length === 0 ? null : texts.slice(0, count).join("; ");
}

/** A shape that may be declared: a label that it has twice is left out. */
function declarable(shape: Shape): Shape {
  const labels = shape.map(labelOf);
  return shape.map((dim, axis) => labels.indexOf(labelOf(dim)) < axis ? sizeOf(dim) : dim);
}

/** The shape, if it may be declared or asked for; else the refusal of that. */
function declared(shape: Shape): Rule {
  return checkShape(shape) ?? shape;
}

/** What the rule answers for a shape that may be declared. */
function withDeclared(shape: Shape, rule: (shape: Shape) => Rule): Rule {
  const answer = declared(shape);
  return isRefusal(answer) ? answer : rule(answer);
}

function needs(operand: NamedShape, shape: Shape): string {
  return `${operand.name} needs shape ${showShape(shape)}`;
}

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
  const [long, short] = b.shape.length > a.shape.length || hasRows(b) ? [b, a] : [a, b];
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
    return [[
      `for a multiple of each row, write ${other.name}.mul(${value.name}.reshape(${showLiteral(ones)}))`,
      broadcastShapes(other.shape, ones),
    ]];
  }
  if (other.shape.length === 1) {
    return [[
      `for every pair, write ${value.name}.outer(${other.name})`,
      declared([...value.shape, ...other.shape]),
    ]];
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
      changes.push([
        `rows come first: write ${b.name}.matmul(${a.name}.transpose())`,
        matmulShape(b.shape, reversed),
      ]);
    }
    changes.push([
      `rows come first: write ${b.name}.matmul(${a.name}), and ${needs(a, shape)}`,
      matmulShape(b.shape, shape),
    ]);
  } else if (!hasRows(b)) {
    const shape = declarable(
      b.shape.length === 1 ? [inner] : [...b.shape.slice(0, -2), inner, ...b.shape.slice(-1)],
    );
    changes.push([needs(b, shape), withDeclared(shape, () => matmulShape(a.shape, shape))]);
  } else if (!hasRows(a)) {
    const shape = declarable([...a.shape.slice(0, -1), b.shape.at(-2)!]);
    changes.push([needs(a, shape), matmulShape(shape, b.shape)]);
  }
  const products = pairChanges(a, b).map(([text, answer]): Change => [`${text}, and .mul(...)`, answer]);
  return firstOf(changes, 1) ?? firstOf(products, 1);
}

/** The operand with rows that has the most axes; else the first. */
function modelOf(operands: readonly NamedShape[]): NamedShape | undefined {
  return operands.filter(hasRows).toSorted((a, b) => b.shape.length - a.shape.length)[0] ?? operands[0];
}

/** One operand repeated to another shape, if the rule then takes the whole list. */
function repeatedChange(
  operands: readonly NamedShape[],
  { odd, to, rule }: {
    readonly odd: NamedShape;
    readonly to: Shape;
    readonly rule: (shapes: readonly Shape[]) => Rule;
  },
): Change {
  const repeated = withDeclared(to, () => broadcastTo(odd.shape, to));
  return [
    `use .broadcastTo(${showLiteral(to)}) on ${odd.name}`,
    isRefusal(repeated) ? repeated : rule(operands.map((one) => one === odd ? repeated : one.shape)),
  ];
}

/** What to write where shapes cannot be put one after the other along an axis. */
export function concatHelp(operands: readonly NamedShape[], axis: unknown): string | null {
  const model = modelOf(operands);
  if (model === undefined || typeof axis !== "number") return null;
  const list = operands.map(({ name }) => name).join(", "), shapes = operands.map(({ shape }) => shape);
  const rule = (shapes: readonly Shape[]) => concatShape(shapes, axis);
  const changes: Change[] = [[
    `to put them side by side, write stack([${list}], ${model.shape.length})`,
    axis === model.shape.length ? stackShape(shapes, axis) : rule(shapes),
  ]];
  const odd = operands.find(({ shape }) => isRefusal(rule([model.shape, shape])));
  if (odd !== undefined) {
    const columns = operands.map((one) => one === odd ? [...one.shape, 1] : one.shape);
    const own = odd.shape.length === model.shape.length ? odd.shape[axis] : undefined;
    const to = own === undefined ? model.shape : model.shape.with(axis, own);
    changes.push(
      [`use .expandDims(-1) on ${odd.name}`, rule(columns)],
      repeatedChange(operands, { odd, to, rule }),
    );
  }
  model.shape.forEach((_, other) =>
    changes.push([
      `they fit along axis ${other}: write concat([${list}], ${other})`,
      concatShape(shapes, other),
    ])
  );
  return firstOf(changes, 1);
}

/** What to write where shapes cannot be put side by side along a new axis. */
export function stackHelp(operands: readonly NamedShape[]): string | null {
  const model = modelOf(operands);
  if (model === undefined) return null;
  const rule = (shapes: readonly Shape[]) => stackShape(shapes, -1);
  const odd = operands.find(({ shape }) => isRefusal(rule([model.shape, shape])));
  const columns = operands.map((one): NamedShape =>
    one.shape.length === 1 && hasRows(one)
      ? { name: `${one.name}.expandDims(-1)`, shape: [...one.shape, 1] }
      : one
  );
  return firstOf([
    ...(odd === undefined ? [] : [repeatedChange(operands, { odd, to: model.shape, rule })]),
    [
      `to put them one after the other, write concat([${columns.map(({ name }) => name).join(", ")}], 1)`,
      concatShape(columns.map(({ shape }) => shape), 1),
    ],
  ], 1);
}

/** The help of a refusal that has none of its own; null: it cannot be told. */
export function namedHelp(
  refusal: Refusal,
  { method, operands }: { readonly method: string; readonly operands: readonly NamedShape[] },
): string | null {
  const [a, b] = operands;
  if (a === undefined) return null;
  const rank = a.shape.length;
  switch (refusal.code) {
    case "SHP001":
    case "SHP002":
    case "SHP007": {
      if (b === undefined) return null;
      if (method === "matmul" || method === "dot") return matmulHelp(a, b);
      for (const [i, x] of operands.entries()) {
        for (const y of operands.slice(i + 1)) {
          if (isRefusal(broadcastShapes(x.shape, y.shape))) return broadcastHelp(x, y);
        }
      }
      return null;
    }
    case "SHP004": {
      if (rank === 0) return `${a.name} is one value: it has no axis`;
      return `the axes of ${a.name} are 0 to ${rank - 1}, or -1 for the last`;
    }
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
    case "SHP012": {
      const to = b?.shape;
      return to === undefined ? null : firstOf([
        [`use .expandDims(-1) on ${a.name} first`, broadcastTo([...a.shape, 1], to)],
      ], 1);
    }
    case "SHP014":
      return rank < 2
        ? null
        : `name each axis once: .transpose([${
          [...a.shape.slice(0, -2).keys(), rank - 1, rank - 2].join(", ")
        }])`;
    case "SHP015": {
      if (b === undefined) return null;
      if (b.shape.length === 0) return "for a multiple, use .mul(...)";
      return symbolsOf(b.shape).length > 0 ? null : `write .outer(${b.name}.reshape([-1]))`;
    }
    default:
      return null;
  }
}

function maskHelp({ sentence }: Refusal, mask: NamedShape): string | null {
  if (sentence.includes("it must be bool")) return `compare it first: ${mask.name}.ne(0)`;
  if (!sentence.includes("one axis") || !hasRows(mask) || mask.shape.length === 1) return null;
  const axes = mask.shape.slice(1).map((_, i) => i + 1),
    list = axes.length === 1 ? axes[0] : `[${axes.join(", ")}]`;
  return `for the rows where all of it is true, filter by ${mask.name}.all(${list}); where any is, by .any(${list})`;
}

/** The indices that an axis has, where one is out of it. */
function indexHelp({ sentence }: Refusal): string | null {
  const size = /(?:is not an index for the|is out of axis \d+ of) size (\d+)$/.exec(sentence)?.[1];
  return size === undefined || size === "0"
    ? null
    : `the indices are 0 to ${Number(size) - 1}, or -1 for the last`;
}
