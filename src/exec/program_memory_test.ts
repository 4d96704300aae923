/**
 * What a transform is counted with beside its data. That processes stay below it is what tests/slow_memory_test.ts
 * measures.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Graph, GraphBuilder, TracedTensor } from "../expr/mod.ts";
import { emitProgram } from "../kernel/run_program.ts";
import { planProgram } from "../plan/planner.ts";
import { programMemory } from "./program_memory.ts";

const MIB = 1024 ** 2;
const NONE = { mainBytes: 0, threadBytes: 0, emitted: null };
// deno-lint-ignore no-explicit-any -- methods are taken from the run-time class, beside its types
type Column = any;

/** What the program takes that computes from columns, and gives `copied` others as they are. */
function memoryOf(build: (x: Column) => Column, copied = 0) {
  const builder = new GraphBuilder();
  const names = ["x", ...Array.from({ length: copied }, (_, i) => `c${i}`)];
  const ids = names.map((name) => builder.addLeaf("input", name, { dtype: "f32", shape: ["N"] }));
  const result: TracedTensor = build(new TracedTensor(builder, ids[0]!));
  const graph: Graph = builder.finish([
    { name: "y", node: result.id },
    ...ids.slice(1).map((node, i) => ({ name: names[i + 1]!, node })),
  ]);
  const program = planProgram(graph, { inputs: names.map((name) => ({ name, layout: "row" })) });
  return programMemory(graph, { program, numerics: "strict" });
}

/** Steps of which each adds one node that computes. */
const sums = (count: number) => (x: Column): Column => {
  let sum = x;
  for (let i = 0; i < count; i++) sum = sum.add(x);
  return sum;
};

Deno.test("programMemory() counts few cheap steps with the runtime", () => {
  assert.deepEqual(memoryOf((x) => x.sub(1).div(2).exp()), NONE);
  assert.deepEqual(memoryOf(sums(31)), NONE);
});

Deno.test("programMemory() counts columns that are only copied with the inputs, however much is computed", () => {
  const few = memoryOf(sums(40)), wide = memoryOf(sums(40), 5000);
  assert.deepEqual([wide.mainBytes, wide.threadBytes], [few.mainBytes, few.threadBytes]);
});

Deno.test("programMemory() grows with the steps, by neither less nor much more than they were measured to take", () => {
  const held = (count: number) => memoryOf(sums(count)).mainBytes / MIB;
  const [some, many] = [held(1000), held(5000)];
  assert.ok(some > 0 && some < 12, `${some} MiB of 1000 sums`);
  assert.ok(many > 15 && many < 40, `${many} MiB of 5000 sums`);
  const functions = (x: Column): Column =>
    Array.from({ length: 40 }).reduce((y: Column) => y.tanh().sin(), x);
  const costly = memoryOf(functions).mainBytes / MIB;
  assert.ok(costly > 4 && costly < 20, `${costly} MiB of 80 functions`);
});

Deno.test("programMemory() hands on the functions that it had to make, for any memory that the run will have", () => {
  const { emitted } = memoryOf(sums(1000));
  assert.ok(emitted !== null);
  const again = emitProgram(emitted.program, "strict");
  assert.deepEqual([emitted.functions, emitted.driver], [again.functions, again.driver]);
  for (const pages of [null, 3, 40_000]) {
    assert.deepEqual(emitted.module.encode(pages), again.module.encode(pages));
    assert.ok(WebAssembly.validate(emitted.module.encode(pages)));
  }
});
