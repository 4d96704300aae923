import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { ndpipe } from "./support/ndpipe_process.ts";

const PIPELINE = `import { definePipeline, input } from "ndpipe";

export default definePipeline({
  name: "kernels",
  inputs: { id: input("i64", ["N"]), x: input("f32", ["N", "feature=8"]) },
  transform({ id, x }) {
    const mask = x.slice(":, 0").gt(0);
    return {
      slot: id.mod(7).filter(mask, "K"),
      pair: x.slice(":, 2:4").sum(1).filter(mask, "K"),
      all: x.mul(2).filter(mask, "K"),
    };
  },
});
`;

interface Kernel {
  readonly readBytesPerRow: number;
  readonly writtenBytesPerRow: number;
  readonly scalarSteps: readonly { readonly step: string; readonly reason: string }[];
}

Deno.test("plan names the steps that leave the vector lanes, and what each kernel moves a row", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ndpipe_plan_" });
  try {
    const pipeline = `${folder}/kernels.ts`;
    await Deno.writeTextFile(pipeline, PIPELINE);
    const { code, stdout, stderr } = await ndpipe(["plan", pipeline]);
    strictEqual(code, 0, stderr);
    match(stdout, /not in vector lanes: mod i64; WebAssembly has no vector instruction for it/);
    match(stdout, /reduce sum.*\n +reads 8 B\/row \(x\), writes 8 B\/row \(tile\)/);
    match(stdout, /keep elements where the mask is true: rows become K/);
    ok(!/not in vector lanes: (mul|gt)/.test(stdout));
    const { kernels } = JSON.parse((await ndpipe(["plan", pipeline, "--json"])).stdout) as {
      kernels: readonly Kernel[];
    };
    deepStrictEqual(
      kernels.flatMap(({ scalarSteps }) => scalarSteps.map(({ step }) => step)).filter((step) =>
        step.startsWith("mod")
      ),
      ["mod i64"],
    );
    ok(
      kernels.every(({ readBytesPerRow, writtenBytesPerRow }) =>
        readBytesPerRow > 0 && writtenBytesPerRow > 0
      ),
    );
    // rows that are filtered lie in the tile as rows, and are copied whole
    ok(!/not in vector lanes: filter/.test(stdout));
    deepStrictEqual(kernels.filter(({ writtenBytesPerRow }) => writtenBytesPerRow === 32).length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("plan says where kernels are written for vectors of 256 bits, as DENO_V8_FLAGS asks", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ndpipe_plan_" });
  try {
    const pipeline = `${folder}/kernels.ts`;
    await Deno.writeTextFile(pipeline, PIPELINE);
    const plan = async (flags: string) => {
      const env = { DENO_V8_FLAGS: flags };
      const { code, stdout, stderr } = await ndpipe(["plan", pipeline, "--json"], { env });
      strictEqual(code, 0, stderr);
      const { stdout: text } = await ndpipe(["plan", pipeline], { env });
      return [JSON.parse(stdout).vectorBits, text.includes("in vectors of 256 bits")];
    };
    const widest = Deno.build.arch === "x86_64" ? 256 : 128;
    deepStrictEqual(await plan("--stack-size=900,--experimental-wasm-revectorize"), [widest, widest === 256]);
    deepStrictEqual(await plan("--stack-size=900"), [128, false]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
