/** What `--compress` means for an output's format. @module */
import { UsageError } from "../errors.ts";
import type { ArrowCompression } from "../sink/arrow/mod.ts";
import type { OutputFormat } from "../sink/sink.ts";

/** The values of `--compress`. */
export const COMPRESSIONS = ["none", "lz4", "zstd"] as const;
/** One of them. */
export type OutputCompression = (typeof COMPRESSIONS)[number];

/**
 * How the record batches of an output are compressed; null: not at all.
 *
 * @param compress as asked for; null: nothing was
 * @throws UsageError USE001 for a format that has no such compression
 *
 * @example
 * ```ts
 * import { arrowCompression } from "./output_compression.ts";
 * import { strictEqual } from "node:assert/strict";
 * strictEqual(arrowCompression("zstd", "arrow-file"), "zstd");
 * strictEqual(arrowCompression(null, "csv"), null);
 * ```
 */
export function arrowCompression(
  compress: OutputCompression | null,
  format: OutputFormat,
): ArrowCompression | null {
  if (compress === null || compress === "none") return null;
  if (format === "arrow-file" || format === "arrow-stream") return compress;
  throw new UsageError("USE001", `--compress ${compress} is for Arrow, and the output is ${format}`, {
    help: format === "csv"
      ? "leave --compress out; a name that ends in .csv.gz or .csv.zst compresses text"
      : "leave --compress out",
  });
}
