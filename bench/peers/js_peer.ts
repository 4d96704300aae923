/**
 * A JavaScript peer of the bench: `deno run -A js_peer.ts LIBRARY`, one of those with a LIBRARY_works.ts beside this
 * file. It answers the requests of serve.py.
 *
 * @module
 */
// deno-lint-ignore-file no-explicit-any -- arrays of libraries whose types the project does not have
import type { DType, TypedArray } from "../../src/dtype/mod.ts";
import { linesOf } from "../lines.ts";
import { readNpy, writeNpy } from "../npy.ts";

/** An operand as it comes from its file. */
export interface NpyArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** What a LIBRARY_works.ts exports as `peer`. Operands and results are the library's own arrays. */
export interface JsPeer {
  readonly versions: Readonly<Record<string, string>>;
  /** by the letter of the table */
  readonly works: Record<string, (operands: any) => Record<string, any> | Promise<Record<string, any>>>;
  readonly hold: (array: NpyArray) => any;
  /** frees an array, where the library does not leave that to the garbage collector */
  readonly release: (value: any) => void;
  readonly values: (value: any) => Promise<TypedArray>;
}

interface Request {
  readonly describe?: true;
  readonly load?: string;
  readonly names?: readonly string[];
  readonly run?: string;
  readonly repeat?: number;
  readonly save?: string;
}

async function serve({ versions, works, hold, release, values }: JsPeer): Promise<void> {
  let operands: Record<string, any> = {}, results: Record<string, any> = {};
  for await (const line of linesOf(Deno.stdin.readable)) {
    const { describe, load, names, run, repeat = 1, save }: Request = JSON.parse(line);
    let answer: unknown = {};
    if (describe) answer = { letters: Object.keys(works), versions };
    else if (load !== undefined) {
      for (const value of [...Object.values(operands), ...Object.values(results)]) release(value);
      results = {};
      operands = Object.fromEntries(names!.map((name) => [name, hold(readNpy(`${load}/${name}.npy`))]));
    } else if (run !== undefined) {
      for (const value of Object.values(results)) release(value);
      results = {};
      const started = performance.now();
      try {
        for (let i = 0; i < repeat; i++) {
          if (i > 0) { for (const value of Object.values(results)) release(value); }
          // most libraries answer at once: waiting for them would be most of a small work
          const made = works[run]!(operands);
          results = made instanceof Promise ? await made : made;
        }
        answer = { seconds: (performance.now() - started) / 1000 / repeat };
      } catch (error) {
        answer = { error: error instanceof Error ? error.message : String(error) };
      }
    } else if (save !== undefined) {
      for (const [name, value] of Object.entries(results)) {
        const data = await values(value);
        const dtype = data instanceof Int32Array
          ? "i32"
          : data instanceof Float64Array
          ? "f64"
          : data instanceof BigInt64Array
          ? "i64"
          : "f32";
        writeNpy(`${save}/${name}.npy`, { dtype, shape: [data.length], data });
      }
    }
    console.log(JSON.stringify(answer));
  }
}

if (import.meta.main) {
  const { peer } = await import(new URL(`./${Deno.args[0]}_works.ts`, import.meta.url).href);
  await serve(peer);
}
