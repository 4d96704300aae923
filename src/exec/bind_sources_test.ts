import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Source } from "../source/source.ts";
import { bindSources } from "./bind_sources.ts";

/** An input of no columns that holds 1000 bytes, and shares memory of these sizes: twice their sum. */
function sourceOf(path: string, sizes: readonly number[] | null, threadBytes: number): Source {
  const bytesOf = (parts: readonly number[]) => 2 * parts.reduce((sum, bytes) => sum + bytes, 0);
  return {
    info: {
      path,
      format: "parquet",
      schema: { fields: [] },
      numRows: 1,
      numBytes: 1,
      metadataBytes: 0,
    },
    countRows: () => 1,
    slotBytes: () => 64,
    residentBytes: () => 1000 + (sizes === null ? 0 : bytesOf(sizes)),
    sharedSizes: () => sizes,
    sharedBytes: bytesOf,
    threadBytes: () => threadBytes,
    begin() {},
    next: () => null,
    decoderOptions: () => null,
    close() {},
  };
}

Deno.test("bindSources() promises room for one memory that all inputs share, the most of each part, and threads' own", () => {
  const sources = [
    sourceOf("a", [10, 100], 7),
    sourceOf("b", [50, 20], 900),
    sourceOf("c", [1, 2, 3], 0),
    sourceOf("d", null, 0),
  ];
  const { residentBytes, sharedSizes, threadBytes } = bindSources(sources.map(({ info }) => info.path), [], {
    openInput: (_path, index) => sources[index]!,
    options: { from: null, csv: {} },
  });
  deepStrictEqual(sharedSizes, [[50, 100], [1, 2, 3]]);
  strictEqual(residentBytes(1), 1000 + 2 * 150 + 2 * 6);
  strictEqual(threadBytes, 900);
});
