/** The real command line in a process of its own, for tests. @module */
import { strictEqual } from "node:assert/strict";

/** How it ended. */
export interface ProcessResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How it is started. */
export interface ProcessOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** instead of those of `deno task ndpipe` */
  readonly permissions?: readonly string[];
  /** instead of main.ts */
  readonly script?: string;
  /** go away before anything is written */
  readonly closeStdout?: boolean;
}

const ROOT = new URL("../../", import.meta.url);

/** The words of `deno task ndpipe`. */
const TASK: readonly string[] = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)))
  .tasks.ndpipe.command.split(" ");

/** Its permission flags, so that the tests run with no more than users have. */
export const PERMISSIONS: readonly string[] = TASK.filter((word) => word.startsWith("--allow"));

/** Starts the command line; the caller waits for it and reads its streams. */
export function startNdpipe(args: readonly string[], options: ProcessOptions = {}): Deno.ChildProcess {
  const script = options.script ?? new URL("main.ts", ROOT).pathname;
  const config = new URL("deno.json", ROOT).pathname;
  const permissions = options.permissions ?? PERMISSIONS;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--config", config, ...permissions, script, ...args],
    env: { NO_COLOR: "", FORCE_COLOR: "", ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs the command line to its end. */
export async function ndpipe(args: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  const child = startNdpipe(args, options);
  const { stdin } = options;
  const feed = stdin === undefined
    ? null
    : feedAll(child.stdin, typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin);
  const stdout = options.closeStdout === true
    ? child.stdout.cancel().then(() => "")
    : new Response(child.stdout).text();
  const [status, out, err] = await Promise.all([
    child.status,
    stdout,
    new Response(child.stderr).text(),
    feed,
  ]);
  return { code: status.code, stdout: out, stderr: err };
}

/** Runs the command line, which has to end with exit 0; what it printed. */
export async function succeed(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ndpipe(args);
  strictEqual(code, 0, stderr);
  return stdout;
}

/** A folder that is there as long as the test needs it. */
export async function inScratchFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_" });
  try {
    await body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function feedAll(stream: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = stream.getWriter();
  writer.closed.catch(() => {}); // told below
  try {
    if (bytes.byteLength > 0) await writer.write(bytes);
    await writer.close();
  } catch {
    // the process ended without reading all of it
  }
}
