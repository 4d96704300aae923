/** Running a prepared pipeline with everything around it: progress, interruptions, summary, report. @module */
import { EXIT, type ExitCode } from "../error_codes.ts";
import { NdpipeError, OutputError, UsageError } from "../errors.ts";
import { dataFormat, isTextFormat } from "../exec/data_format.ts";
import type { ArgumentsOf, RUN_FLAGS } from "./command_flags.ts";
import type { Prepared } from "../exec/prepared.ts";
import type { Progress, RunOptions, Summary } from "../exec/run.ts";
import { loadModule } from "../load_module.ts";
import { logLine } from "./log_line.ts";
import type { NamedFile } from "./protected_files.ts";
import { createProgress, type ProgressMode } from "./progress.ts";
import { interruptionOf, listenForInterrupts } from "./signals.ts";
import { formatSummary, formatSummaryJson } from "./summary.ts";
import { printErr, takesEscapes, terminalColumns } from "./terminal.ts";

type RunFlags = ArgumentsOf<typeof RUN_FLAGS, "output">["flags"];
type ExecuteFlags = Pick<RunFlags, "output" | "to" | "compress" | "force" | "progress" | "log" | "report">;

/** What is executed, and what a report says of it. */
export interface Job {
  /** must not be replaced by the output or the report */
  readonly reads: readonly NamedFile[];
  readonly run: (options: RunOptions) => Promise<Summary>;
  readonly plan: () => Promise<unknown>;
}

/** Runs what was prepared. `reads` are the files that it comes from, besides its inputs. */
export function execute(
  prepared: Prepared,
  flags: ExecuteFlags,
  reads: readonly NamedFile[] = [],
): Promise<ExitCode> {
  return executeJob({
    reads: [...prepared.inputs.map(({ path }) => ({ role: "input", path })), ...reads],
    run: async (options) => (await import("../exec/run.ts")).run(prepared, options),
    plan: async () =>
      (await loadModule<typeof import("./plan_text.ts")>(import.meta.resolve("./plan_text.ts"))).planJson(
        prepared,
      ),
  }, flags);
}

/** Runs a job. The exit code is 0, or that of the signal which ended the run. */
export async function executeJob(job: Job, flags: ExecuteFlags): Promise<ExitCode> {
  const [{ abortOpenFiles }, { refuseReplacing }] = await Promise.all([
    import("../sink/atomic_file.ts"),
    import("./protected_files.ts"),
  ]);
  refuseReplacing(flags, job.reads);
  refuseBinaryTerminal(flags);
  const mode = progressMode(flags);
  const progress = createProgress({
    mode,
    isTerminal: takesEscapes(Deno.stderr),
    columns: terminalColumns,
    write: printErr,
  });
  using interrupts = await listenForInterrupts({
    onFirst: () => {
      progress.clear();
      if (mode !== "none") printErr(formatEnding(flags));
    },
    onSecond: abortOpenFiles,
  });
  const report = flags.report === null ? null : await openReport(flags.report, flags.output);
  try {
    const summary = await job.run({
      output: flags.output,
      to: flags.to,
      compress: flags.compress,
      force: flags.force,
      signal: interrupts.signal,
      onProgress: (now: Progress) => progress.update(now),
    });
    progress.clear();
    report?.finish(await job.plan(), summary);
    if (mode === "json") printErr(formatSummaryJson(summary));
    else if (mode !== "none") printErr(formatSummary(summary));
    return EXIT.ok;
  } catch (error) {
    progress.clear();
    report?.abort();
    const exitCode = interrupts.exitCode() ?? interruptionOf(error);
    // a refusal that came at the same time says more than the interruption
    if (exitCode === null || error instanceof NdpipeError) throw error;
    printErr(formatInterruption(exitCode, flags));
    return exitCode;
  }
}

/**
 * Bytes that are no text would be shown as noise, and may set a terminal as nobody wants it.
 *
 * @throws UsageError USE002
 */
function refuseBinaryTerminal({ output, to }: ExecuteFlags): void {
  if (output !== "-" || !Deno.stdout.isTerminal()) return;
  const format = dataFormat(output, to, "--to");
  if (isTextFormat(format)) return;
  throw new UsageError("USE002", `standard output is a terminal, and ${format} is no text`, {
    help: "to read it there, write it as text: -o - --to csv; to keep it, name a file with -o, or pipe it",
  });
}

/** With `--log json` progress is JSON too, unless it was asked for otherwise. */
function progressMode({ progress, log }: ExecuteFlags): ProgressMode {
  return progress ?? (log === "json" ? "json" : "auto");
}

function formatEnding({ log }: ExecuteFlags): string {
  const message = "ending the chunk; a second signal quits at once";
  return log === "json" ? logLine({ level: "warning", event: "ending" }, { message }) : `${message}\n`;
}

function formatInterruption(exitCode: ExitCode, { output, log }: ExecuteFlags): string {
  const message = output === "-"
    ? "interrupted: what was written to stdout is not complete"
    : `interrupted: ${output} is as it was before the run`;
  return log === "json"
    ? logLine({ level: "warning", event: "interrupted" }, { message, exitCode })
    : `${message}\n`;
}

/** The file that `--report` names: opened before the run, so that a run does not end with a report that cannot be. */
async function openReport(path: string, output: string) {
  const [{ AtomicFile }, { default: project }] = await Promise.all([
    import("../sink/atomic_file.ts"),
    import("../../deno.json", { with: { type: "json" } }),
  ]);
  const file = AtomicFile.open(path, { force: true, flag: "--report" });
  return {
    finish(plan: unknown, summary: Summary): void {
      const report = { ndpipe: project.version, plan, summary };
      try {
        file.write(new TextEncoder().encode(JSON.stringify(report, null, 2) + "\n"));
        file.commit();
      } catch (error) {
        throw error instanceof OutputError ? reportRefused(error, output) : error;
      }
    },
    abort: () => file.abort(),
  };
}

/** A report comes behind its output, which stays. */
function reportRefused(error: OutputError, output: string): OutputError {
  return new OutputError(error.code, error.message, {
    notes: [`the output is whole: ${output === "-" ? "stdout" : output}`],
    help: "name another file with --report",
    cause: error,
  });
}
