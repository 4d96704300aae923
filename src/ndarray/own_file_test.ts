import { match, ok, strictEqual } from "node:assert/strict";

/** runs a program that uses arrays, with the permissions of the flags */
function run(program: string, flags: readonly string[]): { readonly out: string; readonly error: string } {
  const code = `import * as nd from "${new URL("./mod.ts", import.meta.url).href}"; ${program}`;
  const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      ...flags,
      `data:application/typescript,${encodeURIComponent(code)}`,
    ],
    env: { NO_COLOR: "1" },
  }).outputSync();
  return { out: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
}

Deno.test("kernels and tables that are not beside a copy of the code are named, and work from there when copied", () => {
  const folder = Deno.makeTempDirSync(), module = new URL("./own_file.ts", import.meta.url).href;
  try {
    const code = `import { readOwnFile } from "${module}";
      const url = new URL("file://${folder}/array.wasm");
      try { console.log(readOwnFile(url, "the kernels of arrays").length); }
      catch (e) { console.log(e.code, e.message); }`;
    const missing = run(code, ["--allow-read"]);
    strictEqual(
      missing.out.trim(),
      `ENV003 a file is missing: the kernels of arrays lie in ${folder}/array.wasm, so copy array.wasm there from ndpipe's folder`,
    );
    Deno.writeTextFileSync(`${folder}/array.wasm`, "four");
    strictEqual(run(code, ["--allow-read"]).out, "4\n");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("kernels and tables beside the code name the permission that they need, and the flag works", () => {
  const programs = ["nd.sort([3, 1, 2])", "nd.random.defaultRng(1).normal(0, 1, { size: 2 })"];
  for (const program of programs) {
    const report = run(
      `try { ${program}; } catch (e) { console.log(e.code + "|" + e.message + "|" + e.help); }`,
      [],
    );
    const [code, message = "", help = ""] = report.out.trim().split("|");
    strictEqual(code, "ENV001", report.error);
    match(message, /a permission is missing: .*(array\.wasm|ziggurat\.bin)/);
    const flag = /--allow-read=\S+/.exec(help)?.[0] ?? "";
    ok(flag.endsWith("/src/ndarray/"), help);
    strictEqual(run(`${program}; console.log("done")`, [flag]).out, "done\n");
  }
  strictEqual(run("console.log(nd.add([1], [2]).item())", []).out, "3\n", "no other function needs one");
});
