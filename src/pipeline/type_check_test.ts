import assert from "node:assert/strict";
import { readFindings, typeCheck, type TypeFinding } from "./type_check.ts";

const TYPES = new URL("../expr/", import.meta.url).href;

/** Declarations of what a pipeline file imports from "ndpipe". */
const HEAD = `
import type { Concat, Where } from "${TYPES}tensor_types.ts";
import type * as T from "${TYPES}declaration_types.ts";
declare const input: T.DeclareInput, param: T.DeclareParam, where: Where, concat: Concat;
declare function definePipeline<I extends T.Inputs, O extends T.Outputs, P extends T.Params = Record<never, never>>(
  declaration: T.PipelineDeclaration<I, P, O>): { inputs: I; outputs: O; params: P };
`;

async function findIn(text: string): Promise<TypeFinding[]> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(`${directory}/pipeline.ts`, HEAD + text);
    const findings = await typeCheck(`${directory}/pipeline.ts`);
    const numHead = HEAD.split("\n").length - 1;
    return findings.map((finding) => {
      if (finding.place === null) return finding;
      assert.equal(finding.place.file, `${directory}/pipeline.ts`);
      return {
        ...finding,
        place: { ...finding.place, file: "pipeline.ts", line: finding.place.line - numHead },
      };
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("typeCheck() finds nothing in a pipeline that is right, and its outputs are typed", async () => {
  const findings = await findIn(`
const pipeline = definePipeline({
  name: "profile-scoring",
  inputs: {
    profile_id: input("i64", ["N"]),
    features: input("f32", ["N", "feature=1000"], { columns: "f_*", nulls: { fill: 0 } }),
  },
  params: {
    mean: param("f32", ["feature=1000"]),
    std: param("f32", ["feature=1000"], { finite: true }),
    weights: param("f32", ["feature=1000", "cluster=10"]),
    bias: param("f32", ["cluster=10"], { value: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }),
  },
  limits: { memory: "512MiB", elements: 1e8 },
  transform({ profile_id, features }, { mean, std, weights, bias }) {
    const z = features.sub(mean).div(std).clip(-3, 3);
    const p = z.matmul(weights).add(bias).softmax("cluster");
    const high = where(p.max("cluster").gt(0.5), 1, 0).astype("bool");
    return { profile_id, cluster: p.argmax("cluster"), score: p.max("cluster"), high, all: concat([z, p], -1) };
  },
});
type Is<A, B> = [A, B] extends [B, A] ? true : false;
const proof: [
  Is<typeof pipeline.outputs.score.dtype, "f32">, Is<typeof pipeline.outputs.score.shape, ["N"]>,
  Is<typeof pipeline.outputs.cluster.dtype, "i64">, Is<typeof pipeline.outputs.high.dtype, "bool">,
  Is<typeof pipeline.outputs.all.shape, ["N", 1010]>,
] = [true, true, true, true, true];
export default { pipeline, proof };
`);
  assert.deepEqual(findings, []);
});

Deno.test("typeCheck() tells refusals in the planner's words and the rest as TYP001, each at its place", async () => {
  const findings = await findIn(`
export default definePipeline({
  name: "incident",
  inputs: { features: input("f32", ["N", "feature=1000"]), empty: input("f32", ["N", "feature=0"]) },
  params: { perCluster: param("f32", ["cluster=10"]) },
  transform({ features, empty }, { perCluster }) {
    const unused = 1;
    return {
      weighted: features.expandDims(-1).mul(perCluster),
      activated: features.relu(),
    };
  },
});
`);
  assert.deepEqual(findings, [
    {
      code: "SHP013",
      sentence:
        "the shape (N, feature=0) is malformed: axis 1 is 'feature=0', which is neither a size, a symbol nor label=size",
      hint: "an axis is 1000, 'N' or 'feature=1000'",
      place: { file: "pipeline.ts", line: 4, column: 80 },
    },
    {
      code: "SHP003",
      sentence:
        "cannot broadcast (N, feature=1000, 1) with (cluster=10): the result (N, feature=1000, cluster=10) " +
        "would have a shape that neither operand has",
      hint: "for one weight a feature, use shape (feature=1000) and no axis of size 1; " +
        "for the outer product, use .outer(...) and no axis of size 1",
      place: { file: "pipeline.ts", line: 9, column: 45 },
    },
    {
      code: "TYP001",
      sentence: `property 'relu' does not exist on type 'Tensor<"f32", readonly ["N", "feature=1000"]>'`,
      hint: null,
      place: { file: "pipeline.ts", line: 10, column: 27 },
    },
  ]);
});

Deno.test("typeCheck() finds a file that is missing", async () => {
  const missing = await typeCheck("/no/such/pipeline.ts");
  assert.equal(missing.length, 1);
  assert.equal(missing[0]!.code, "TYP001");
  assert.match(missing[0]!.sentence, /no\/such\/pipeline\.ts/);
});

Deno.test("readFindings() keeps the sentence of a message that TypeScript has cut", () => {
  const cut = `TS2345 [ERROR]: Argument of type 'X' is not assignable to parameter of type ` +
    `'"cannot broadcast (N) with (M): axis -1 is N vs M; if it is the same...'.\n` +
    `    x.add(y);\n          ~\n    at file:///a/b%20c.ts:3:11\n\nerror: Type checking failed.\n`;
  assert.deepEqual(readFindings(cut), [{
    code: "SHP001",
    sentence: "cannot broadcast (N) with (M): axis -1 is N vs M",
    hint: null,
    place: { file: "/a/b c.ts", line: 3, column: 11 },
  }]);
});

Deno.test("readFindings() finds a sentence below the first line, and takes remarks for no findings", () => {
  const output =
    `TS2769 [ERROR]: No overload matches this call.\n  Overload 1 of 2 gave the following error.\n` +
    `    Type 'X' is not assignable to type '"cannot squeeze axis 1 of (N, 3): its size is 3, not 1"'.\n` +
    `  x.squeeze(1)\n            ^\n    at file:///a.ts:1:13\n\n` +
    `TS6236 [ERROR]:     Arguments for the rest parameter were not provided.\n        at file:///b.ts:1:1\n`;
  assert.deepEqual(readFindings(output).map(({ code, place }) => [code, place?.column]), [["SHP005", 13]]);
});

Deno.test("readFindings() never loses a failure that it cannot read", () => {
  assert.deepEqual(readFindings('error: Module not found "file:///x.ts".\n    at file:///p.ts:1:8\n'), [{
    code: "TYP001",
    sentence: 'module not found "file:///x.ts"',
    hint: null,
    place: { file: "/p.ts", line: 1, column: 8 },
  }]);
  assert.equal(readFindings("").length, 1);
});
