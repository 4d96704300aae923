/**
 * The command line in this thread: what it does, without the start of a process for each command. What a process is
 * about (exit, signals, pipes, permissions, its working folder, its memory) is tested by `ndpipe_process.ts`.
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import { main } from "../../src/cli/main.ts";
import type { ProcessResult } from "./ndpipe_process.ts";

/** One after the other: they write to the same streams. */
let last: Promise<unknown> = Promise.resolve();

/** Runs the command line to its end; its stdin is not there to be read. */
export function ndpipe(args: readonly string[]): Promise<ProcessResult> {
  const result = last.then(() => runHere(args));
  last = result.catch(() => {});
  return result;
}

/** Runs the command line, which has to end with exit 0; what it printed. */
export async function succeed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ndpipe(args);
  strictEqual(code, 0, stderr);
  return stdout;
}

async function runHere(args: readonly string[]): Promise<ProcessResult> {
  const written = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const { addEventListener, console } = globalThis, methods = { ...console };
  const streams = (["stdout", "stderr"] as const).map((name) => [Deno[name], Deno[name].writeSync] as const);
  const listeners: Parameters<typeof addEventListener>[] = [];
  globalThis.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listeners.push(given);
    addEventListener(...given);
  };
  Deno.stdout.writeSync = (bytes) => written.stdout.push(bytes.slice()) && bytes.length;
  Deno.stderr.writeSync = (bytes) => written.stderr.push(bytes.slice()) && bytes.length;
  try {
    const code = await main(args);
    const [stdout = "", stderr = ""] = [written.stdout, written.stderr].map(textOf);
    return { code, stdout, stderr };
  } finally {
    for (const [stream, writeSync] of streams) stream.writeSync = writeSync;
    globalThis.addEventListener = addEventListener;
    for (const [type, listener, options] of listeners) removeEventListener(type, listener, options);
    Object.assign(console, methods);
  }
}

function textOf(parts: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return parts.map((bytes) => decoder.decode(bytes, { stream: true })).join("") + decoder.decode();
}
