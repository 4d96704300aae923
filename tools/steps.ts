/** Steps of a gate: subprocesses one after the other, each timed, and what `deno test` counted. @module */

/** What a suite counted. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a step came to. */
export interface StepResult {
  readonly isOk: boolean;
  readonly seconds: number;
  readonly counts: TestCounts | null;
}

/** How a step is shown. */
export interface StepOptions {
  /** keep the output back unless the step fails */
  readonly quietly: boolean;
  /** variables of the environment beside the process's own */
  readonly env?: Readonly<Record<string, string>>;
  /** where the output goes; stdout unless told otherwise */
  readonly print?: (text: string) => void;
}

/**
 * Runs `deno` with the arguments, shows what it prints, and counts the tests of its last summary line. Its
 * temporary files lie in a folder of their own, and a step that leaves any behind has failed.
 *
 * @param args arguments of the very Deno that runs this script
 */
export async function runDeno(args: readonly string[], options: StepOptions): Promise<StepResult> {
  const { quietly, print = printOut, env } = options;
  const start = performance.now();
  const temporary = Deno.makeTempDirSync();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1", TMPDIR: temporary, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const texts: string[] = [];
  const show = (text: string) => {
    texts.push(text);
    if (!quietly) print(text);
  };
  const [status] = await Promise.all([child.status, follow(child.stdout, show), follow(child.stderr, show)]);
  const seconds = (performance.now() - start) / 1000;
  const counts = parseCounts(texts.join(""));
  const left = [...Deno.readDirSync(temporary)].flatMap(({ name, isDirectory }) => {
    const below = isDirectory ? filesBelow(`${temporary}/${name}`) : [];
    return below.length > 0 ? below : [`${temporary}/${name}`];
  });
  Deno.removeSync(temporary, { recursive: true });
  if (left.length > 0) show(left.map((path) => `left behind: ${path}\n`).join(""));
  const isOk = status.success && left.length === 0;
  if (quietly && !isOk) print(texts.join(""));
  return { isOk, seconds, counts };
}

function printOut(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

async function follow(stream: ReadableStream<Uint8Array>, show: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) show(decoder.decode(bytes, { stream: true }));
}

/**
 * The counts of the last summary of `deno test` in the text ("ok | 17 passed (2 steps) | 0 failed | 1 ignored
 * (835ms)"); null where there is none.
 *
 * @example
 * ```ts
 * import { parseCounts } from "./steps.ts";
 * import assert from "node:assert/strict";
 *
 * const text = "FAILED | 3 passed (2 steps) | 1 failed | 2 ignored (5ms)\n";
 * assert.deepEqual(parseCounts(text), { passed: 3, failed: 1, skipped: 2 });
 * ```
 */
export function parseCounts(text: string): TestCounts | null {
  const pattern =
    /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;
  const match = [...text.matchAll(pattern)].at(-1);
  if (match === undefined) return null;
  return { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3] ?? 0) };
}

/** A step's line: "ok      12.3 s  fast tests". */
export function formatStep(name: string, { isOk, seconds }: StepResult): string {
  return `${isOk ? "ok    " : "FAILED"} ${seconds.toFixed(1).padStart(6)} s  ${name}`;
}

/** Test modules below src/, tests/ and tools/. A name that begins with "slow_" keeps one out of `ok`. */
export function testFiles(): { readonly fast: string[]; readonly slow: string[] } {
  const files = ["src", "tests", "tools"].flatMap(filesBelow).filter((path) => path.endsWith("_test.ts"));
  const isSlow = (path: string) => path.slice(path.lastIndexOf("/") + 1).startsWith("slow_");
  return { fast: files.filter((path) => !isSlow(path)), slow: files.filter(isSlow) };
}

/**
 * What `deno check` must find nothing in: all modules but those of pipelines/broken/, most of which the types
 * refuse, as they should. tests/broken_pipelines_test.ts checks those, refusal by refusal.
 */
export function checkedFiles(): string[] {
  const folders = ["src", "tests", "tools", "bench", "pipelines"];
  return ["main.ts", ...folders.flatMap(filesBelow)].filter((path) =>
    path.endsWith(".ts") && !path.startsWith("pipelines/broken/")
  );
}

/** The files below a folder of the project, in order. */
export function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  ).sort();
}
