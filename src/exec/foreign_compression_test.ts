import { strictEqual, throws } from "node:assert/strict";
import { type FormatError, type UsageError } from "../errors.ts";
import { checkIsText } from "../source/text/text_place.ts";
import { dataFormat } from "./data_format.ts";

/** "id,x\n1,1.5\n", or lines like it, as the programs wrote it */
const WRITTEN: readonly (readonly [name: string, hex: string, command: string])[] = [
  [
    "bzip2",
    "425a683931415926535962c8ed9b00000ed98000100005220004200040200022bfd546688430235118ead18d529f17724538509062c8ed9b",
    "bzip2 -dc",
  ],
  [
    "xz",
    "fd377a585a000004e6d6b4460200210116000000742fe5a301000a69642c780a312c312e350a00006a9c332d7f7fb050",
    "xz -dc",
  ],
  ["lzma", "5d00008000ffffffffffffffff00349901861e75a97b37c857e796ebef7fffed328000", "xz -dc"],
  ["LZ4", "04224d186440a70b00008069642c780a312c312e350a0000000006a9b210", "lz4 -dc"],
];

Deno.test("checkIsText() names a compression that is not read, and what decompresses it", () => {
  for (const [name, hex, command] of WRITTEN) {
    for (
      const [path, shell] of [
        ["stdin", command],
        ["a table.csv", `${command} < 'a table.csv'`],
        ["https://example.org/t.csv", `curl -L https://example.org/t.csv | ${command}`],
      ] as const
    ) {
      throws(() => checkIsText(path, Uint8Array.fromHex(hex)), (error: FormatError) => {
        strictEqual(error.code, "FMT002");
        strictEqual(error.message, `${path} is no text: it is compressed with ${name}`);
        strictEqual(
          error.help,
          `decompress it on the way: ${shell} | ndpipe …, with -i - and the format as --from`,
        );
        return true;
      });
    }
  }
  // a header that begins as bzip2 does
  checkIsText("t.csv", new TextEncoder().encode("BZh9,x\n1,2\n"));
});

Deno.test("dataFormat() says of a name that ends in a compression what to do instead", () => {
  const helpOf = (path: string, flag: "--from" | "--to"): string | null => {
    try {
      return dataFormat(path, null, flag);
    } catch (error) {
      strictEqual((error as UsageError).code, "USE003");
      return (error as UsageError).help;
    }
  };
  strictEqual(
    helpOf("t.csv.bz2", "--from"),
    "bzip2 is not read: decompress it on the way, bzip2 -dc < t.csv.bz2 | ndpipe …, with -i - --from csv",
  );
  strictEqual(
    helpOf("t.xz", "--from"),
    "xz is not read: decompress it on the way, xz -dc < t.xz | ndpipe …, with -i - and its format as --from",
  );
  strictEqual(
    helpOf("t.parquet.xz", "--from"),
    "xz is not read: decompress it first, xz -dc < t.parquet.xz > t.parquet, and give t.parquet",
  );
  strictEqual(
    helpOf("t.csv.bz2", "--to"),
    "write it as t.csv, or with .gz or .zst behind where it is text, and not with bzip2",
  );
});
