import assert from "node:assert/strict";
import { UsageError } from "../errors.ts";
import { probeFusedMadd, resolveNumerics } from "./numerics.ts";
import type { Local } from "./wasm/function_builder.ts";
import { ModuleBuilder } from "./wasm/module_builder.ts";

Deno.test("probeFusedMadd() says what relaxed_madd does, also behind the engine's optimiser", () => {
  const module = new ModuleBuilder();
  module.add("sum", ["i32", "f64", "f64"], ["f64"], (f) => {
    const [count, a, c] = f.params as readonly [Local, Local, Local];
    const sum = f.local("v128");
    f.loop((again) => {
      f.get(sum);
      for (const x of [a, a, c]) f.get(x).op("f64x2.splat");
      f.op("f64x2.relaxed_madd").op("f64x2.add").set(sum);
      f.get(count).i32(1).op("i32.sub").tee(count).brIf(again);
    });
    f.get(sum).op("f64x2.extract_lane", 0);
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const sum = exports["sum"] as (count: number, a: number, c: number) => number;
  const e = 2 ** -27, expected = probeFusedMadd() ? e * e : 0;
  for (let round = 0; round < 40; round++) {
    assert.equal(sum(4096, 1 + e, -(1 + 2 * e)), 4096 * expected);
  }
});

Deno.test("resolveNumerics() gives what was asked for, and by default what the machine can do", () => {
  assert.equal(resolveNumerics("strict"), "strict");
  assert.equal(resolveNumerics(undefined), probeFusedMadd() ? "fused" : "strict");
  assert.equal(resolveNumerics(undefined, () => false), "strict");
  assert.equal(resolveNumerics("strict", () => false), "strict");
  assert.equal(resolveNumerics("fused", () => true), "fused");
});

Deno.test("resolveNumerics() refuses fused with USE002 where the machine rounds twice", () => {
  assert.throws(
    () => resolveNumerics("fused", () => false),
    (error: unknown) =>
      error instanceof UsageError && error.code === "USE002" && error.help!.includes("strict"),
  );
});
