import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { AtomicFile } from "./atomic_file.ts";
import { FooterSpool } from "./footer_spool.ts";

Deno.test("FooterSpool gives back what it took, beyond what it holds too, and refuses more than a footer can have", () => {
  const folder = Deno.makeTempDirSync(), output = AtomicFile.open(`${folder}/table`, { force: false });
  const options = {
    heldBytes: 100,
    what: "record batches",
    format: "Arrow",
    maxBytes: () => 1200,
    help: "split",
  };
  try {
    for (const numPieces of [0, 1, 4, 5, 50]) {
      const spool = new FooterSpool(output, options);
      const pieces = Array.from({ length: numPieces }, (_, i) => new Uint8Array(24).fill(i));
      for (const piece of pieces) spool.add(piece);
      strictEqual(spool.numBytes, 24 * numPieces);
      deepStrictEqual(
        Array.from(spool.pieces(), (piece) => [...piece]).flat(),
        pieces.flatMap((piece) => [...piece]),
      );
      spool.close();
    }
    const spool = new FooterSpool(output, { ...options, maxBytes: () => 47 });
    spool.add(new Uint8Array(24));
    throws(
      () => spool.add(new Uint8Array(24)),
      /the record batches of .*table are too many for the footer of Arrow/,
    );
    spool.close();
  } finally {
    output.abort();
    Deno.removeSync(folder, { recursive: true });
  }
});
