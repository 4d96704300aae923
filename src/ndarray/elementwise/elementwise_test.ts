/**
 * Elementwise operations on strided, reversed and broadcast views, beside the scalar reference interpreter.
 *
 * @module
 */
import { ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import {
  ELEMENTWISE,
  elementwiseDTypes,
  type ElementwiseOp,
  isElementwiseOp,
} from "../../expr/primitives.ts";
import { cast, evaluate, type Value } from "../../reference/scalar.ts";
import * as nd from "../mod.ts";

const OPS = Object.keys(ELEMENTWISE).filter(isElementwiseOp);
const NUM_ELEMENTS = 40;

const SPECIAL: Record<"f" | "i" | "u" | "b", readonly number[]> = {
  f: [0, -0, 1, -1, 0.5, 2.5, -2.5, NaN, Infinity, -Infinity, 1e-40, 3e38, 100.25, -7],
  i: [0, 1, -1, 2, -3, 7, 100, -128, 127],
  u: [0, 1, 2, 3, 7, 100, 255],
  b: [0, 1],
};

/** element i of the memory of every operand of the dtype */
function sourceElement(dtype: DType, i: number): Value {
  const { kind, isBigInt } = DTYPE[dtype];
  const list = SPECIAL[kind];
  const value = list[(i * 7 + (i >> 3)) % list.length]!;
  return isBigInt ? BigInt(value) : dtype === "f32" ? Math.fround(value) : value;
}

function sourceArray(dtype: DType): nd.NDArray {
  const elements = new DTYPE[dtype].TypedArray(NUM_ELEMENTS);
  for (let i = 0; i < NUM_ELEMENTS; i++) elements[i] = sourceElement(dtype, i);
  using flat = nd.fromTypedArray(elements);
  return dtype === "bool" ? flat.astype("bool") : flat.copy();
}

/** views of one memory of 40 elements, and the memory's index of the element (i, j) */
const LAYOUTS: readonly {
  readonly name: string;
  readonly view: (flat: nd.NDArray) => nd.NDArray;
  readonly index: (i: number, j: number) => number;
}[] = [
  { name: "contiguous", view: (a) => a.reshape([8, 5]), index: (i, j) => 5 * i + j },
  { name: "transposed", view: (a) => a.reshape([5, 8]).T, index: (i, j) => 8 * j + i },
  { name: "reversed", view: (a) => a.reshape([8, 5]).flip(), index: (i, j) => 39 - (5 * i + j) },
  {
    name: "strided and shifted",
    view: (a) =>
      a.slice("1:35").slice("::2").slice(":12").expandDims(0).broadcastTo([8, 12]).slice(":, 2::2"),
    index: (_, j) => 1 + 2 * (2 + 2 * j),
  },
  { name: "a column", view: (a) => a.slice("3:19:2").expandDims(1), index: (i) => 3 + 2 * i },
];

function toValues(array: nd.NDArray): Value[] {
  return [...array.toTypedArray() as Iterable<Value>];
}

const ulpBits = new DataView(new ArrayBuffer(8));
/** how many floats of the dtype lie between two */
function distance(a: number, b: number, dtype: "f32" | "f64"): number {
  const position = (x: number): bigint => {
    if (dtype === "f64") ulpBits.setFloat64(0, x);
    else ulpBits.setFloat32(0, x);
    const bits = dtype === "f64" ? ulpBits.getBigInt64(0) : BigInt(ulpBits.getInt32(0));
    const sign = dtype === "f64" ? 1n << 63n : 1n << 31n;
    return bits < 0n ? -(bits + sign) : bits;
  };
  const gap = position(a) - position(b);
  return Number(gap < 0n ? -gap : gap);
}

/** exact, but for what the table bounds in ULP; the oracle itself is within 1 ULP */
function isEqual(actual: Value, wanted: Value, op: ElementwiseOp, dtype: DType): boolean {
  if (Object.is(actual, wanted)) return true;
  const { ulp } = ELEMENTWISE[op];
  if (ulp === 0 || (dtype !== "f32" && dtype !== "f64")) return false;
  if (!Number.isFinite(actual) || !Number.isFinite(wanted)) return false;
  return distance(Number(actual), Number(wanted), dtype) <= ulp + 1;
}

function check(
  op: ElementwiseOp,
  dtypes: readonly DType[],
  layouts: readonly (typeof LAYOUTS)[number][],
): void {
  const rule = elementwiseDTypes(op, dtypes);
  if (rule === null) return;
  nd.scope(() => {
    const views = dtypes.map((dtype, i) => layouts[i]!.view(sourceArray(dtype)));
    const shape = nd.broadcastShapes(...views.map((view) => view.shape));
    const [first, second] = views as [nd.NDArray, nd.NDArray | undefined];
    if (op === "pow" && DTYPE[rule.compute].kind === "i" && second!.lt(0).any().item() === true) {
      // NumPy refuses it as well, as the next
      throws(() => first.pow(second!), { code: "ARR002" });
      return;
    }
    if ((op === "gcd" || op === "lcm") && dtypes.every((dtype) => dtype === "bool")) {
      throws(() => first[op](second!), { code: "DTY001" });
      return;
    }
    if (op === "ldexp" && ["f32", "f64", "u64"].includes(dtypes[1]!)) {
      throws(() => first.ldexp(second!), { code: "DTY001" });
      return;
    }
    const actual = second === undefined
      ? (first[op] as () => nd.NDArray)()
      : (first[op] as (other: nd.NDArray) => nd.NDArray)(second);
    strictEqual(actual.dtype, rule.result);
    const values = toValues(actual);
    let at = 0;
    for (let i = 0; i < shape[0]!; i++) {
      for (let j = 0; j < shape[1]!; j++, at++) {
        const args = dtypes.map((dtype, k) => {
          const isColumn = views[k]!.shape[1] === 1;
          return cast(sourceElement(dtype, layouts[k]!.index(i, isColumn ? 0 : j)), dtype, rule.compute);
        });
        const wanted = evaluate(op, rule.compute, args);
        const where = `${op} of ${dtypes.map((dtype, k) => `${dtype} ${layouts[k]!.name}`)} at ${i}, ${j}`;
        ok(
          isEqual(values[at]!, wanted, op, rule.result),
          `${where}: ${args} gives ${values[at]}, not ${wanted}`,
        );
      }
    }
  });
}

Deno.test("unary methods give what the reference gives, for every dtype and layout", () => {
  for (const op of OPS.filter((op) => ELEMENTWISE[op].arity === 1)) {
    for (const dtype of DTYPES) for (const layout of LAYOUTS) check(op, [dtype], [layout]);
  }
});

Deno.test("binary methods give what the reference gives, for every dtype beside itself", () => {
  const pairs = [[0, 0], [1, 2], [2, 4], [4, 1]] as const;
  for (const op of OPS.filter((op) => ELEMENTWISE[op].arity === 2)) {
    DTYPES.forEach((dtype, i) => {
      const [a, b] = pairs[i % pairs.length]!;
      check(op, [dtype, dtype], [LAYOUTS[a]!, LAYOUTS[b]!]);
    });
  }
});

Deno.test("binary methods give what the reference gives, for pairs of dtypes and layouts", () => {
  const op = fc.constantFrom(...OPS.filter((name) => ELEMENTWISE[name].arity === 2));
  const dtype = fc.constantFrom(...DTYPES);
  // the layout of 5 columns (its repeated rows) goes with all others but itself
  const layout = fc.constantFrom(...LAYOUTS);
  fc.assert(
    fc.property(op, dtype, dtype, layout, layout, (name, a, b, x, y) => check(name, [a, b], [x, y])),
    { numRuns: 150 },
  );
});

Deno.test("a plain number beside an array takes its dtype, on either side", () => {
  nd.scope(() => {
    const a = nd.array([1, 2, 3], { dtype: "u8" });
    strictEqual(a.add(2).dtype, "u8");
    strictEqual(nd.sub(2, a).toString(), "[  1   0 255]");
    strictEqual(a.mul(0.5).dtype, "f64");
    strictEqual(a.astype("f32").mul(0.1).dtype, "f32");
    strictEqual(a.gt(1).add(1).dtype, "i64");
    strictEqual(nd.add(1, 2).item(), 3);
    strictEqual(nd.where(a.gt(1), 1, 0).dtype, "i64");
  });
});
