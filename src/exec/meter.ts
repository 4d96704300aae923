/**
 * What a run says of itself: how far it is, and at the end what was moved and where the time went, beside what the plan
 * predicted. Nothing of it reaches the output.
 *
 * @module
 */
import { STAGE_COUNTERS } from "../kernel/program_runner.ts";
import { movedBytes, type StageTraffic, stageTraffic } from "../plan/traffic.ts";
import { type ReadCounts, readCounts, readSince } from "../source/read_meter.ts";
import type { ChunkTicket } from "../source/source.ts";
import type { ProcessedChunk } from "./chunk_computer.ts";
import type { Prepared } from "./prepared.ts";
import { RssWatch } from "./rss.ts";
import type { BudgetSpare } from "./spare_memory.ts";

/** How far a run has come. */
export interface Progress {
  readonly rows: number;
  /** null where only reading tells */
  readonly totalRows: number | null;
  /** of the inputs */
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly elapsedMs: number;
  readonly rssBytes: number;
  readonly predictedBytes: number;
}

/** What one kernel of the plan has moved. */
export interface MeasuredKernel {
  /** its number in the plan, from 1 */
  readonly kernel: number;
  /** the steps that it computes: "sub + div + clip" */
  readonly steps: string;
  /** calls, one a tile */
  readonly calls: number;
  /** rows that it went through: of what a filter before it kept */
  readonly rows: number;
  /** rows that it kept; null: it does not filter */
  readonly keptRows: number | null;
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** what the plan said for the rows of the input: as if filters kept all rows */
  readonly predictedReadBytes: number;
  readonly predictedWrittenBytes: number;
  /** its share of the time that kernels took, by the tiles that were timed; summed over workers */
  readonly ms: number;
}

/** What was read of one input. */
export interface MeasuredSource {
  readonly path: string;
  /** that the system gave: metadata that the run read again, and columns */
  readonly bytesRead: number;
  /** calls to the system */
  readonly numReads: number;
  /** in these calls; summed over threads */
  readonly readMs: number;
  /** in the reader besides: checks, decompression, parsing; summed over threads */
  readonly decodeMs: number;
}

/** What was written. */
export interface MeasuredSink {
  readonly path: string;
  readonly bytesWritten: number;
  /** gathering record batches, encoding and writing them */
  readonly writeMs: number;
  /** of the end: the format's last bytes, syncing to the disk, the name */
  readonly closeMs: number;
}

/** Where the time went, in milliseconds. */
export interface MeasuredWaits {
  /** until the first chunk was read: kernels are compiled, params written, threads started */
  readonly startMs: number;
  /** the main thread had nothing to do: workers or a pipe were slower */
  readonly mainWaitMs: number;
  /** worker threads had nothing to do, summed over them: reading or writing were slower; 0 without such threads */
  readonly workerWaitMs: number;
}

/** Everything that was measured. */
export interface Measured {
  readonly sources: readonly MeasuredSource[];
  readonly kernels: readonly MeasuredKernel[];
  readonly sink: MeasuredSink;
  readonly waits: MeasuredWaits;
}

/** What a finished run says of itself. */
export interface Summary {
  readonly rows: number;
  readonly outputRows: number;
  readonly bytesRead: number;
  /** bytes of columns that were moved between the read and the kernel: 0 where columns are views */
  readonly copiedBytes: number;
  readonly bytesWritten: number;
  readonly elapsedMs: number;
  readonly peakRssBytes: number;
  readonly predictedPeakBytes: number;
  readonly chunks: number;
  readonly workers: number;
  readonly numerics: "fused" | "strict";
  /** as it was named */
  readonly output: string;
  /** absent where nothing is computed: record batches are passed on as they are */
  readonly measured?: Measured;
}

/** between two calls of `onProgress` */
const PROGRESS_MILLISECONDS = 100;

interface SourceCounts {
  numBytes: number;
  numCalls: number;
  readMs: number;
  decodeMs: number;
}

/** Counts what went through, and tells it now and then. */
export class Meter {
  readonly #prepared: Prepared;
  readonly #numThreads: number;
  readonly #spare: Pick<BudgetSpare, "predictedBytes">;
  readonly #onProgress: ((progress: Progress) => void) | null;
  readonly #watch = new RssWatch();
  readonly #start = performance.now();
  readonly #sources: SourceCounts[];
  /** `STAGE_COUNTERS` numbers a stage */
  readonly #stages: Float64Array;
  #computeMs = 0;
  #busyMs = 0;
  #writeMs = 0;
  #closeMs = 0;
  #mainWaitMs = 0;
  #startMs: number | null = null;
  #endMs = 0;
  #toldAt = -Infinity;
  #rows = 0;
  #bytes = 0;
  #copiedBytes = 0;
  #chunks = 0;

  /** @param numThreads beside this one; `spare` knows the predicted peak, which may grow */
  constructor(
    prepared: Prepared,
    { numThreads, onProgress, spare }: {
      readonly numThreads: number;
      readonly spare: Pick<BudgetSpare, "predictedBytes">;
      readonly onProgress: ((progress: Progress) => void) | null;
    },
  ) {
    this.#prepared = prepared;
    this.#numThreads = numThreads;
    this.#spare = spare;
    this.#onProgress = onProgress;
    this.#sources = prepared.inputs.map(() => ({ numBytes: 0, numCalls: 0, readMs: 0, decodeMs: 0 }));
    this.#stages = new Float64Array(STAGE_COUNTERS * prepared.program.stages.length);
  }

  /** Counts the call that gives the next ticket, on this thread; `sourceIndex` of it, or null at the end. */
  async reading<T extends { readonly sourceIndex: number } | null>(
    next: () => T | Promise<T>,
    wait: (promise: Promise<T>) => Promise<T>,
  ): Promise<T> {
    this.#startMs ??= performance.now() - this.#start;
    const startedMs = performance.now(), before = readCounts();
    const given = next();
    const ticket = given instanceof Promise ? await wait(given) : given;
    const index = ticket?.sourceIndex ?? this.#sources.length - 1;
    this.#addReads(index, readSince(before), performance.now() - startedMs);
    return ticket;
  }

  /** Counts a wait of the main thread. */
  async waiting<T>(promise: Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      return await promise;
    } finally {
      this.#mainWaitMs += performance.now() - startedMs;
    }
  }

  /** Counts writing of rows, or the end of the output. */
  writing(what: "rows" | "end", write: () => void): void {
    const startedMs = performance.now();
    write();
    const ms = performance.now() - startedMs;
    if (what === "rows") this.#writeMs += ms;
    else this.#closeMs += ms;
  }

  /** all chunks are through: what follows is no one's wait */
  computed(): void {
    this.#endMs = performance.now() - this.#start;
  }

  add({ numRows, numBytes, sourceIndex }: ChunkTicket, { copiedBytes, counts }: ProcessedChunk): void {
    this.#rows += numRows;
    this.#bytes += numBytes;
    this.#copiedBytes += copiedBytes;
    this.#chunks += 1;
    this.#computeMs += counts.computeMs;
    this.#busyMs += counts.busyMs;
    this.#addReads(sourceIndex, counts.reads, counts.decodeMs);
    for (const [i, count] of counts.stages.entries()) this.#stages[i]! += count;
    const now = performance.now();
    if (now - this.#toldAt < PROGRESS_MILLISECONDS) return;
    this.#toldAt = now;
    const rssBytes = this.#watch.sample();
    this.#onProgress?.({
      rows: this.#rows,
      totalRows: this.#prepared.numRows,
      bytes: this.#bytes,
      totalBytes: this.#prepared.inputBytes,
      elapsedMs: now - this.#start,
      rssBytes,
      predictedBytes: this.#spare.predictedBytes,
    });
  }

  summary(written: Pick<Summary, "outputRows" | "bytesWritten" | "output">): Summary {
    const { memory, numerics } = this.#prepared;
    return {
      rows: this.#rows,
      ...written,
      bytesRead: this.#bytes,
      copiedBytes: this.#copiedBytes,
      elapsedMs: performance.now() - this.#start,
      peakRssBytes: this.#watch.peakBytes(),
      predictedPeakBytes: this.#spare.predictedBytes,
      chunks: this.#chunks,
      workers: memory.workers,
      numerics,
      measured: this.#measured(written),
    };
  }

  #addReads(index: number, reads: ReadCounts, decodeMs: number): void {
    const source = this.#sources[index];
    if (source === undefined) return;
    source.numBytes += reads.numBytes;
    source.numCalls += reads.numCalls;
    source.readMs += reads.milliseconds;
    source.decodeMs += Math.max(0, decodeMs - reads.milliseconds);
  }

  #measured({ bytesWritten, output }: Pick<Summary, "bytesWritten" | "output">): Measured {
    const { inputs } = this.#prepared, startMs = this.#startMs ?? 0;
    const threadMs = this.#numThreads * (this.#endMs - startMs);
    return {
      sources: inputs.map(({ path }, i) => {
        const { numBytes, numCalls, readMs, decodeMs } = this.#sources[i]!;
        return { path, bytesRead: numBytes, numReads: numCalls, readMs, decodeMs };
      }),
      kernels: this.#kernels(),
      sink: { path: output, bytesWritten, writeMs: this.#writeMs, closeMs: this.#closeMs },
      waits: {
        startMs,
        mainWaitMs: this.#mainWaitMs,
        workerWaitMs: this.#numThreads === 0 ? 0 : Math.max(0, threadMs - this.#busyMs),
      },
    };
  }

  #kernels(): MeasuredKernel[] {
    const { program, graph } = this.#prepared, stages = this.#stages;
    const timed = program.stages.reduce((sum, _, i) => sum + stages[i * STAGE_COUNTERS + 3]!, 0);
    return program.stages.map((stage, i) => {
      const [calls = 0, rows = 0, keptRows = 0, ms = 0] = stages.subarray(i * STAGE_COUNTERS);
      const traffic: StageTraffic = stageTraffic(stage, program);
      const moved = movedBytes(traffic, { rows, keptRows });
      const predicted = movedBytes(traffic, { rows: this.#rows, keptRows: this.#rows });
      const steps = stage.steps.map((step) => graph.steps[step]?.name ?? "").filter(Boolean).join(" + ");
      const filters = "symbol" in stage && stage.symbol !== undefined;
      return {
        kernel: i + 1,
        steps: steps === "" ? `copy ${stage.label}` : steps,
        calls,
        rows,
        keptRows: filters ? keptRows : null,
        readBytes: moved.read,
        writtenBytes: moved.written,
        predictedReadBytes: predicted.read,
        predictedWrittenBytes: predicted.written,
        ms: timed === 0 ? 0 : (this.#computeMs * ms) / timed,
      };
    });
  }
}
