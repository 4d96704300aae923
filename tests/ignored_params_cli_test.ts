/** What `run` says of a file of params with a misspelt name. By the real command line. */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { ndpipe } from "./support/ndpipe_process.ts";

Deno.test("run warns of an entry that was meant for a param, and of no other", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe-ignored-" });
  try {
    Deno.writeTextFileSync(`${folder}/in.csv`, "x\n1\n");
    Deno.writeTextFileSync(
      `${folder}/scale.ts`,
      `import { definePipeline, input, param } from "ndpipe";
       export default definePipeline({
         name: "scale",
         inputs: { x: input("f64", ["N"]) },
         params: { factor: param("f64", [], { value: 1 }), offset: param("f64", [], { value: 0 }) },
         transform: ({ x }, { factor, offset }) => ({ y: x.mul(factor).add(offset) }),
       });`,
    );
    const run = async (params: string, ...flags: string[]) => {
      Deno.writeTextFileSync(`${folder}/params.json`, params);
      const words = ["run", `${folder}/scale.ts`, "-i", `${folder}/in.csv`, "-o", `${folder}/out.csv`];
      const given = ["--force", "--params", `${folder}/params.json`, "--progress", "none"];
      const { code, stderr } = await ndpipe([...words, ...given, ...flags]);
      strictEqual(code, 0, stderr);
      return stderr.replaceAll(folder, "");
    };
    const message = 'no param takes "factr" of /params.json: did you mean "factor"?';
    strictEqual(await run('{"factr": 2}'), `warning: ${message}\n`);
    const { time: _, ...line } = JSON.parse(await run('{"factr": 2}', "--log", "json"));
    deepStrictEqual(line, { level: "warning", event: "ignored", message });
    // a file that pipelines share, and a night that goes well
    strictEqual(await run('{"factor": 2, "factors": 3, "weights": [1, 2]}'), "");
    const piped = await ndpipe(
      ["run", `${folder}/scale.ts`, "-i", `${folder}/in.csv`, "-o", "-", "--to", "csv", "--params", "-"],
      { stdin: '{"factor": 2, "ofset": 3}' },
    );
    strictEqual(piped.stdout, "y\n2\n", piped.stderr);
    match(piped.stderr, /no param takes "ofset" of stdin: did you mean "offset"\?/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
