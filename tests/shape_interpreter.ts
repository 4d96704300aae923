/**
 * Evaluates an expression over tensors that are nothing but a dtype and a shape, by the run-time rules: what the
 * tests compare the types with.
 *
 * @module
 */
import { type DType, floatOf, promoteTypes, sumOf } from "../src/dtype/mod.ts";
import { ELEMENTWISE, type ElementwiseOp, isElementwiseOp } from "../src/expr/primitives.ts";
import { elementwiseRule, scalarDType } from "../src/expr/operand_dtypes.ts";
import {
  asShape,
  type AxisName,
  broadcastShapes,
  broadcastTo,
  checkShape,
  concatShape,
  expandDims,
  filterShape,
  isRefusal,
  matmulShape,
  outerShape,
  reduceShape,
  refuse,
  reshapeShape,
  resolveAxis,
  type Rule,
  type Shape,
  sliceShape,
  squeeze,
  stackShape,
  takeShape,
  transposeShape,
} from "../src/shape/mod.ts";

type Value = ShapeTensor | number | bigint | boolean;

/** The rule's answer; a refusal is thrown, to be caught around the expression. */
function settle<T>(answer: Rule<T>): T {
  if (isRefusal(answer)) throw answer;
  return answer;
}

function meanOf(dtype: DType): DType {
  return dtype === "f32" ? "f32" : "f64";
}

/** A dtype and a shape. */
export class ShapeTensor {
  constructor(readonly dtype: DType, readonly shape: Shape) {}

  /** the dtypes and the shape of this and others in one operation */
  join(others: readonly Value[]): { dtypes: DType[]; shape: Shape } {
    const dtypes = [this.dtype];
    let shape = this.shape;
    for (const other of others) {
      if (other instanceof ShapeTensor) {
        dtypes.push(other.dtype);
        shape = settle(broadcastShapes(shape, other.shape));
      } else {
        const promoted = dtypes.reduce(promoteTypes);
        dtypes.push(settle(scalarDType(promoted, other)));
      }
    }
    return { dtypes, shape };
  }

  elementwise(op: ElementwiseOp, others: readonly Value[]): ShapeTensor {
    const { dtypes, shape } = this.join(others);
    return new ShapeTensor(settle(elementwiseRule(op, dtypes)).result, shape);
  }

  reduce(dtype: DType, axes: AxisName | readonly AxisName[], keepdims = false): ShapeTensor {
    return new ShapeTensor(dtype, settle(reduceShape(this.shape, axes, keepdims)));
  }

  reshaped(shape: Rule): ShapeTensor {
    return new ShapeTensor(this.dtype, settle(shape));
  }
}

type Method = (tensor: ShapeTensor, ...args: never[]) => ShapeTensor;
type Axes = AxisName | readonly AxisName[];
type Options = { keepdims?: boolean } | undefined;

const reduction = (dtypeOf: (dtype: DType) => DType): Method => (t, axes: Axes, options: Options) =>
  t.reduce(dtypeOf(t.dtype), axes, options?.keepdims);

const METHODS: Readonly<Record<string, Method>> = {
  clip: (t, ...bounds: Value[]) => {
    const { dtypes, shape } = t.join(bounds);
    return new ShapeTensor(dtypes.reduce(promoteTypes), shape);
  },
  astype: (t, dtype: DType) => new ShapeTensor(dtype, t.shape),
  sum: reduction(sumOf),
  prod: reduction(sumOf),
  mean: reduction(meanOf),
  var: reduction(meanOf),
  std: reduction(meanOf),
  norm: reduction(meanOf),
  logSumExp: reduction(floatOf),
  min: reduction((dtype) => dtype),
  max: reduction((dtype) => dtype),
  argmin: reduction(() => "i64"),
  argmax: reduction(() => "i64"),
  countNonzero: reduction(() => "i64"),
  any: reduction(() => "bool"),
  all: reduction(() => "bool"),
  softmax: (t, axis: AxisName) => {
    settle(resolveAxis(t.shape, axis));
    return new ShapeTensor(floatOf(t.dtype), t.shape);
  },
  matmul: (t, b: ShapeTensor) =>
    new ShapeTensor(promoteTypes(t.dtype, b.dtype), settle(matmulShape(t.shape, b.shape))),
  dot: (t, b: ShapeTensor) =>
    new ShapeTensor(promoteTypes(t.dtype, b.dtype), settle(matmulShape(t.shape, b.shape))),
  outer: (t, b: ShapeTensor) =>
    new ShapeTensor(promoteTypes(t.dtype, b.dtype), settle(outerShape(t.shape, b.shape))),
  expandDims: (t, axis: number) => t.reshaped(expandDims(t.shape, axis)),
  squeeze: (t, axis: AxisName) => t.reshaped(squeeze(t.shape, axis)),
  reshape: (t, to: Shape) => t.reshaped(reshapeShape(t.shape, to)),
  transpose: (t, axes?: AxisName[]) => t.reshaped(settle(transposeShape(t.shape, axes)).shape),
  slice: (t, text: string) => t.reshaped(settle(sliceShape(t.shape, text)).shape),
  take: (t, indices: number[], axis: AxisName) => t.reshaped(settle(takeShape(t.shape, axis, indices)).shape),
  broadcastTo: (t, to: Shape) => t.reshaped(broadcastTo(t.shape, to)),
  broadcastLike: (t, other: ShapeTensor) => t.reshaped(broadcastTo(t.shape, other.shape)),
  as: (t, to: Shape) => t.reshaped(asShape(t.shape, to)),
  filter: (t, mask: ShapeTensor, symbol: string) =>
    t.reshaped(filterShape(t.shape, mask.dtype, mask.shape, symbol)),
};

for (const [name, method] of Object.entries(METHODS)) {
  Object.defineProperty(ShapeTensor.prototype, name, {
    value(this: ShapeTensor, ...args: never[]) {
      return method(this, ...args);
    },
  });
}
for (const op of Object.keys(ELEMENTWISE).filter(isElementwiseOp)) {
  Object.defineProperty(ShapeTensor.prototype, op, {
    value(this: ShapeTensor, ...others: Value[]) {
      return this.elementwise(op, others);
    },
  });
}

function declare(dtype: DType, shape: Shape): ShapeTensor {
  const malformed = checkShape(shape);
  if (malformed !== null) throw malformed;
  return new ShapeTensor(dtype, shape);
}

function where(condition: ShapeTensor, a: Value, b: Value): ShapeTensor {
  if (condition.dtype !== "bool") {
    throw refuse(
      "DTY001",
      `where is not defined for a condition of ${condition.dtype}`,
      "compare it first: .ne(0)",
    );
  }
  const weak = (value: Value): ShapeTensor =>
    value instanceof ShapeTensor ? value : new ShapeTensor(settle(scalarDType("bool", value)), []);
  const tensors = [a, b].filter((value) => value instanceof ShapeTensor);
  const [first = weak(a), others = [b]] = a instanceof ShapeTensor
    ? [a, [b]]
    : [tensors[0], tensors.length > 0 ? [a] : [b]];
  const { dtypes, shape } = first.join(others);
  return new ShapeTensor(dtypes.reduce(promoteTypes), settle(broadcastShapes(condition.shape, shape)));
}

function promoteAll(list: readonly ShapeTensor[]): DType {
  return list.map((tensor) => tensor.dtype).reduce(promoteTypes);
}

const FUNCTIONS = {
  input: declare,
  param: declare,
  where,
  concat: (list: readonly ShapeTensor[], axis: AxisName) =>
    new ShapeTensor(promoteAll(list), settle(concatShape(list.map((tensor) => tensor.shape), axis))),
  stack: (list: readonly ShapeTensor[], axis: number) =>
    new ShapeTensor(promoteAll(list), settle(stackShape(list.map((tensor) => tensor.shape), axis))),
};

/** The dtype and shape of an expression over the operands, or the refusal. */
export function evaluateShapes(
  text: string,
  operands: Readonly<Record<string, readonly [DType, Shape]>>,
): Rule<ShapeTensor> {
  const scope: Record<string, unknown> = { ...FUNCTIONS };
  for (const [name, [dtype, shape]] of Object.entries(operands)) scope[name] = new ShapeTensor(dtype, shape);
  const run = new Function(...Object.keys(scope), `return ${text};`);
  try {
    return run(...Object.values(scope));
  } catch (thrown) {
    if (isRefusal(thrown)) return thrown;
    throw thrown;
  }
}
