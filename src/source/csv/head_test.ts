import assert from "node:assert/strict";
import { readHead } from "./head.ts";
import { resolveCsvOptions } from "../text/options.ts";
import { RecordScanner } from "../text/record_scanner.ts";
import type { TextInput } from "../text/text_input.ts";

/** An input that gives at most so much a call, as a pipe does. */
function inPieces(text: string, pieceBytes: number): TextInput {
  const bytes = new TextEncoder().encode(text);
  let start = 0;
  return {
    path: "pipe",
    numBytes: null,
    readSync(view) {
      const piece = bytes.subarray(start, start + Math.min(pieceBytes, view.length));
      view.set(piece);
      start += piece.length;
      return piece.length === 0 ? null : piece.length;
    },
    close() {},
  };
}

/** The bytes that scanners look at while the work is done. */
function scannedBytes(work: () => void): number {
  const { scan } = RecordScanner.prototype;
  let sum = 0;
  RecordScanner.prototype.scan = function (bytes, range) {
    sum += range.end - range.start;
    scan.call(this, bytes, range);
  };
  try {
    work();
  } finally {
    RecordScanner.prototype.scan = scan;
  }
  return sum;
}

Deno.test("readHead() looks at a long first record a few times over, however little a pipe gives at a time", () => {
  const numBytes = 4 << 20, text = `"${"x\n".repeat(numBytes / 2)}",1\n2,3\n`;
  const options = resolveCsvOptions({ header: false });
  const scanned = scannedBytes(() => {
    const head = readHead(inPieces(text, 1 << 16), options);
    assert.equal(head.firstRecordBytes, numBytes + 5);
    assert.deepEqual(head.fieldNames, ["column_0", "column_1"]);
  });
  assert.ok(scanned < 6 * numBytes, `${scanned} bytes`);
});

Deno.test("readHead() asks for no more than the first record where it came in small pieces", () => {
  const names = Array.from({ length: 900 }, (_, index) => `column${index}`).join(",") + "\n";
  const input = inPieces(names, 1000);
  const head = readHead({
    ...input,
    readSync: (view) => input.readSync(view) ?? assert.fail("waited for what nobody has written yet"),
  }, resolveCsvOptions({}));
  assert.equal(head.fieldNames.length, 900);
});
