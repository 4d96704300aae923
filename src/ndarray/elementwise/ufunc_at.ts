/**
 * In place by an index that may name an element several times.
 *
 * @module
 */
import { DTYPE, type DType, isFloat, promoteTypes, type TypedArray } from "../../dtype/mod.ts";
import type { ElementwiseOp } from "../../expr/primitives.ts";
import { applyElementwise, type Index, NDArray, type Operand, type Values } from "../array.ts";
import { arange } from "../creation/arange.ts";
import { array } from "../creation/creation.ts";
import { resultType } from "../functions.ts";
import { getItem, setItem } from "../indexing/indexing.ts";
import { scope } from "../storage/lifetime.ts";
import { arrayOf, elementsAs, numbersOf } from "../storage/rows.ts";
import { refuseReadOnly } from "./operations.ts";

type NumberStep = (x: number, y: number) => number;
type BigStep = (x: bigint, y: bigint) => bigint;

/** what a step in plain arithmetic computes, which storing rounds or wraps */
interface Steps {
  readonly float: NumberStep;
  readonly small: NumberStep;
  readonly bool: NumberStep | null;
  readonly big: BigStep;
}

const STEPS: Readonly<Partial<Record<ElementwiseOp, Steps>>> = {
  add: { float: (x, y) => x + y, small: (x, y) => x + y, bool: (x, y) => x | y, big: (x, y) => x + y },
  sub: { float: (x, y) => x - y, small: (x, y) => x - y, bool: null, big: (x, y) => x - y },
  mul: { float: (x, y) => x * y, small: Math.imul, bool: (x, y) => x & y, big: (x, y) => x * y },
  // Math.min and Math.max give NaN where one is NaN
  minimum: { float: Math.min, small: Math.min, bool: Math.min, big: (x, y) => x < y ? x : y },
  maximum: { float: Math.max, small: Math.max, bool: Math.max, big: (x, y) => x > y ? x : y },
};

/** `a[index] = a[index] op values`, once for each time that the index names an element, cast whatever that loses. */
export function updateAt(
  op: ElementwiseOp,
  a: NDArray,
  { index, values }: { readonly index: Index; readonly values?: Values },
): void {
  refuseReadOnly(a.view, `${op}.at`);
  scope(() => {
    const named = getItem(arange(a.size).reshape(a.shape), index);
    const operand = values === undefined ? null : values instanceof NDArray ? values : array(values);
    const repeated = operand === null ? null : operand.broadcastTo(named.shape);
    const positions = numbersOf(named);
    const dtype = repeated === null || operand === null
      ? a.dtype
      : typeof values === "object"
      ? promoteTypes(a.dtype, operand.dtype)
      : resultType(a, values as number);
    const flat = elementsAs(a, a.dtype);
    const step = dtype === a.dtype ? stepOf(op, dtype) : null;
    if (step !== null && repeated !== null) {
      const others = elementsAs(repeated, dtype);
      for (let i = 0; i < positions.length; i++) {
        const at = positions[i]!;
        flat[at] = step(flat[at] as never, others[i] as never) as never;
      }
    } else inRounds(op, { flat, dtype: a.dtype, positions, operand: repeated, as: dtype });
    setItem(a, "...", arrayOf(flat, a.dtype, a.shape));
  });
}

function stepOf(op: ElementwiseOp, dtype: DType): NumberStep | BigStep | null {
  const steps = STEPS[op];
  if (steps === undefined) return null;
  return isFloat(dtype)
    ? steps.float
    : DTYPE[dtype].isBigInt
    ? steps.big
    : dtype === "bool"
    ? steps.bool
    : steps.small;
}

/** The kernel of the primitive on all first namings at once, then on all second ones, and so on. */
function inRounds(
  op: ElementwiseOp,
  { flat, dtype, positions, operand, as }: {
    readonly flat: TypedArray;
    readonly dtype: DType;
    readonly positions: Float64Array;
    readonly operand: NDArray | null;
    readonly as: DType;
  },
): void {
  const others = operand === null ? null : elementsAs(operand, operand.dtype);
  const numNamed = new Map<number, number>(), rounds: number[][] = [];
  positions.forEach((at, i) => {
    const round = numNamed.get(at) ?? 0;
    numNamed.set(at, round + 1);
    (rounds[round] ??= []).push(i);
  });
  // of no elements, the kernel still says whether the dtypes are its own
  if (rounds.length === 0) rounds.push([]);
  for (const round of rounds) {
    const before = pick(flat, round.map((i) => positions[i]!), dtype);
    const operands: Operand[] = [before];
    if (others !== null && operand !== null) operands.push(pick(others, round, operand.dtype));
    // of a plain number, the array's dtype decides
    const wide = operands.map((each) => operand === null ? each : (each as NDArray).astype(as));
    const after = elementsAs(
      applyElementwise(op, operand === null ? operands : wide, { out: before, casting: "unsafe" }),
      dtype,
    );
    round.forEach((i, k) => flat[positions[i]!] = after[k]!);
  }
}

function pick(elements: TypedArray, at: readonly number[], dtype: DType): NDArray {
  const picked = new DTYPE[dtype].TypedArray(at.length);
  at.forEach((i, k) => picked[k] = elements[i]!);
  return arrayOf(picked, dtype, [at.length]);
}
