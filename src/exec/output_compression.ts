/** What `--compress` means for an output's format. @module */
import { UsageError } from "../errors.ts";
import type { ArrowCompression } from "../sink/arrow/mod.ts";
import type { OutputFormat } from "../sink/sink.ts";
import type { OutputCompression } from "./compressions.ts";
import { formatName } from "./data_format.ts";

export type { OutputCompression };

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
  if (format === "parquet") return null;
  const isArrow = format === "arrow-file" || format === "arrow-stream";
  if (isArrow && (compress === "lz4" || compress === "zstd")) return compress;
  throw new UsageError(
    "USE001",
    `--compress ${compress} is for ${isArrow ? "" : "Arrow or "}Parquet, and the output is ${
      formatName(format)
    }`,
    {
      help: isArrow
        ? "take --compress lz4 or --compress zstd"
        : "leave --compress out; a name that ends in .csv.gz or .csv.zst compresses text",
    },
  );
}
