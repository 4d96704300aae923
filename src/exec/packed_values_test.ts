import assert from "node:assert/strict";
import fc from "fast-check";
import { type PackedPlace, PackedReader, PackedWriter, type ShapeLog } from "./packed_values.ts";

function createPlace(size = 100_000): PackedPlace {
  return {
    words: new Uint16Array(new SharedArrayBuffer(2 * size)),
    numbers: new Float64Array(new SharedArrayBuffer(8 * size)),
  };
}

function createLog(numWords = 100_000): ShapeLog {
  return new Uint16Array(new SharedArrayBuffer(2 * numWords));
}

/** @param logWords room for shapes */
function bothEnds(logWords?: number) {
  const log = createLog(logWords);
  return { writer: new PackedWriter(log), reader: new PackedReader(log), log };
}

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    fc.double(),
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.bigInt(),
    fc.constantFrom(null, undefined, -0, NaN),
    fc.float64Array(),
    fc.array(tie("tree")),
    fc.dictionary(fc.string().filter((name) => name !== "__proto__"), tie("tree"), { noNullPrototype: true }),
  ),
}));

Deno.test("PackedReader.read() promises what PackedWriter.write() was given, whoever read the values before", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(tree, fc.nat(2))),
      fc.constantFrom(0, 7, 40, 100_000),
      (values, logWords) => {
        const place = createPlace(), { writer, reader, log } = bothEnds(logWords);
        const readers = [reader, new PackedReader(log), new PackedReader(log)];
        for (const [value, who] of values) {
          assert.equal(writer.write(value, place), "packed");
          assert.deepEqual(readers[who]!.read(place), value);
        }
      },
    ),
  );
});

Deno.test("PackedWriter.write() writes the names of an object's parts once, where the log has room", () => {
  const value = { first: 1, second: { third: 2 } };
  for (const [logWords, numNames] of [[100, 0], [20, 1], [0, 3]] as const) {
    const { words, numbers } = createPlace(), { writer, reader } = bothEnds(logWords);
    for (let i = 0; i < 2; i++) {
      words.fill(0);
      assert.equal(writer.write(value, { words, numbers }), "packed");
      const text = String.fromCharCode(...words.subarray(0, 50));
      const names = ["first", "second", "third"].filter((name) => text.includes(name));
      assert.equal(names.length, numNames, `a log of ${logWords}`);
      assert.deepEqual(reader.read({ words, numbers }), value);
    }
  }
});

Deno.test("PackedWriter.write() promises to tell what is no plain data, and a reader that goes on", () => {
  const place = createPlace(), { writer, reader } = bothEnds();
  const others = [new Map(), new Uint8Array(2), new Date(0), () => 0, Symbol("s"), Object.create(null)];
  others.push(JSON.parse('{"__proto__":1}'));
  for (const other of others) {
    assert.equal(writer.write({ list: [{ a: 1, b: 2 }, other] }, place), "kind");
    const plain = { list: [{ a: 1, b: 2 }, { a: "x", b: { list: 3 } }] };
    for (let i = 0; i < 2; i++) {
      assert.equal(writer.write(plain, place), "packed");
      assert.deepEqual(reader.read(place), plain);
    }
  }
});

Deno.test("PackedWriter.write() promises to tell what has no room, and a reader that goes on", () => {
  for (const logWords of [0, 100]) {
    const words = createPlace(6), { writer, reader } = bothEnds(logWords);
    const long = ["seven..", [1, 2, 3, 4, 5, 6], new Float64Array(7), { ab: 1, cd: "four" }, {
      ab: [[[[[1]]]]],
    }];
    for (const value of long) {
      assert.equal(writer.write(value, words), "room");
      assert.equal(writer.write({ ab: 1 }, words), "packed");
      assert.deepEqual(reader.read(words), { ab: 1 });
    }
  }
});

Deno.test("PackedReader.read() promises a copy that later values leave alone", () => {
  const place = createPlace(), { writer, reader } = bothEnds();
  writer.write({ floats: Float64Array.of(1, 2) }, place);
  const first = reader.read(place);
  writer.write({ floats: Float64Array.of(3, 4) }, place);
  assert.deepEqual(first, { floats: Float64Array.of(1, 2) });
  assert.deepEqual(reader.read(place), { floats: Float64Array.of(3, 4) });
});
