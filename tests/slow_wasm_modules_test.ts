import { deepStrictEqual } from "node:assert/strict";
import { buildWasmModule, WASM_MODULES, wasmFile } from "../tools/build_wasm.ts";

for (const name of Object.keys(WASM_MODULES)) {
  Deno.test(`${name}.wasm is what its AssemblyScript source compiles to`, async () => {
    const checkedIn = Deno.readFileSync(wasmFile(name));
    deepStrictEqual(await buildWasmModule(name), checkedIn, `run deno task build:wasm ${name}`);
  });
}
