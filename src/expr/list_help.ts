/**
 * Helps of refused lists of operands, of `concat` and `stack`: each is a change that was tried with the same rule.
 *
 * @module
 */
import {
  asShape,
  broadcastTo,
  concatShape,
  type Dim,
  isRefusal,
  isSymbol,
  labelOf,
  type Refusal,
  reshapeShape,
  resolveAxis,
  type Rule,
  type Shape,
  showLiteral,
  stackShape,
} from "../shape/mod.ts";
import { axisHelp } from "./axis_help.ts";
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

/** The longest list of operands that a help writes. */
const MAX_LIST_LENGTH = 100;

/** `concat([a, b], 1)`, if that is known and no wall of text; else the words. */
function listedOr(words: string, operands: readonly NamedShape[], call: (list: string) => string): string {
  return callOr(words, operands, (codes) => {
    const list = codes.join(", ");
    return list.length > MAX_LIST_LENGTH ? words : call(`[${list}]`);
  });
}

/** Of the operands with rows, or of all where none has, the one with the most axes: what the others must fit. */
function modelOf(operands: readonly NamedShape[]): NamedShape | undefined {
  const rows = operands.filter(hasRows);
  return (rows.length > 0 ? rows : operands).toSorted((a, b) => b.shape.length - a.shape.length)[0];
}

/** What the rule answers for the list with another shape of one operand. */
function withOther(
  operands: readonly NamedShape[],
  odd: NamedShape,
  rule: (shapes: readonly Shape[]) => Rule,
): (shape: Rule) => Rule {
  return (shape) => isRefusal(shape) ? shape : rule(operands.map((one) => one === odd ? shape : one.shape));
}

/** What makes one operand of a list fit the shape `to`, if the rule then takes the whole list. */
function fittingChanges(
  operands: readonly NamedShape[],
  { odd, to, rule }: {
    readonly odd: NamedShape;
    readonly to: Shape;
    readonly rule: (shapes: readonly Shape[]) => Rule;
  },
): { readonly simple: readonly Change[]; readonly needed: readonly Change[] } {
  const given = withOther(operands, odd, rule);
  const repeat = `.broadcastTo(${showLiteral(to)})`, simple: Change[] = [];
  if (odd.shape.length === to.length) {
    const renamed = to.map((dim, axis) => labelOf(dim) === null ? odd.shape[axis]! : dim);
    simple.push([
      `if they are the same axes, rename them: .as(${showLiteral(renamed)}) on ${odd.name}`,
      given(withDeclared(renamed, () => asShape(odd.shape, renamed))),
    ]);
  }
  simple.push([`use ${repeat} on ${odd.name}`, given(withDeclared(to, () => broadcastTo(odd.shape, to)))]);
  const needed = declarable(to), isParam = !hasRows(odd) && to.some(isSymbol);
  const text = isParam ? needsAndRepeats(odd, needed) : needs(odd, needed);
  return { simple, needed: [[text, given(declared(needed))]] };
}

/** Of a param, which has no rows: the shape that it needs, and then their repetition. */
function needsAndRepeats(param: NamedShape, to: Shape): string {
  return `${needs(param, to.filter((dim) => !isSymbol(dim)))}, and .broadcastTo(${showLiteral(to)})`;
}

/** One value a row beside a param of matrices: both as columns. */
function columnChanges(operands: readonly NamedShape[]): Change[] {
  const value = operands.find(hasRows), param = operands.find((one) => one.shape.length > 1);
  if (value?.shape.length !== 1 || param === undefined || hasRows(param)) return [];
  const to: Shape = [value.shape[0]!, param.shape.at(-1)!];
  const shapes = operands.map((one): Shape =>
    one === value ? [...value.shape, 1] : one === param ? to : one.shape
  );
  return [[`${needsAndRepeats(param, to)}, beside .expandDims(-1) on ${value.name}`, concatShape(shapes, 1)]];
}

/** Operands that lack axes, as columns beside the rows of the others. */
function columnsOf(operands: readonly NamedShape[], rows: Dim): NamedShape[] {
  return operands.map((one): NamedShape => {
    if (one.shape.length > 1) return one;
    const isValue = hasRows(one);
    const shape: Shape = isValue ? [...one.shape, 1] : [rows, one.shape[0] ?? 1];
    const change = isValue ? ".expandDims(-1)" : `.broadcastTo(${showLiteral(shape)})`;
    return { name: one.name, code: one.code === null ? null : one.code + change, shape };
  });
}

/** The axis of the model that is asked for; null: it has none such, or it is its rows. */
function axisOf(model: NamedShape, asked: unknown): number | null {
  if (typeof asked !== "number" && typeof asked !== "string") return null;
  const axis = resolveAxis(model.shape, asked);
  return isRefusal(axis) || (axis === 0 && hasRows(model)) ? null : axis;
}

/** What to write where the model has no such axis to put operands one after the other along, or none that all share. */
function otherAxisChanges(
  operands: readonly NamedShape[],
  { model, asked }: { readonly model: NamedShape; readonly asked: unknown },
): Change[] {
  const shapes = operands.map(({ shape }) => shape), rank = model.shape.length;
  const side = listedOr(`use stack along axis ${rank}`, operands, (list) => `write stack(${list}, ${rank})`);
  const beside: Change = [`to put them side by side, ${side}`, stackShape(shapes, rank)];
  if (!hasRows(model)) {
    const along = alongChanges(operands, model);
    return asked === rank ? [beside, ...along] : rank === 0 ? [beside] : along;
  }
  const columns = columnsOf(operands, model.shape[0]!);
  const isEach = rank === 1, asColumn = isEach ? "each" : "what has rows only";
  const text = listedOr(`use .expandDims(-1) on ${asColumn}`, columns, (list) => `write concat(${list}, 1)`);
  const inColumns: Change = [
    `for ${isEach ? "one column of each" : "columns side by side"}, ${text}`,
    concatShape(columns.map(({ shape }) => shape), 1),
  ];
  if (isEach) {
    return [beside, inColumns, ...(asked === 1 || asked === -1 ? columnChanges(operands) : [])];
  }
  return [...(asked === rank ? [beside] : []), ...alongChanges(operands, model), inColumns];
}

/** The operands as they are, one after the other along another axis. */
function alongChanges(operands: readonly NamedShape[], model: NamedShape): Change[] {
  return model.shape.map((_, other): Change => {
    const text = listedOr("give that axis", operands, (list) => `write concat(${list}, ${other})`);
    return [`they fit along axis ${other}: ${text}`, concatShape(operands.map(({ shape }) => shape), other)];
  });
}

/** What to write where shapes cannot be put one after the other along an axis. */
export function concatHelp({ operands, axis: asked }: {
  readonly operands: readonly NamedShape[];
  readonly axis: unknown;
}): string | null {
  const model = modelOf(operands);
  if (model === undefined) return null;
  const axis = axisOf(model, asked);
  const rule = (shapes: readonly Shape[]) => concatShape(shapes, axis ?? -1);
  const odd = operands.find(({ shape }) => axis !== null && isRefusal(rule([model.shape, shape])));
  if (axis === null || odd === undefined) {
    const changes = otherAxisChanges(operands, { model, asked });
    return firstOf(changes, 1) ?? (axis === null ? axisHelp("concat", model) : null);
  }
  const given = withOther(operands, odd, rule);
  const own = odd.shape.length === model.shape.length ? odd.shape[axis]! : undefined;
  const to = own === undefined ? model.shape : model.shape.with(axis, own);
  const { simple, needed } = fittingChanges(operands, { odd, to, rule });
  const changes: Change[] = [
    [`use .expandDims(-1) on ${odd.name}`, given([...odd.shape, 1])],
    ...simple,
    ...alongChanges(operands, model),
  ];
  const joined = hasRows(odd) ? reshapeShape(odd.shape, model.shape.with(axis, -1)) : null;
  if (joined !== null && !isRefusal(joined)) {
    changes.push([`use .reshape(${showLiteral(joined)}) on ${odd.name}`, given(joined)]);
  }
  return firstOf([...changes, ...needed], 1);
}

/** What to write where shapes cannot be put side by side along a new axis. */
export function stackHelp(
  refusal: Refusal,
  { operands, axis }: { readonly operands: readonly NamedShape[]; readonly axis: unknown },
): string | null {
  const model = modelOf(operands);
  if (model === undefined) return null;
  if (refusal.code === "SHP004") return axisHelp("stack", model);
  const at = typeof axis === "number" ? axis : -1;
  const rule = (shapes: readonly Shape[]) => stackShape(shapes, at);
  const odd = operands.find(({ shape }) => isRefusal(stackShape([model.shape, shape], -1)));
  if (odd === undefined) return null;
  const { simple, needed } = fittingChanges(operands, { odd, to: model.shape, rule });
  const columns = columnsOf(operands, model.shape[0] ?? 1);
  const text = listedOr(
    "use concat along axis 1, of what has that axis",
    columns,
    (list) => `write concat(${list}, 1)`,
  );
  const after: Change = [
    `to put them one after the other, ${text}`,
    hasRows(model) ? concatShape(columns.map(({ shape }) => shape), 1) : refusal,
  ];
  const help = firstOf([...simple, after, ...needed], 1);
  return help ?? (works(rule([model.shape])) ? null : axisHelp("stack", model));
}
