/** An array has at most 64 axes, as NumPy's. */
import { strictEqual, throws } from "node:assert/strict";
import * as nd from "./mod.ts";

const ones = (count: number): number[] => Array<number>(count).fill(1);
const whole = () => nd.zeros(ones(64));
const large = () => nd.zeros(ones(40));
const nested = (depth: number): never => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as never;

const BEYOND: Readonly<Record<string, () => unknown>> = {
  zeros: () => nd.zeros(ones(65)),
  empty: () => nd.empty(ones(65), "i8"),
  full: () => nd.full(ones(65), 1),
  zerosLike: () => nd.zerosLike([1], { shape: ones(65) }),
  "array of lists": () => nd.array(nested(65)),
  "array with ndmin": () => nd.array(1, { ndmin: 65 }),
  fromTypedArray: () => nd.fromTypedArray(new Float32Array(1), { shape: ones(65) }),
  random: () => nd.random.defaultRng(1).random(ones(65)),
  indices: () => nd.indices(ones(64)),
  meshgrid: () => nd.meshgrid(...Array<number[]>(65).fill([1])),
  reshape: () => nd.zeros(1).reshape(ones(65)),
  expandDims: () => whole().expandDims(0),
  slice: () => nd.getItem(whole(), [null, "..."]),
  broadcastTo: () => nd.broadcastTo(nd.array(1), ones(65)),
  tile: () => nd.tile([1], ones(65)),
  stack: () => nd.stack([whole()]),
  take: () => nd.take(large(), nd.zeros(ones(40), "i64"), 0),
  slidingWindowView: () => nd.slidingWindowView(large(), ones(40)),
  outer: () => nd.multiply.outer(large(), large()),
  tensordot: () => nd.tensordot(large(), large(), 0),
  einsum: () => nd.einsum(whole(), ["..."], nd.zeros(1), [0], ["...", 0]),
};

Deno.test("an array of more than 64 axes is refused, whatever makes it, and leaves nothing", () => {
  for (const [name, make] of Object.entries(BEYOND)) {
    const before = nd.memoryStatistics();
    throws(() => nd.scope(() => void make()), {
      code: "ARR002",
      message: /^an array has at most 64 axes, not \d/,
    }, name);
    const after = nd.memoryStatistics();
    strictEqual(after.bytesInUse, before.bytesInUse, `${name} leaves bytes`);
    strictEqual(after.numStorages, before.numStorages, `${name} leaves storages`);
  }
});

Deno.test("an array of 64 axes is computed with, moved and printed", () => {
  const a = nd.array(nested(63), "f64").reshape([...ones(63), 0]);
  strictEqual(a.ndim, 64);
  const b = nd.add(whole(), 2);
  strictEqual(b.sum().item(), 2);
  strictEqual(b.T.ndim, 64);
  strictEqual(String(b), `${"[".repeat(64)}2.${"]".repeat(64)}`);
  strictEqual(nd.concatenate([b, b], { axis: 63 }).shape.at(-1), 2);
});
