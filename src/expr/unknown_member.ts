/**
 * What a tensor in a transform does not have. JavaScript gives `undefined` for it and lets it be set, so that `x.T`,
 * `x[0]` and `m[0] = 1` go wrong later, elsewhere or not at all: here each is refused where it is written, with what
 * to write instead of NumPy's and Python's words.
 *
 * @module
 */
import { PipelineError, type Place } from "../errors.ts";
import { DTYPE, type DType, isFloat } from "../dtype/mod.ts";
import {
  isRefusal,
  isSymbol,
  numElements,
  type Shape,
  showLiteral,
  sizeOf,
  sliceShape,
} from "../shape/mod.ts";
import { STATISTIC_OF_ROWS } from "./axis_help.ts";
import type { NodeId } from "./graph.ts";
import { hasRows } from "./shape_change.ts";

/** Whether it is an index or a text of them, as Python has them between brackets: `x[-1]`, `x[":, 0"]`. */
const isElement = (member: string): boolean => /^[-\d:,.\s]*\d[-\d:,.\s]*$|^[:,.\s]+$/.test(member);

/** A member that tensors do not have; the pipeline, which knows names that are near, adds one where there is no help. */
export class MissingMember extends PipelineError {
  readonly member: string;

  /** what the tensor is called */
  readonly owner: string;

  constructor(member: string, { name, place, help }: {
    readonly name: string;
    readonly place: Place | null;
    readonly help: string | null;
  }) {
    super("PIP003", `${name} has no ${isElement(member) ? `element [${member}]` : member}`, {
      place,
      help,
    });
    this.member = member;
    this.owner = name;
    // it is one refusal among those of PIP003, not a kind of its own
    this.name = "PipelineError";
  }
}

/** What the machinery of JavaScript asks any object for: `await`, JSON, assertions, inspection. */
const ASKED_BY_MACHINERY = new Set(["then", "toJSON", "asymmetricMatch", "nodeType", "inspect"]);

const SUMMED_OR_NOT =
  "where the last axis is summed, write .matmul(...); where none is, .mul(...) or .outer(vector)";
const IN_MEMORY = "a transform has no such step; arrays in memory have it: see ndpipe/ndarray";
const NO_ELEMENTS = "the transform is run once, on tensors without elements, before any data is read: " +
  "write steps for all of them, such as .mul(2)";

/** By NumPy's, Python's or JavaScript's name in small letters without underscores: what to write for any tensor. */
const INSTEAD: Readonly<Record<string, string>> = {
  swapaxes: "write .transpose([...]) with all axes in their new order",
  moveaxis: "write .transpose([...]) with all axes in their new order",
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
  repeat: "along a new axis, write .expandDims(-1).broadcastTo([...]) with its size last: " +
    "what that takes is planned, and held against the memory budget",
  tile: 'write concat([a, a], 1), which is imported from "ndpipe"',
  einsum: SUMMED_OR_NOT,
  tensordot: SUMMED_OR_NOT,
  inner: SUMMED_OR_NOT,
  kron: "for each row, write .outer(...).reshape([..., -1]), which names the rows first",
  sort: IN_MEMORY,
  argsort: IN_MEMORY,
  median: IN_MEMORY,
  quantile: IN_MEMORY,
  percentile: IN_MEMORY,
  topk: IN_MEMORY,
  cumprod: IN_MEMORY,
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

/** What a help must know of the tensor. */
interface Owner {
  /** what computes it */
  readonly code: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A text of slices that leaves all axes but the last as they are. */
const alongLast = ({ shape }: Owner, slice: string): string => `${":, ".repeat(shape.length - 1)}${slice}`;

/** The numbers 0 to `count` - 1 as JavaScript writes them. */
function countingTo(count: number): string {
  return count > 8 ? `[...Array(${count}).keys()]` : `[${[...Array(count).keys()].join(", ")}]`;
}

/** What works along an axis of known size: of a column of the table there is none but the rows. */
function alongAxis(write: (owner: Owner, size: number) => string | null): Write {
  return (owner) => {
    const size = owner.shape.length === 0 ? "N" : sizeOf(owner.shape.at(-1)!);
    if (typeof size === "string") return betweenRows(owner);
    const text = write(owner, size);
    return text === null ? null : `along the last axis, write ${text}`;
  };
}

/** As `alongAxis`, of what NumPy computes from all elements of a column. */
function ofAxis(text: string): Write {
  return (owner) => {
    if (owner.shape.length === 0) return null;
    return owner.shape.length === 1 && hasRows(owner)
      ? STATISTIC_OF_ROWS
      : `for the last axis, write ${text}`;
  };
}

function betweenRows(owner: Owner): string {
  if (!hasRows(owner)) return "compute it beforehand, and give it as a param";
  return `${
    owner.shape.length > 1 ? "axis 0 is the rows, which" : "rows"
  } arrive in chunks and do not know each other: ` +
    "compute it beforehand";
}

function triangle({ dtype }: Owner, size: number): string {
  // integers are summed as NumPy sums them: in 64 bits, with or without a sign
  const given = isFloat(dtype) ? dtype : DTYPE[dtype].kind === "u" ? "u64" : "i64";
  const all = Array(Math.min(size, 5)).fill(0);
  const rows = all.map((_, i) => `[${all.map((_, j) => j < i ? 0 : 1).join(", ")}]`).join(", ");
  return `.matmul(triangle), with triangle: param("${given}", [${size}, ${size}]` +
    (size <= 4 ? `, { value: [${rows}] })` : "), whose values are 1 on and above the diagonal, else 0");
}

type Write = (owner: Owner) => string | null;

/** As `INSTEAD`, where it depends on the tensor. */
const INSTEAD_OF: Readonly<Record<string, Write>> = {
  length: (owner) => {
    const [first = 1] = owner.shape;
    return hasRows(owner) ? ROWS_UNKNOWN : `write ${sizeOf(first)}, which its shape tells`;
  },
  size: (owner) => {
    const known = owner.shape.filter((dim) => !isSymbol(dim));
    return known.length < owner.shape.length
      ? ROWS_UNKNOWN
      : `write ${numElements(known)}, which its shape tells`;
  },
  cumsum: alongAxis(triangle),
  diff: alongAxis((owner, size) => {
    // one element has no neighbour
    if (size === 1) return null;
    const [next, last] = ["1:", ":-1"].map((slice) => `${owner.code}.slice("${alongLast(owner, slice)}")`);
    return `${next}.${owner.dtype === "bool" ? "ne" : "sub"}(${last})`;
  }),
  roll: alongAxis((_, size) =>
    size <= 8
      ? `.take([${[size - 1, ...Array(size - 1).keys()].join(", ")}], -1)`
      : `.take([${size - 1}, ...Array(${size - 1}).keys()], -1)`
  ),
  onehot: ({ shape }) =>
    `for 3 classes, write .expandDims(-1).broadcastTo(${showLiteral([...shape, 3])}).eq(classes), ` +
    `with classes: param("i64", [3], { value: ${countingTo(3)} })`,
  unique: betweenRows,
  bincount: betweenRows,
  histogram: betweenRows,
  shift: betweenRows,
  lag: betweenRows,
  rolling: betweenRows,
  nanmean: (owner) => {
    const { code } = owner;
    return ofAxis(`${code}.fillNan(0).sum(-1).div(${code}.isNan().logicalNot().sum(-1))`)(owner);
  },
  nansum: ofAxis(".fillNan(0).sum(-1)"),
  nanmax: ofAxis(".fillNan(-Infinity).max(-1)"),
  nanmin: ofAxis(".fillNan(Infinity).min(-1)"),
};

const ROWS_UNKNOWN = "write .shape: its first axis is the rows, whose number is not known before the run";

/** What to write in place of a member that is not there; null: it cannot be told. */
function insteadOf(member: string, owner: Owner): string | null {
  const { shape } = owner, [rows = 1] = shape;
  if (isElement(member)) return elementHelp(member, owner);
  if (member === "T" || member === "mT") {
    return hasRows(owner)
      ? "the rows stay the first axis: for a product, write x.matmul(w.transpose()) with the rows on the left"
      : "write .transpose()";
  }
  const name = member.replaceAll("_", "").toLowerCase();
  if (name === "flatten" || name === "ravel") {
    return `write .reshape(${showLiteral(hasRows(owner) ? [rows, -1] : [-1])})`;
  }
  if (Object.hasOwn(INSTEAD_OF, name)) return INSTEAD_OF[name]!(owner);
  return Object.hasOwn(INSTEAD, name) ? INSTEAD[name]! : null;
}

/** The slice that gives the element, where there is one. */
function elementHelp(member: string, owner: Owner): string {
  const { shape } = owner, isIndex = /^-?\d+$/.test(member);
  if (shape.length === 0) return "leave the brackets out: it is one value";
  if (hasRows(owner) && shape.length === 1) {
    return "a row is not taken by its number: to keep some of them, write .filter(mask, 'K')";
  }
  const text = isIndex && hasRows(owner) ? `:, ${member}` : member,
    isThere = !isRefusal(sliceShape(shape, text));
  const write = `write .slice("${isThere ? text : hasRows(owner) ? ":, 0" : "0"}")`;
  return hasRows(owner) && (isIndex || !isThere)
    ? `axis 0 is the rows; for elements of the next, ${write}`
    : write;
}

/** What a tensor must tell of itself to be named in a refusal. */
interface Told {
  readonly name: string;
  readonly id: NodeId;
  readonly builder: {
    node(id: NodeId): { readonly dtype: DType; readonly shape: Shape };
    codeOf(id: NodeId): string | null;
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
    const { builder, id, name } = receiver, { dtype, shape } = builder.node(id);
    const code = builder.codeOf(id), help = insteadOf(member, { code: code ?? "x", dtype, shape });
    const isOfAny = code === null && help !== null && / x\./.test(help);
    return builder.refuseMember(member, { name, help: isOfAny ? `${help}, where x is the tensor` : help });
  },
  set(_, member, __, receiver: Told): never {
    return receiver.builder.refuseArgument(
      `${receiver.name} is not changed in place: ${String(member)} is set on it`,
      "take the tensor that a step gives, such as where(condition, a, b), under a name of its own",
    );
  },
});
