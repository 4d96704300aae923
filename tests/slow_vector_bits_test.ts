/** Kernels for vectors of 256 bits, on an engine that joins their operations. @module */
import { ok, strictEqual } from "node:assert/strict";
import { REVECTORIZE_FLAG } from "../src/kernel/vector_bits.ts";
import { runDeno } from "../tools/steps.ts";

/** Every kernel, and arrays and pipelines by NumPy's results. */
const SUITES = [
  "src/kernel",
  "src/ndarray/numpy_cases_test.ts",
  "src/ndarray/elementwise/ufunc_cases_test.ts",
  "src/ndarray/evaluate/matmul_test.ts",
  "src/ndarray/linalg/linalg_cases_test.ts",
  "tests/pipeline_numpy_test.ts",
  "tests/example_pipelines_test.ts",
];

Deno.test({
  name: "tests of kernels, of arrays and of pipelines hold where V8 joins pairs of operations to 256 bits",
  fn: async () => {
    const root = new URL("../", import.meta.url).pathname;
    // the optimising compiler alone joins: nothing is to be left to the baseline's
    const env = { DENO_V8_FLAGS: `${REVECTORIZE_FLAG},--no-liftoff` };
    const args = ["test", "-A", "--no-prompt", "--parallel", ...SUITES.map((path) => root + path)];
    const { isOk, counts } = await runDeno(args, { quietly: true, env });
    ok(isOk);
    strictEqual(counts?.failed, 0);
    ok(counts.passed > 200);
  },
});
