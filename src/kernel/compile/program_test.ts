import { deepStrictEqual, throws } from "node:assert/strict";
import { GraphBuilder, TracedTensor } from "../../expr/mod.ts";
import { createGrowingMemory, createMemory } from "../../memory/mod.ts";
import { planProgram } from "../../plan/planner.ts";
import { compileProgram } from "./program.ts";

function doubled() {
  const builder = new GraphBuilder();
  const id = builder.add({ kind: "input", name: "x" }, [], { dtype: "f32", shape: ["N"] });
  // the run-time class, whose methods the typed interface describes
  // deno-lint-ignore no-explicit-any
  const x = new TracedTensor(builder, id) as any;
  return planProgram(builder.finish([{ name: "y", node: x.mul(2).id }]), {
    inputs: [{ name: "x", layout: "row" }],
  });
}

Deno.test("compileProgram() makes code for the size of the memory that it is given, and for any without", () => {
  const memory = createMemory({ bytes: 200_000 });
  const instance = (module: WebAssembly.Module, memory: WebAssembly.Memory) =>
    Object.keys(new WebAssembly.Instance(module, { env: { memory } }).exports);
  const { module: fixed } = compileProgram(doubled(), "strict", memory);
  deepStrictEqual(instance(fixed, memory), ["stage0"]);
  throws(() => instance(fixed, createMemory({ bytes: 100_000 })), WebAssembly.LinkError);
  throws(
    () => instance(fixed, createGrowingMemory({ initialBytes: 200_000, maximumBytes: 400_000 })),
    WebAssembly.LinkError,
  );
  const { module: any } = compileProgram(doubled(), "strict");
  deepStrictEqual(instance(any, createMemory({ bytes: 100_000 })), ["stage0"]);
});
