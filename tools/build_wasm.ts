/**
 * `deno task build:wasm [NAME...]`: compiles the AssemblyScript of the modules below, each into a `.wasm` beside its
 * folder that is checked in. A test builds them again and compares the bytes.
 *
 * @module
 */
import asc from "assemblyscript/asc";

/** The modules by name, each with its folder; `assembly/index.ts` in it is compiled into `NAME.wasm` in it. */
export const WASM_MODULES: Readonly<Record<string, string>> = {
  array: "src/ndarray/",
  compression: "src/compression/",
  parquet: "src/source/parquet/",
  parquet_dictionary: "src/sink/parquet/",
  text: "src/text/",
};

/** A module has no data, no start function and no allocator: only functions over the memory it is given. */
const OPTIONS = [
  "-O3",
  "--noAssert",
  "--runtime=stub",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory=1",
  "--maximumMemory=65536",
  "--enable=simd,relaxed-simd,threads,bulk-memory,sign-extension",
];

const ROOT = new URL("../", import.meta.url);

/** Where the compiled module `name` lies. */
export function wasmFile(name: string): URL {
  return new URL(`${WASM_MODULES[name]}${name}.wasm`, ROOT);
}

/**
 * Compiles the sources of the module `name`.
 *
 * @throws Error with the compiler's messages
 */
export async function buildWasmModule(name: string): Promise<Uint8Array> {
  const sources = new URL(`${WASM_MODULES[name]}assembly/`, ROOT);
  const messages: string[] = [];
  let module: Uint8Array | null = null;
  const { error } = await asc.main(["index.ts", "--outFile", `${name}.wasm`, ...OPTIONS], {
    stdout: { write: (text: string | Uint8Array) => messages.push(String(text)) },
    stderr: { write: (text: string | Uint8Array) => messages.push(String(text)) },
    readFile(name: string): string | null {
      try {
        return Deno.readTextFileSync(new URL(name, sources));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    },
    writeFile(_name: string, contents: string | Uint8Array): void {
      if (typeof contents !== "string") module = contents;
    },
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`${error.message}\n${messages.join("")}`);
  if (module === null) throw new Error("the compiler wrote no module");
  return module;
}

if (import.meta.main) {
  const names = Deno.args.length > 0 ? Deno.args : Object.keys(WASM_MODULES);
  for (const name of names) {
    if (!(name in WASM_MODULES)) throw new Error(`no module ${name}; there are ${Object.keys(WASM_MODULES)}`);
    const module = await buildWasmModule(name);
    Deno.writeFileSync(wasmFile(name), module);
    console.log(`${WASM_MODULES[name]}${name}.wasm: ${module.length} bytes`);
  }
}
