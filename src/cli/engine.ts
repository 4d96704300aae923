/** The engine's types as the commands use them. Replaced by the engine's own once they are there. */
import type { CsvOptions } from "../source/csv/options.ts";
import type { Format } from "./flags.ts";

export interface Progress {
  readonly rows: number;
  readonly totalRows: number | null;
  readonly bytes: number;
  readonly totalBytes: number | null;
  readonly elapsedMs: number;
  readonly rssBytes: number;
  readonly predictedBytes: number;
}

export interface Summary {
  readonly rows: number;
  readonly outputRows: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly elapsedMs: number;
  readonly peakRssBytes: number;
  readonly predictedPeakBytes: number;
  readonly chunks: number;
  readonly workers: number;
  readonly numerics: "fused" | "strict";
  readonly output: string;
}

/** What `prepare` gives and `run` takes. */
export interface Prepared {
  readonly plan: unknown;
}

export interface PrepareOptions {
  readonly inputs: readonly string[];
  readonly params: string | null;
  readonly assignments: ReadonlyMap<string, string>;
  readonly memoryBytes: number | null;
  readonly chunkRows: number | null;
  readonly batchRows: number | null;
  readonly workers: number | null;
  readonly numerics: "fused" | "strict" | null;
  readonly from: Format | null;
  readonly rows: number | null;
  readonly csv: CsvOptions;
}
