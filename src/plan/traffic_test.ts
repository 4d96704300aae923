import { deepStrictEqual } from "node:assert/strict";
import { GraphBuilder, TracedTensor } from "../expr/mod.ts";
import { planProgram } from "./planner.ts";
import { stageTraffic } from "./traffic.ts";

/** bytes read and written per row by each stage of a transform of x f32 (N, 8) and w f32 (8) */
// the transform is written against the run-time class, whose methods the typed interface describes
// deno-lint-ignore no-explicit-any
function trafficOf(transform: (x: any, w: any) => any): [number, number][] {
  const builder = new GraphBuilder();
  const leaf = (kind: "input" | "param", name: string, shape: (string | number)[]) => {
    const id = builder.add({ kind, name }, [], { dtype: "f32", shape });
    builder.setName(id, name);
    return new TracedTensor(builder, id);
  };
  const result = transform(leaf("input", "x", ["N", 8]), leaf("param", "w", [8]));
  const program = planProgram(builder.finish([{ name: "y", node: result.id }]), {
    inputs: [{ name: "x", layout: "row" }],
  });
  const total = (traffic: readonly { bytesPerRow: number }[]) =>
    traffic.reduce((sum, { bytesPerRow }) => sum + bytesPerRow, 0);
  return program.stages.map((stage) => {
    const { reads, writes } = stageTraffic(stage, program);
    return [total(reads), total(writes)];
  });
}

Deno.test("stageTraffic() counts what a row reads and writes, and no parameters", () => {
  deepStrictEqual(trafficOf((x, w) => x.mul(w)), [[32, 32]]);
  deepStrictEqual(trafficOf((x, w) => x.mul(w).sum(1)), [[32, 4]]);
});

Deno.test("stageTraffic() counts of a slice what it takes, and of two that overlap no more than there is", () => {
  deepStrictEqual(trafficOf((x) => x.slice(":, 2:4").neg()), [[8, 8]]);
  deepStrictEqual(trafficOf((x) => x.slice(":, 0:7").add(x.slice(":, 1:8"))), [[32, 28]]);
});

Deno.test("stageTraffic() counts a filter as if it kept all rows", () => {
  deepStrictEqual(
    trafficOf((x) => {
      const first = x.slice(":, 0");
      return first.filter(first.gt(0), "K");
    }),
    [[4, 4]],
  );
});
