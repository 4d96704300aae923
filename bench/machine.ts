/**
 * The machine that a measurement belongs to: the processor's model and its number of cores, and what it copies.
 *
 * @module
 */
import { cpus } from "node:os";
import { sample } from "./sample.ts";

/** What is written beside a measurement. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly os: string;
  readonly arch: string;
  /** a copy of 20 MB within one memory: bytes read a second, in GB/s */
  readonly copyGBs: number;
}

export function describeMachine(): Machine {
  const list = cpus();
  return {
    cpu: list[0]?.model ?? "unknown",
    cores: list.length,
    os: Deno.build.os,
    arch: Deno.build.arch,
    copyGBs: measureCopy(),
  };
}

function measureCopy(): number {
  const bytes = 20_000_000;
  const memory = new Uint8Array(2 * bytes).fill(1);
  const seconds = Array.from({ length: 11 }, () => {
    const started = performance.now();
    memory.copyWithin(bytes, 0, bytes);
    return (performance.now() - started) / 1000;
  });
  return bytes / sample(seconds).median / 1e9;
}
