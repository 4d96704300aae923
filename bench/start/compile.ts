/**
 * One compilation, cold: `deno run bench/start/compile.ts example|nodes` prints the milliseconds of each step as JSON.
 * `bench/start/main.ts` runs it in processes of its own, because the second compilation of a process is faster.
 *
 * @module
 */
import { cpuUsage } from "node:process";
import { type Graph, GraphBuilder, TracedTensor } from "../../src/expr/mod.ts";
import { resolveNumerics } from "../../src/kernel/numerics.ts";
import { compileProgram } from "../../src/kernel/run_program.ts";
import { planProgram } from "../../src/plan/planner.ts";
import example from "../../pipelines/profile_scoring.ts";

/** A pipeline of 50 computed nodes: chains, reductions, a product, several outputs. */
function traceNodes(): Graph {
  const builder = new GraphBuilder();
  const leaf = (kind: "input" | "param", name: string, shape: readonly (string | number)[]) =>
    // the transform is written against the run-time class, whose methods the typed interface describes
    // deno-lint-ignore no-explicit-any
    new TracedTensor(builder, builder.add({ kind, name }, [], { dtype: "f32", shape: shape as any })) as any;
  const x = leaf("input", "x", ["N", "feature=64"]), y = leaf("input", "y", ["N"]);
  const m = leaf("param", "m", ["feature=64"]), w = leaf("param", "w", ["feature=64", "cluster=10"]);
  const z = x.sub(m).div(m.abs().add(1)).clip(-3, 3);
  const p = z.matmul(w).softmax("cluster");
  const scaled = z.sub(z.mean("feature", { keepdims: true })).mul(2).add(1).sigmoid();
  let chain = y;
  for (let i = 0; i < 2; i++) {
    chain = chain.mul(1.5 + i).add(i).sin().abs().sqrt().sub(chain.exp().log1p()).maximum(0.25 * i);
  }
  chain = chain.add(1).log().square().neg().abs();
  const outputs = {
    cluster: p.argmax("cluster"),
    score: p.max("cluster"),
    spread: scaled.max("feature").sub(scaled.min("feature")),
    chain,
    scaled,
  };
  return builder.finish(Object.entries(outputs).map(([name, { id }]) => ({ name, node: id })));
}

const PIPELINES: Readonly<Record<string, () => Graph>> = {
  example: () => example.trace(),
  nodes: traceNodes,
};

/** Milliseconds of the clock on the wall, and of this process's time on processors. */
interface Instant {
  readonly wall: number;
  readonly busy: number;
}

function now(): Instant {
  const { user, system } = cpuUsage();
  return { wall: performance.now(), busy: (user + system) / 1000 };
}

/**
 * Milliseconds that this thread worked between two instants, at most: it takes no longer than the clock on the wall,
 * which other processes delay, nor than all of this process's threads together. What Linux says of a thread alone moves
 * in steps of a tick, 4 to 10 ms.
 */
function between(start: Instant, end: Instant): number {
  return Math.min(end.wall - start.wall, end.busy - start.busy);
}

if (import.meta.main) {
  const trace = PIPELINES[Deno.args[0] ?? ""];
  if (trace === undefined) throw new Error(`which of ${Object.keys(PIPELINES).join(", ")}?`);
  const times: Instant[] = [now()];
  const lap = () => times.push(now());
  const graph = trace();
  lap();
  const inputs = graph.nodes.flatMap(({ operation }) =>
    operation.kind === "input" ? [{ name: operation.name, layout: "row" as const }] : []
  );
  const program = planProgram(graph, { inputs });
  lap();
  const numerics = resolveNumerics(undefined);
  lap();
  compileProgram(program, numerics);
  lap();
  const [trace_, plan, probe, compile] = times.slice(1).map((time, i) => between(times[i]!, time));
  const numNodes = graph.nodes.filter(({ operation }) =>
    !["input", "param", "constant"].includes(operation.kind)
  ).length;
  console.log(JSON.stringify({ numNodes, trace: trace_, plan, probe, compile }));
}
