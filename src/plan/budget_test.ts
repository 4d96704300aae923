import assert from "node:assert/strict";
import fc from "fast-check";
import { ADDRESS_SPACE_BYTES, type BudgetLimits, parseSize, resolveBudget } from "./budget.ts";

const NONE: BudgetLimits = {
  flagBytes: null,
  pipelineBytes: null,
  containerBytes: null,
  totalMemoryBytes: null,
};

Deno.test("parseSize() reads binary units, decimal units and plain bytes", () => {
  for (
    const [text, bytes] of [
      ["1", 1],
      ["4096", 4096],
      ["12B", 12],
      ["1kB", 1000],
      ["512MiB", 512 * 1024 ** 2],
      ["512mib", 512 * 1024 ** 2],
      ["2GB", 2e9],
      ["1.5GiB", 1.5 * 1024 ** 3],
      [" 1.5 GiB ", 1.5 * 1024 ** 3],
      ["3TiB", 3 * 1024 ** 4],
      ["0.0001KiB", null],
      ["1.9B", 1],
    ] as const
  ) assert.equal(parseSize(text), bytes, text);
});

Deno.test("parseSize() refuses what is no size", () => {
  for (
    const text of [
      "",
      "0",
      "-1",
      "1e3",
      "MiB",
      "512M",
      "1.MiB",
      ".5GiB",
      "1,5GiB",
      "0x10",
      "9007199254740993",
      "9999999TiB",
      "1 GiB 2",
      "constructor",
      "5 toString",
    ]
  ) assert.equal(parseSize(text), null, text);
});

Deno.test("resolveBudget() takes the least limit and names it", () => {
  assert.deepEqual(resolveBudget({ ...NONE, flagBytes: 100, pipelineBytes: 200, containerBytes: 1000 }), {
    bytes: 100,
    source: "--memory",
  });
  assert.deepEqual(resolveBudget({ ...NONE, flagBytes: 300, pipelineBytes: 200, containerBytes: 1000 }), {
    bytes: 200,
    source: "the pipeline's limits.memory",
  });
  assert.deepEqual(resolveBudget({ ...NONE, flagBytes: 300, pipelineBytes: 200, containerBytes: 100 }), {
    bytes: 80,
    source: "80 % of the container's limit",
  });
});

Deno.test("resolveBudget() never exceeds a limit, whatever the limits are", () => {
  const limit = fc.option(fc.integer({ min: 1, max: 2 ** 45 }), { nil: null });
  fc.assert(
    fc.property(limit, limit, limit, limit, (flagBytes, pipelineBytes, containerBytes, totalMemoryBytes) => {
      const { bytes } = resolveBudget({ flagBytes, pipelineBytes, containerBytes, totalMemoryBytes });
      for (const given of [flagBytes, pipelineBytes, containerBytes]) {
        assert.ok(given === null || bytes <= given);
      }
      assert.ok(Number.isSafeInteger(bytes));
    }),
  );
});

Deno.test("resolveBudget() plans with the machine's memory when nothing limits it", () => {
  assert.deepEqual(resolveBudget({ ...NONE, totalMemoryBytes: 1000 }), {
    bytes: 800,
    source: "80 % of the machine's memory",
  });
  assert.equal(resolveBudget({ ...NONE, totalMemoryBytes: 2 ** 40 }).bytes, ADDRESS_SPACE_BYTES);
  assert.equal(resolveBudget(NONE).bytes, 1024 ** 3);
});
