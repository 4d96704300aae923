/**
 * Interruptions. The first SIGINT, SIGTERM or SIGHUP lets the chunk end and the run take back what it wrote; the second
 * quits at once, with what was written taken back as far as possible. A terminal that closes may say so twice: a SIGHUP
 * after another is no haste.
 *
 * @module
 */
import { EXIT, type ExitCode } from "../error_codes.ts";
import { Interrupted } from "../errors.ts";

/** The very one, whatever is done about it for pipeline files: this module is loaded before them. */
const { exit } = Deno;

/** The exit code of a signal that ended the waiting of a thread that stood still; null for any other error. */
export function interruptionOf(error: unknown): ExitCode | null {
  if (!(error instanceof Interrupted)) return null;
  return error.signal === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
}

/** Listens while a run goes on. */
export interface InterruptListener extends Disposable {
  /** aborts at the first signal */
  readonly signal: AbortSignal;
  /** the exit code that belongs to the signal that came; null while none did */
  readonly exitCode: () => ExitCode | null;
}

/** What to do when signals come. */
export interface InterruptHandlers {
  /** at the first: say that the chunk is being ended */
  readonly onFirst: () => void;
  /** at the second, just before the process ends: remove temporary files */
  readonly onSecond: () => void;
}

/**
 * Whether the process was started to outlive its terminal (`nohup`); null: nobody can tell. What this process ignores,
 * so does the one that it starts, which may read `/proc`; but Deno ignores SIGHUP no more once any signal is listened
 * for.
 */
async function ignoresHangup(): Promise<boolean | null> {
  if (Deno.build.os !== "linux") return null;
  if (Deno.permissions.querySync({ name: "run", command: "cat" }).state !== "granted") return null;
  try {
    const { stdout } = await new Deno.Command("cat", {
      args: ["/proc/self/status"],
      stdin: "null",
      stderr: "null",
    }).output();
    // a bit a signal, SIGHUP's the lowest
    const [, mask] = /^SigIgn:\s*([\da-f]+)$/m.exec(new TextDecoder().decode(stdout)) ?? [];
    return mask === undefined ? null : (Number.parseInt(mask.at(-1)!, 16) & 1) === 1;
  } catch {
    return null; // there is no cat
  }
}

let asked: Promise<boolean | null> | null = null;

/**
 * Asks once how the process was started to meet SIGHUP. The answer takes some milliseconds: who will listen asks before
 * it loads what it runs, so that nothing waits.
 */
export function askOfHangup(): Promise<boolean | null> {
  return asked ??= ignoresHangup();
}

/**
 * Listens for SIGINT and, where they exist, SIGTERM, SIGXFSZ and SIGHUP, the last where it is not ignored. All of them
 * are heard when it resolves: a file that is to be taken back is made after that. Dispose it to stop.
 */
export async function listenForInterrupts(
  { onFirst, onSecond }: InterruptHandlers,
): Promise<InterruptListener> {
  const controller = new AbortController();
  let exitCode: ExitCode | null = null;
  const handler = (code: ExitCode) => () => {
    if (exitCode === null) {
      exitCode = code;
      controller.abort();
      onFirst();
      return;
    }
    if (code === EXIT.hungUp && exitCode === code) return;
    try {
      onSecond();
    } finally {
      exit(code);
    }
  };
  // before any signal is listened for: then SIGHUP is ignored no more
  const isHangupIgnored = await askOfHangup();
  const handlers: (readonly [Deno.Signal, () => void])[] = [["SIGINT", handler(EXIT.interrupted)]];
  if (Deno.build.os !== "windows") handlers.push(["SIGTERM", handler(EXIT.terminated)]);
  if (isHangupIgnored !== null) handlers.push(["SIGHUP", isHangupIgnored ? () => {} : handler(EXIT.hungUp)]);
  // heard, it does not end the process: the write beyond the limit on a file's size fails, and is told as others are
  if (Deno.build.os !== "windows") handlers.push(["SIGXFSZ", () => {}]);
  for (const [name, listener] of handlers) Deno.addSignalListener(name, listener);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    [Symbol.dispose]() {
      for (const [name, listener] of handlers) Deno.removeSignalListener(name, listener);
    },
  };
}
