import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { ARROW_METADATA_BYTES } from "../../schema/footer_limits.ts";
import { OutputError } from "../../errors.ts";
import { AtomicFile } from "../atomic_file.ts";
import { FooterBlocks } from "./footer_blocks.ts";

const BLOCK = { position: 8, metadataBytes: 64, bodyBytes: 64 };

Deno.test("FooterBlocks takes no more than is read again, of both lists together, and says what helps", () => {
  const folder = Deno.makeTempDirSync(), output = AtomicFile.open(`${folder}/table.arrow`, { force: false });
  try {
    // the schema leaves room for three blocks, and the frame
    const schemaBytes = ARROW_METADATA_BYTES - 1024 - 3 * 24;
    for (
      const [kind, text, help] of [
        [
          "recordBatch",
          /^the record batches of .*table\.arrow are too many/,
          /--batch-rows\), or a stream: -o FILE\.arrows$/,
        ],
        [
          "dictionary",
          /^the dictionaries of .*table\.arrow are too many/,
          /^write a stream: -o FILE\.arrows$/,
        ],
      ] as const
    ) {
      const blocks = new FooterBlocks(output, schemaBytes);
      for (const each of ["recordBatch", "dictionary", kind] as const) blocks.add(each, BLOCK);
      throws(() => blocks.add(kind, BLOCK), (error) => {
        deepStrictEqual([error instanceof OutputError, (error as OutputError).code], [true, "OUT003"]);
        strictEqual(text.test((error as OutputError).message), true, String(error));
        return help.test((error as OutputError).help!);
      });
      blocks.close();
    }
  } finally {
    output.abort();
    Deno.removeSync(folder, { recursive: true });
  }
});
