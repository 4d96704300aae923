/**
 * What a tensor in a transform does not have. JavaScript gives `undefined` for it and lets it be set, so that `x.T`,
 * `x[0]` and `m[0] = 1` go wrong later, elsewhere or not at all: here each is refused where it is written, with what
 * to write instead of NumPy's and Python's words.
 *
 * @module
 */
import { PipelineError, type Place } from "../errors.ts";
import { isSymbol, type Shape, showLiteral } from "../shape/mod.ts";

/** A member that tensors do not have; the pipeline, which knows names that are near, adds one where there is no help. */
export class MissingMember extends PipelineError {
  /** what the tensor is called */
  readonly owner: string;

  constructor(
    readonly member: string,
    { name, place, help }: {
      readonly name: string;
      readonly place: Place | null;
      readonly help: string | null;
    },
  ) {
    super("PIP003", `${name} has no ${/^\d+$/.test(member) ? `element [${member}]` : member}`, {
      place,
      help,
    });
    this.owner = name;
    // it is one refusal among those of PIP003, not a kind of its own
    this.name = "PipelineError";
  }
}

/** What the machinery of JavaScript asks any object for: `await`, JSON, assertions, inspection. */
const ASKED_BY_MACHINERY = new Set(["then", "toJSON", "asymmetricMatch", "nodeType", "inspect"]);

const NOT_OF_ROWS = "rows arrive in chunks and do not know each other: compute it beforehand";
const IN_MEMORY = "a transform has no such step; arrays in memory have it: see ndpipe/ndarray";
const NO_ELEMENTS = "the transform is run once, on tensors without elements, before any data is read: " +
  "write steps for all of them, such as .mul(2)";

/** By NumPy's, Python's or JavaScript's name in small letters without underscores: what to write. */
const INSTEAD: Readonly<Record<string, string>> = {
  swapaxes: "write .transpose([...]) with all axes in their new order",
  moveaxis: "write .transpose([...]) with all axes in their new order",
  length: "write .shape: its first axis is the rows, whose number is not known before the run",
  size: "write .shape: its first axis is the rows, whose number is not known before the run",
  ndim: "write .shape.length",
  where: 'write where(condition, a, b), which is imported from "ndpipe"',
  concat: 'write concat([a, b], 1), which is imported from "ndpipe"',
  concatenate: 'write concat([a, b], 1), which is imported from "ndpipe"',
  append: 'write concat([a, b], 1), which is imported from "ndpipe"',
  hstack: 'write concat([a, b], 1), which is imported from "ndpipe"',
  stack: 'write stack([a, b], 1), which is imported from "ndpipe"',
  and: "write .logicalAnd(...)",
  or: "write .logicalOr(...)",
  not: "write .logicalNot()",
  xor: "write .logicalXor(...)",
  subtract: "write .sub(...)",
  multiply: "write .mul(...)",
  divide: "write .div(...)",
  truedivide: "write .div(...)",
  power: "write .pow(...)",
  remainder: "write .mod(...)",
  negative: "write .neg()",
  absolute: "write .abs()",
  equal: "write .eq(...)",
  notequal: "write .ne(...)",
  greater: "write .gt(...)",
  less: "write .lt(...)",
  greaterequal: "write .ge(...)",
  lessequal: "write .le(...)",
  amax: "write .max(axis)",
  amin: "write .min(axis)",
  arctan2: "write .atan2(...)",
  cast: "write .astype('f32')",
  copy: "leave it out: no step changes a tensor",
  compress: "write .filter(mask, 'K')",
  sort: IN_MEMORY,
  argsort: IN_MEMORY,
  median: IN_MEMORY,
  quantile: IN_MEMORY,
  percentile: IN_MEMORY,
  topk: IN_MEMORY,
  cumsum: "along the last axis, write .matmul(triangle), " +
    'with triangle: param("f32", [3, 3], { value: [[1, 1, 1], [0, 1, 1], [0, 0, 1]] })',
  cumprod: IN_MEMORY,
  diff: 'along the last axis, write x.slice(":, 1:").sub(x.slice(":, :-1"))',
  onehot: 'write .expandDims(-1).broadcastTo(["N", 3]).eq(classes), ' +
    'with classes: param("i64", [3], { value: [0, 1, 2] })',
  unique: NOT_OF_ROWS,
  bincount: NOT_OF_ROWS,
  histogram: NOT_OF_ROWS,
  shift: NOT_OF_ROWS,
  lag: NOT_OF_ROWS,
  roll: NOT_OF_ROWS,
  rolling: NOT_OF_ROWS,
  nanmean: "write x.fillNan(0).sum(axis).div(x.isNan().logicalNot().sum(axis))",
  nansum: "write .fillNan(0).sum(axis)",
  nanmax: "write .fillNan(-Infinity).max(axis)",
  nanmin: "write .fillNan(Infinity).min(axis)",
  map: NO_ELEMENTS,
  foreach: NO_ELEMENTS,
  reduce: NO_ELEMENTS,
  at: NO_ELEMENTS,
  item: NO_ELEMENTS,
  get: NO_ELEMENTS,
  values: NO_ELEMENTS,
  data: NO_ELEMENTS,
  tolist: NO_ELEMENTS,
  toarray: NO_ELEMENTS,
};

/** What to write in place of a member that is not there; null: it cannot be told. */
function insteadOf(member: string, shape: Shape | null): string | null {
  const [rows, ...rest] = shape ?? [];
  const hasRows = rows !== undefined && isSymbol(rows);
  if (/^\d+$/.test(member)) {
    if (!hasRows) return `write .slice("${member}")`;
    if (rest.length === 0) {
      return "a row is not taken by its number: to keep some of them, write .filter(mask, 'K')";
    }
    return `axis 0 is the rows; for elements of the next, write .slice(":, ${member}")`;
  }
  if (member === "T" || member === "mT") {
    return hasRows
      ? "the rows stay the first axis: for a product, write x.matmul(w.transpose()) with the rows on the left"
      : "write .transpose()";
  }
  const name = member.replaceAll("_", "").toLowerCase();
  if (name === "flatten" || name === "ravel") {
    return `write .reshape(${showLiteral(hasRows ? [rows, -1] : [-1])})`;
  }
  return Object.hasOwn(INSTEAD, name) ? INSTEAD[name]! : null;
}

/** What a tensor must tell of itself to be named in a refusal. */
interface Told {
  readonly name: string;
  readonly shape?: Shape;
  readonly builder: {
    refuseMember(member: string, told: { readonly name: string; readonly help: string | null }): never;
    refuseArgument(sentence: string, help: string): never;
  };
}

/**
 * The end of the prototypes of what is traced, in the place of Object's: what no class has arrives here.
 */
export const UNKNOWN_MEMBERS: object = new Proxy(Object.prototype, {
  get(target, member, receiver: Told): unknown {
    if (member === Symbol.iterator) {
      return receiver.builder.refuseArgument(
        `${receiver.name} has no elements while the transform is traced: it cannot be iterated over`,
        'write steps for all of them, such as .sum(-1); for one column, .slice(":, 0")',
      );
    }
    if (typeof member === "symbol" || member in target || ASKED_BY_MACHINERY.has(member)) {
      return Reflect.get(target, member, receiver);
    }
    return receiver.builder.refuseMember(member, {
      name: receiver.name,
      help: insteadOf(member, receiver.shape ?? null),
    });
  },
  set(_, member, __, receiver: Told): never {
    return receiver.builder.refuseArgument(
      `${receiver.name} is not changed in place: ${String(member)} is set on it`,
      "take the tensor that a step gives, such as where(condition, a, b), under a name of its own",
    );
  },
});
