import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { MemoryError } from "../../errors.ts";
import * as nd from "../mod.ts";

/** what needs more than a MiB beside an array of 703 KiB */
const DEMANDS: Readonly<Record<string, (a: nd.NDArray) => unknown>> = {
  add: (a) => a.add(1),
  "add.outer": (a) => nd.add.outer(a, a),
  astype: (a) => a.astype("i64"),
  sort: (a) => nd.sort(a),
  argsort: (a) => nd.argsort(a),
  cumsum: (a) => nd.cumsum(a),
  median: (a) => nd.median(a),
  quantile: (a) => nd.quantile(a, [0.1], 0),
  unique: (a) => nd.unique(a),
  tile: (a) => nd.tile(a, [2, 2]),
  repeat: (a) => nd.repeat(a, 3),
  pad: (a) => nd.pad(a, 200),
  roll: (a) => nd.roll(a, 1),
  concatenate: (a) => nd.concatenate([a, a]),
  block: (a) => nd.block([[a, a]]),
  insert: (a) => nd.insert(a, 0, 1),
  take: (a) => a.take(new Array<number>(200).fill(0), 0),
  get: (a) => a.get(a.gt(0)),
  where: (a) => nd.where(a.gt(0), a, 0),
  flatten: (a) => a.flatten(),
  copy: (a) => a.copy(),
  matmul: (a) => a.matmul(a),
  einsum: (a) => nd.einsum("ij,kl->ijkl", [a, a]),
  cov: (a) => nd.cov(a),
  convolve: (a) => nd.convolve(a.ravel(), a.ravel()),
  diff: (a) => nd.diff(a),
  gradient: (a) => nd.gradient(a, 1, { axis: 0 }),
  zeros: () => nd.zeros(1e6),
  eye: () => nd.eye(1000),
  linspace: () => nd.linspace(0, 1, { num: 1e6 }),
  arange: () => nd.arange(1e12),
  fromfunction: () => nd.fromfunction((i) => i as nd.NDArray, [1000, 1000]),
  frombuffer: () => nd.frombuffer(new Uint8Array(2 ** 21), { dtype: "u8" }),
  array: () => nd.array(new Float64Array(200_000)),
  histogramdd: () => nd.histogramdd(nd.ones([10, 6]), { bins: 20 }),
};

Deno.test("what passes the memory limit is refused before it is allocated, and leaves nothing behind", () => {
  nd.scope(() => {
    const a = nd.ones([300, 300]);
    const before = nd.memoryStatistics();
    nd.setMemoryLimit(before.bytesInUse + 300_000);
    try {
      for (const [name, run] of Object.entries(DEMANDS)) {
        let caught: unknown = null;
        try {
          nd.scope(() => void run(a));
        } catch (error) {
          caught = error;
        }
        ok(caught instanceof MemoryError && caught.code === "MEM005", `${name}: ${caught}`);
        // the message says what is asked for, with its shape and bytes
        ok(/\(.*\).*: [\d.]+ [KMGT]iB do not fit/.test(caught.message), caught.message);
        const { bytesInUse, numStorages } = nd.memoryStatistics();
        deepStrictEqual([name, bytesInUse, numStorages], [name, before.bytesInUse, before.numStorages]);
      }
    } finally {
      nd.setMemoryLimit(before.limitBytes);
    }
    strictEqual(a.sum().item(), 90_000);
  });
});

Deno.test("arrays that a loop makes and nobody disposes of are refused by what holds the memory, and what frees it", () => {
  let caught: unknown = null;
  const held: nd.NDArray[] = [], { numStorages } = nd.memoryStatistics();
  try {
    // 4 GiB that are never written to, each array with a little beside it: the limit itself is not reached
    for (;;) held.push(nd.empty([4 * 1024 ** 3 / 256], "u8"));
  } catch (error) {
    caught = error;
  } finally {
    for (const array of held) array.dispose();
  }
  ok(held.length > 200, String(caught));
  ok(caught instanceof MemoryError && caught.code === "MEM005", String(caught));
  ok(
    /^empty gives u8 \(16777216,\): 16 MiB do not fit the memory of arrays$/.test(caught.message),
    caught.message,
  );
  ok(/in use, by 2\d\d arrays/.test(caught.notes[0]!), caught.notes.join("\n"));
  ok(/using, or nd\.scope/.test(caught.help!) && !/setMemoryLimit/.test(caught.help!), caught.help!);
  strictEqual(nd.memoryStatistics().numStorages, numStorages);
});
