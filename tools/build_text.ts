/**
 * `deno task build:text`: compiles src/text/assembly with AssemblyScript into src/text/text.wasm, which is checked
 * in. A test builds it again and compares the bytes.
 *
 * @module
 */
import asc from "assemblyscript/asc";

const SOURCES = new URL("../src/text/assembly/", import.meta.url);
const OUTPUT = new URL("../src/text/text.wasm", import.meta.url);

/** The module has no data, no start function and no allocator: only functions over the memory it is given. */
const OPTIONS = [
  "-O3",
  "--noAssert",
  "--runtime=stub",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory=1",
  "--maximumMemory=65536",
  "--enable=simd,threads,bulk-memory,sign-extension",
];

/**
 * Compiles the sources.
 *
 * @throws Error with the compiler's messages
 */
export async function buildTextModule(): Promise<Uint8Array> {
  const messages: string[] = [];
  let module: Uint8Array | null = null;
  const { error } = await asc.main(["index.ts", "--outFile", "text.wasm", ...OPTIONS], {
    stdout: { write: (text: string | Uint8Array) => messages.push(String(text)) },
    stderr: { write: (text: string | Uint8Array) => messages.push(String(text)) },
    readFile(name: string): string | null {
      try {
        return Deno.readTextFileSync(new URL(name, SOURCES));
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
  const module = await buildTextModule();
  Deno.writeFileSync(OUTPUT, module);
  console.log(`src/text/text.wasm: ${module.length} bytes`);
}
