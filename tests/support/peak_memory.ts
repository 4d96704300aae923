/** The peak of resident memory that the system counts for a command, beside the predicted one. @module */
import assert from "node:assert/strict";
import { startNdpipe } from "./ndpipe_process.ts";

export const MIB = 1024 ** 2;
/** of `measured`, where nothing else is said */
export const BUDGET_MIB = 256;

/** A run's peak, as seen from outside, and what it reports itself. */
export interface MeasuredRun {
  readonly peak: number;
  readonly predicted: number;
  readonly chunks: number;
}

/** VmHWM of a process until it ends. */
async function peakOf(child: Deno.ChildProcess): Promise<number> {
  let peak = 0, isRunning = true;
  child.status.finally(() => isRunning = false);
  while (isRunning) {
    try {
      const status = await Deno.readTextFile(`/proc/${child.pid}/status`);
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // it has just ended
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return peak;
}

/** Runs a command under the budget; gives the peak, as seen from outside and as the process reports both. */
export async function measured(
  command: readonly string[],
  input: string,
  flags: readonly string[],
  { budgetMib = BUDGET_MIB, outputEnding = "arrow", outputStem = input } = {},
): Promise<MeasuredRun> {
  const output = `${outputStem}.out.${outputEnding}`, report = `${outputStem}.report.json`;
  const child = startNdpipe([
    ...command,
    ...["-i", input, "-o", output, "--force", "--memory", `${budgetMib}MiB`],
    ...["--progress", "none", "--report", report, ...flags],
  ]);
  const [peak, { code, stderr }] = await Promise.all([peakOf(child), child.output()]);
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const { summary } = JSON.parse(Deno.readTextFileSync(report));
  Deno.removeSync(report);
  // a busy machine may leave the one who looks from outside no moment to look in
  const all = Math.max(peak, Number(summary.peakRssBytes));
  return { peak: all, predicted: Number(summary.predictedPeakBytes), chunks: Number(summary.chunks) };
}

/** The peak is within the prediction; gives both as text, after `what`. */
export function assertWithin(
  { peak, predicted }: { readonly peak: number; readonly predicted: number },
  what?: string,
): string {
  const numbers = `${(peak / MIB).toFixed(1)} of ${(predicted / MIB).toFixed(1)} MiB`;
  const text = what === undefined ? numbers : `${what}: ${numbers}`;
  assert.ok(peak > 40 * MIB, `nothing was measured: ${text}`);
  assert.ok(peak <= predicted, text);
  return text;
}
