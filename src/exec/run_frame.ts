/**
 * What holds for every run, whatever moves its rows: from chunk to chunk through a kernel (`run.ts`), or as messages
 * that nobody decodes (`relay.ts`).
 *
 * Invariants
 * 1. However a run ends, its output is whole or not there, and its inputs and threads are let go of.
 * 2. The output is ended only where every input is still the file that it was when it was opened.
 * 3. A signal ends what a run waits for.
 *
 * @module
 */
import { DataError, FormatError } from "../errors.ts";
import { holdRemotes } from "../source/remote/mod.ts";
import { refuseChanged, type StampedInput } from "./input_stamp.ts";
import { SignalWatch } from "./signal_watch.ts";

/** The parts in which runs differ, in the order in which they are called. */
export interface FramedRun<Sink extends { abort(): void }, Result> {
  /** Opens the output; from then on it is ended or aborted. */
  open(watch: SignalWatch): Sink | Promise<Sink>;
  /** Moves all rows from the inputs, but for those that `end` writes. */
  move(sink: Sink, watch: SignalWatch): Promise<void>;
  /** What was read, each with its stamp from before it was opened. */
  inputs(): readonly StampedInput[];
  /** Ends the output. */
  end(sink: Sink): Result;
  /** Lets go of all but the output, however the run ended. */
  close(): void;
}

/**
 * Runs it to its end.
 *
 * @throws what its parts throw; FormatError FMT004 an input changed; the signal's reason
 */
export async function runFramed<Sink extends { abort(): void }, Result>(
  run: FramedRun<Sink, Result>,
  signal: AbortSignal | null,
): Promise<Result> {
  const releaseRemotes = holdRemotes(), watch = new SignalWatch(signal);
  const closeAll = () => {
    try {
      run.close();
    } finally {
      watch.close();
      releaseRemotes();
    }
  };
  let result: Result;
  try {
    result = await runToEnd(run, watch);
  } catch (error) {
    quietly(closeAll);
    throw error;
  }
  closeAll();
  return result;
}

async function runToEnd<Sink extends { abort(): void }, Result>(
  run: FramedRun<Sink, Result>,
  watch: SignalWatch,
): Promise<Result> {
  const sink = await run.open(watch);
  let isMoved = false;
  try {
    await run.move(sink, watch);
    isMoved = true;
    refuseChanged(run.inputs());
    return run.end(sink);
  } catch (error) {
    quietly(() => sink.abort());
    // what was found in a file that was cut off meanwhile was never written there
    const isOfData = error instanceof DataError || error instanceof FormatError;
    if (isOfData && !isMoved) refuseChanged(run.inputs(), error);
    throw error;
  }
}

/** what ended the run says more than what could not be tidied up after it */
function quietly(tidy: () => void): void {
  try {
    tidy();
  } catch {
    // see above
  }
}
