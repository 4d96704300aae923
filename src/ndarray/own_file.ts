/**
 * Files that lie beside the code of arrays: kernels and tables, which are read when they are first needed.
 *
 * @module
 */
import { NdpipeError } from "../errors.ts";
import { builtinModule } from "../load_module.ts";

/**
 * The bytes of a file of ours.
 *
 * @param what what it holds, as messages call it
 * @throws {NdpipeError} ENV001 without the permission to read it; ENV003 where it is not, as beside a bundle
 */
export function readOwnFile(url: URL, what: string): Uint8Array<ArrayBuffer> {
  try {
    return Deno.readFileSync(url);
  } catch (error) {
    const { fileURLToPath } = builtinModule("node:url");
    if (error instanceof Deno.errors.NotFound) {
      const path = fileURLToPath(url), name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
      throw new NdpipeError(
        "ENV003",
        `a file is missing: ${what} lie in ${path}, so copy ${name} there from ndpipe's folder`,
        {
          help:
            "a bundle is the code alone: what lies beside the code of ndpipe has to lie beside it; deno compile takes it along with --include",
          cause: error,
        },
      );
    }
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    const folder = fileURLToPath(new URL("./", import.meta.url));
    throw new NdpipeError(
      "ENV001",
      // a program that does not catch it is shown no more than this sentence
      `a permission is missing: ${what} lie in ${fileURLToPath(url)}, so run with --allow-read`,
      { help: `--allow-read=${folder} grants no more than that`, cause: error },
    );
  }
}
