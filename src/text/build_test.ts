import { deepStrictEqual } from "node:assert/strict";
import { buildTextModule } from "../../tools/build_text.ts";

Deno.test("text.wasm is what its AssemblyScript source compiles to", async () => {
  const checkedIn = Deno.readFileSync(new URL("./text.wasm", import.meta.url));
  deepStrictEqual(await buildTextModule(), checkedIn, "run deno task build:text");
});
