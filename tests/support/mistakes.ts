/**
 * What people write who come from NumPy and Python, as tables: each mistake with its refusal, the help, and the help
 * applied. A call that a help writes out is evaluated; a change that it tells must stand in what is applied.
 *
 * @module
 */
import assert from "node:assert/strict";
import { concat, stack, where } from "../../src/expr/mod.ts";
import { NdpipeError } from "../../src/errors.ts";
import { Pipeline } from "../../src/pipeline/define.ts";
import { input, param } from "../../src/pipeline/declare.ts";
import { checkRows } from "../../src/plan/rows.ts";
import { type Leaf, runCase } from "./run_graph.ts";

const NAN = [1, NaN, 3, NaN, NaN, 6];
const upTo = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i + 1);

/** What transforms are called with: two rows. */
const LEAVES: Readonly<Record<string, Leaf>> = {
  x: { kind: "input", dtype: "f64", shape: ["N"], data: Float64Array.of(3, -4) },
  F: { kind: "input", dtype: "f64", shape: ["N", 3], data: Float64Array.of(1, 5, 2, 9, 7, 8) },
  q: { kind: "input", dtype: "f64", shape: ["N", 3], data: Float64Array.from(NAN) },
  i: { kind: "input", dtype: "i64", shape: ["N"], data: BigInt64Array.of(2n, 0n) },
  u: { kind: "input", dtype: "u8", shape: ["N"], data: Uint8Array.of(7, 255) },
  L: { kind: "input", dtype: "f64", shape: ["N", "feature=3"], data: Float64Array.of(1, 5, 2, 9, 7, 8) },
  image: { kind: "input", dtype: "f64", shape: ["N", "a=2", "b=3"], data: upTo(12) },
  m: { kind: "param", dtype: "f64", shape: [3], data: Float64Array.of(10, 20, 30) },
  one: { kind: "param", dtype: "f64", shape: [], data: Float64Array.of(2) },
  groups: { kind: "param", dtype: "f64", shape: ["group=3"], data: Float64Array.of(1, 2, 3) },
  numbers: { kind: "param", dtype: "i64", shape: [3], data: BigInt64Array.of(0n, 1n, 2n) },
  triangle: { kind: "param", dtype: "f64", shape: [3, 3], data: Float64Array.of(1, 1, 1, 0, 1, 1, 0, 0, 1) },
  cube: { kind: "param", dtype: "f64", shape: [3, 5, 2], data: upTo(30) },
};

// deno-lint-ignore no-explicit-any -- mistakes are what the types refuse
export type Transform = (leaves: any) => any;

/** Traces a transform of the leaves, and checks its rows; each leaf is declared as it is in the table or as `declared` says. */
function trace(transform: Transform, declared: Readonly<Record<string, Leaf["shape"]>>): void {
  const leaves = (kind: Leaf["kind"]) => Object.entries(LEAVES).filter(([, leaf]) => leaf.kind === kind);
  const pipeline = new Pipeline({
    name: "mistake",
    inputs: Object.fromEntries(
      leaves("input").map(([name, { dtype, shape }]) => [name, input(dtype, declared[name] ?? shape)]),
    ),
    params: Object.fromEntries(
      leaves("param").map(([name, { dtype, shape }]) => [name, param(dtype, declared[name] ?? shape)]),
    ),
    transform: (inputs: object, params: object) => ({ y: transform({ ...inputs, ...params }) }),
  }, null);
  checkRows(pipeline.trace());
}

/** The refusal of a transform of the leaves. */
export function refusalOf(transform: Transform): NdpipeError {
  try {
    trace(transform, {});
  } catch (error) {
    assert(error instanceof NdpipeError, String(error));
    return error;
  }
  return assert.fail("it is not refused");
}

/** A mistake, its refusal and the help applied. */
export interface Mistake {
  readonly wrong: Transform;
  /** code and sentence */
  readonly says: string;
  readonly help: string | RegExp | null;
  /** the help applied, and what NumPy gives for what was meant */
  readonly right?: readonly [Transform, readonly number[]];
  /** the help applied where it is another declaration: the shape of each leaf that is declared otherwise */
  readonly declared?: Readonly<Record<string, Leaf["shape"]>>;
}

function computed(transform: Transform): number[] {
  const { outputs } = runCase({ leaves: LEAVES, transform: (leaves) => ({ y: transform(leaves) }) });
  return Array.from(outputs.get("y")!, Number);
}

const SCOPE: Readonly<Record<string, unknown>> = { concat, stack, where };

/** The call that a help writes out of the leaves and functions; null: it has none, or one of names that stand for others. */
function writtenCall(help: string): Transform | null {
  const [, call] = /write ((?:\w+\(|\w+\.).*?\))(?:$|, with |, and |; )/.exec(help) ?? [];
  if (call === undefined || /\.\.\.|\b(condition|mask|axis|indices|w|c|a, b)\b|where x is/.test(call)) {
    return null;
  }
  return (leaves) => {
    const scope = { ...SCOPE, ...leaves };
    return new Function(...Object.keys(scope), `return ${call};`)(...Object.values(scope));
  };
}

const plain = (code: string): string => code.replaceAll(/\s|,(?=\s*[)\]])/g, "").replaceAll("'", '"');

/** Methods with their arguments that a help tells: `.sum(1)`. */
function toldChanges(help: string): string[] {
  return help.matchAll(
    /(?:write|use|first:|it:|together:|once:|for the last axis,|;|for \w+,) (\.\w.*?\))(?= on | first|, |;|$)/g,
  )
    .map(([, change]) => change!).filter((change) =>
      !/\.\.\.|mask|axis|classes|triangle|lo\)|hi\)/.test(change)
    )
    .toArray();
}

/** Checks each of the table: the refusal, and that what its help says computes what was meant. */
export function checkMistakes(mistakes: readonly Mistake[]): void {
  for (const { wrong, says, help, right, declared } of mistakes) {
    const error = refusalOf(wrong);
    assert.equal(`${error.code} ${error.message}`, says);
    if (!(help instanceof RegExp)) assert.equal(error.help, help, says);
    else assert.match(error.help ?? "", help, says);
    const call = writtenCall(error.help ?? "");
    if (call !== null) trace(call, declared ?? {});
    if (declared !== undefined && call === null) trace(wrong, declared);
    if (right === undefined) continue;
    const [transform, expected] = right;
    assert.deepEqual(computed(transform), expected, says);
    if (call !== null) assert.deepEqual(computed(call), expected, `${says}: ${error.help}`);
    for (const change of toldChanges(error.help ?? "")) {
      assert(plain(String(transform)).includes(plain(change)), `${change} is not what ${transform} applies`);
    }
  }
}
