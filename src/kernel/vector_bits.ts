/**
 * How wide the engine's vectors are. WebAssembly's have 128 bits. V8 joins two operations on them into one of 256 bits
 * where it is told to, `--experimental-wasm-revectorize`, on x64 with AVX2; but not two loads that have a check of an
 * address between them, as all of Deno's have. So it is only code that was written for it which gains, and products
 * that were written for it take longer where V8 does not join.
 *
 * Source: V8, src/compiler/turboshaft/wasm-revec-reducer.cc.
 *
 * @module
 */

/** Bits of the vectors that code is written for: the results are the same, bit for bit. */
export type VectorBits = 128 | 256;

/** What tells V8 to join them. */
export const REVECTORIZE_FLAG = "--experimental-wasm-revectorize";
/** where Deno finds flags for V8; those of the command line it does not tell */
const VARIABLE = "DENO_V8_FLAGS";

let known: VectorBits | null = null;

/**
 * The vectors of this process: 256 where the environment variable `DENO_V8_FLAGS` has V8's flag, the process may read
 * it, and the processor is an x64; else 128.
 *
 * @example
 * ```ts
 * import { engineVectorBits } from "./vector_bits.ts";
 * import { ok } from "node:assert/strict";
 * ok([128, 256].includes(engineVectorBits()));
 * ```
 */
export function engineVectorBits(): VectorBits {
  return known ??= Deno.build.arch === "x86_64" && flagsOfEngine().includes(REVECTORIZE_FLAG) ? 256 : 128;
}

function flagsOfEngine(): readonly string[] {
  const isReadable = Deno.permissions.querySync({ name: "env", variable: VARIABLE }).state === "granted";
  return isReadable ? (Deno.env.get(VARIABLE) ?? "").split(",") : [];
}
