/**
 * ndpipe itself as a peer: in a process whose V8 joins pairs of 128-bit operations. It answers the requests of serve.py;
 * its operands are those of the bench, made by the same generator.
 *
 * @module
 */
import { engineVectorBits } from "../../src/kernel/vector_bits.ts";
import { probeFusedMadd } from "../../src/kernel/numerics.ts";
import { InArraysWork } from "../in_arrays.ts";
import { InMemoryWork, type RunnableWork } from "../in_memory.ts";
import { linesOf } from "../lines.ts";
import { writeNpy } from "../npy.ts";
import { WORKS } from "../works.ts";

interface Request {
  readonly describe?: true;
  readonly load?: string;
  readonly letter?: string;
  readonly run?: string;
  readonly save?: string;
}

function workOf(letter: string): RunnableWork {
  const work = WORKS.find((one) => one.letter === letter)!;
  return "compute" in work
    ? new InArraysWork(work)
    : new InMemoryWork(work, probeFusedMadd() ? "fused" : "strict");
}

if (engineVectorBits() !== 256) throw new Error("this engine has vectors of 128 bits");
let work: RunnableWork | null = null;
for await (const line of linesOf(Deno.stdin.readable)) {
  const { describe, load, letter, run, save }: Request = JSON.parse(line);
  let answer: unknown = {};
  if (describe) answer = { letters: WORKS.map((one) => one.letter), versions: {} };
  else if (load !== undefined) work = workOf(letter!);
  else if (run !== undefined) answer = { seconds: work!.run() };
  else if (save !== undefined) {
    for (const { name, dtype, data } of work!.outputs()) {
      writeNpy(`${save}/${name}.npy`, { dtype, shape: [data.length], data });
    }
  }
  console.log(JSON.stringify(answer));
}
