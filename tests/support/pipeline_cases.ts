/**
 * Random transforms over extreme values of every dtype, and what NumPy gives for each of their steps:
 * testdata/expr/pipeline_cases.json.gz, which tools/make_pipeline_cases.py writes. A failure names the case and the step.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { DTYPE, type DType, type TypedArray } from "../../src/dtype/mod.ts";
import { concat, stack, where } from "../../src/expr/mod.ts";
import { type Case, type Leaf, runCase, type RunOptions } from "./run_graph.ts";

interface Stored {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: string;
}
interface Step {
  readonly name: string;
  readonly op: string;
  readonly args: readonly (string | { readonly number: number })[];
  readonly axis?: number;
  readonly keepdims?: boolean;
  readonly dtype?: DType;
  readonly text?: string;
  readonly indices?: readonly number[];
  readonly expected: Stored;
  /** of what is not exact: the scale of its error, where that is not the value's own */
  readonly near?: { readonly scale: readonly number[] | null };
}
interface StoredCase {
  readonly leaves: Readonly<Record<string, Stored>>;
  readonly steps: readonly Step[];
}

/** The cases. */
export const CASES: readonly StoredCase[] = JSON.parse(
  new TextDecoder().decode(
    gunzipSync(Deno.readFileSync(new URL("../../testdata/expr/pipeline_cases.json.gz", import.meta.url))),
  ),
);
/** The rows of every input. */
export const NUM_ROWS = CASES[0]!.leaves["a"]!.shape[0]!;
/** of a function of floats, in units in the last place: ours and NumPy's own */
const MOST_ULP = 4;
/** of a sum, in units in the last place of its scale */
const MOST_ULP_OF_SCALE = 24;

function elements({ dtype, data }: Stored): TypedArray {
  const bytes = Uint8Array.fromBase64(data);
  return new DTYPE[dtype].TypedArray(bytes.buffer as ArrayBuffer);
}

// the steps are written against the run-time class, whose methods the typed interface describes
// deno-lint-ignore no-explicit-any
type Any = any;

function apply(step: Step, operands: readonly Any[]): Any {
  const [x, ...rest] = operands, { op, axis } = step;
  switch (op) {
    case "where":
      return (where as Any)(...operands);
    case "concat":
      return (concat as Any)(operands, axis);
    case "stack":
      return (stack as Any)(operands, axis);
    case "astype":
      return x.astype(step.dtype);
    case "slice":
      return x.slice(step.text);
    case "take":
      return x.take(step.indices, axis);
    default:
      if (axis === undefined) return x[op](...rest);
      return step.keepdims === undefined ? x[op](axis) : x[op](axis, { keepdims: step.keepdims });
  }
}

function caseOf({ leaves, steps }: StoredCase): Case {
  const stored = Object.entries(leaves).map(([name, leaf]): [string, Leaf] => [name, {
    kind: leaf.shape[0] === NUM_ROWS ? "input" : "param",
    dtype: leaf.dtype,
    shape: leaf.shape.map((size) => size === NUM_ROWS ? "N" : size),
    data: elements(leaf),
  }]);
  const transform = (tensors: Record<string, Any>) => {
    const made: Record<string, Any> = { ...tensors };
    for (const step of steps) {
      made[step.name] = apply(step, step.args.map((arg) => typeof arg === "string" ? made[arg] : arg.number));
    }
    return Object.fromEntries(steps.map(({ name }) => [name, made[name]]));
  };
  return { leaves: Object.fromEntries(stored), transform };
}

/** NumPy's sign of a NaN is what the machine made of it, which nobody promises */
function isSame(a: number | bigint, b: number | bigint): boolean {
  return Object.is(a, b);
}

function isNear(
  actual: number,
  expected: number,
  { dtype, scale }: { dtype: DType; scale: number | null },
): boolean {
  if (Object.is(actual, expected)) return true;
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return false;
  const [epsilon, smallest] = dtype === "f32" ? [2 ** -23, 2 ** -149] : [2 ** -52, 2 ** -1074];
  const allowed = scale === null
    ? MOST_ULP * Math.max(Math.abs(expected) * epsilon, smallest)
    : MOST_ULP_OF_SCALE * scale * epsilon + MOST_ULP * Math.abs(expected) * epsilon;
  return Math.abs(actual - expected) <= allowed;
}

function check(step: Step, actual: TypedArray, about: string): void {
  const expected = elements(step.expected), { dtype } = step.expected;
  const sentence = `${about}, ${step.name} = ${step.op}(${JSON.stringify(step.args)})`;
  strictEqual(actual.length, expected.length, `${sentence}: elements`);
  for (let i = 0; i < expected.length; i++) {
    const scale = step.near?.scale?.[i] ?? null;
    const isFitting = step.near === undefined
      ? isSame(actual[i]!, expected[i]!)
      : isNear(Number(actual[i]), Number(expected[i]), { dtype, scale });
    ok(isFitting, `${sentence}[${i}] is ${actual[i]}, and NumPy's ${expected[i]}`);
  }
}

/** Every step of a case is NumPy's. */
export function checkSteps(number: number, options: RunOptions): void {
  const { steps } = CASES[number]!;
  const { outputs, program } = runCase(caseOf(CASES[number]!), { ...options, numerics: "strict" });
  const about = `case ${number}, ${options.layout}, chunks of ${options.chunkRows}`;
  for (const step of steps) {
    const buffer = program.buffers.find((each) => each.kind === "output" && each.name === step.name);
    strictEqual(buffer?.dtype, step.expected.dtype, `${about}, ${step.name} = ${step.op}: dtype`);
    check(step, outputs.get(step.name)!, about);
  }
}

/** The last steps of a case are NumPy's where nothing else is an output, so that steps are fused. */
export function checkLastSteps(number: number, options: RunOptions): void {
  const last = CASES[number]!.steps.slice(-3), test = caseOf(CASES[number]!);
  const fused: Case = {
    ...test,
    transform: (tensors) => {
      const all = test.transform(tensors);
      return Object.fromEntries(last.map(({ name }) => [name, all[name]]));
    },
  };
  const { outputs } = runCase(fused, { ...options, numerics: "strict" });
  for (const step of last) check(step, outputs.get(step.name)!, `case ${number}, fused`);
}
