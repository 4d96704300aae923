import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { RecordScanner } from "./record_scanner.ts";
import { SlotScanner } from "./slot_scanner.ts";

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

const text = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('"', "\n", "\r", ",", "\r\n", '""', '"\n', ',"', '",') },
    { weight: 3, arbitrary: fc.constantFrom("a", "7", "é", " ", "#", "\n#") },
    { weight: 1, arbitrary: fc.nat({ max: 80 }).map((length) => "x".repeat(length)) },
  ),
  { maxLength: 60 },
).map((parts) => new TextEncoder().encode(parts.join("")));

Deno.test("SlotScanner finds what RecordScanner finds in any text, cut anywhere, at any address", () => {
  const seen = new Set<string>();
  const arbitrary = fc.record({
    bytes: text,
    cut: fc.nat({ max: 400 }),
    pointer: fc.integer({ min: 64, max: 200 }),
    isEnd: fc.boolean(),
    maxRecords: fc.integer({ min: 1, max: 12 }),
    maxRecordBytes: fc.constantFrom(3, 20, 100, Infinity),
    skipBlankLines: fc.boolean(),
    quote: fc.constantFrom(34, -1),
    comment: fc.constantFrom(-1, 35),
    garbage: fc.nat({ max: 255 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ bytes, cut, pointer, isEnd, maxRecords, garbage, ...rest }) => {
      const options = { delimiter: 44, escape: -1, ...rest }, end = Math.min(cut, bytes.length);
      const plain = new RecordScanner(options), fast = new SlotScanner(options);
      const place = new Uint8Array(memory.buffer);
      // what lies around the text must not matter
      place.fill(garbage);
      place.set(bytes, pointer);
      plain.scan(bytes.slice(0, end), { start: 0, end, isEnd, maxRecords });
      fast.scan({ memory, pointer }, { start: 0, end, isEnd, maxRecords });
      const told = (scanner: RecordScanner | SlotScanner) => {
        const { numRecords, numLines, position, problem } = scanner;
        return { numRecords, numLines, position, problem };
      };
      deepStrictEqual(told(fast), told(plain));
      ok(!fast.isAscii || bytes.subarray(0, fast.position).every((byte) => byte < 128));
      seen.add(plain.problem?.kind ?? "none");
    }),
    { numRuns: 3000 },
  );
  deepStrictEqual([...seen].sort(), ["none", "textAfterQuote", "tooLong", "unclosedQuote"]);
});

Deno.test("SlotScanner counts lines of any length, and tells ASCII from other text", () => {
  const scanner = new SlotScanner({
    delimiter: 44,
    quote: 34,
    skipBlankLines: true,
    maxRecordBytes: 1000,
    comment: -1,
    escape: -1,
  });
  const place = new Uint8Array(memory.buffer);
  for (const length of [1, 2, 15, 16, 63, 64, 65, 200]) {
    const line = new Uint8Array(length + 1).fill(120);
    line[length] = 10;
    const numLines = Math.floor(60_000 / line.length), end = numLines * line.length;
    for (let i = 0; i < numLines; i++) place.set(line, 64 + i * line.length);
    place.fill(0, 64 + end);
    scanner.scan({ memory, pointer: 64 }, { start: 0, end, isEnd: true, maxRecords: Infinity });
    deepStrictEqual([scanner.numRecords, scanner.numLines, scanner.position], [numLines, numLines, end]);
    ok(scanner.isAscii);
    place[64 + end - 2] = 0xe9;
    scanner.scan({ memory, pointer: 64 }, { start: 0, end, isEnd: true, maxRecords: Infinity });
    ok(!scanner.isAscii);
  }
});
