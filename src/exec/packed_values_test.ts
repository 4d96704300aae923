import assert from "node:assert/strict";
import fc from "fast-check";
import { type PackedPlace, PackedReader, PackedWriter } from "./packed_values.ts";

function createPlace(size = 100_000): PackedPlace {
  return {
    words: new Uint16Array(new SharedArrayBuffer(2 * size)),
    numbers: new Float64Array(new SharedArrayBuffer(8 * size)),
  };
}

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    fc.double(),
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.constantFrom(null, undefined, -0, NaN),
    fc.float64Array(),
    fc.array(tie("tree")),
    fc.dictionary(fc.string().filter((name) => name !== "__proto__"), tie("tree"), { noNullPrototype: true }),
  ),
}));

Deno.test("PackedReader.read() promises what PackedWriter.write() was given, value after value", () => {
  fc.assert(fc.property(fc.array(tree), (values) => {
    const place = createPlace(), writer = new PackedWriter(), reader = new PackedReader();
    for (const value of values) {
      assert.ok(writer.write(value, place));
      assert.deepEqual(reader.read(place), value);
    }
  }));
});

Deno.test("PackedWriter.write() promises false for what is no plain data, whose shapes it forgets", () => {
  const place = createPlace(), writer = new PackedWriter(), reader = new PackedReader();
  const others = [1n, new Map(), new Uint8Array(2), new Date(0), () => 0, Symbol("s"), Object.create(null)];
  others.push(JSON.parse('{"__proto__":1}'));
  for (const other of others) {
    assert.equal(writer.write({ list: [{ a: 1, b: 2 }, other] }, place), false);
    const plain = { list: [{ a: 1, b: 2 }, { a: "x", b: { list: 3 } }] };
    for (let i = 0; i < 2; i++) {
      assert.ok(writer.write(plain, place));
      assert.deepEqual(reader.read(place), plain);
    }
  }
});

Deno.test("PackedWriter.write() promises false for what has no room, and leaves a reader that goes on", () => {
  const words = createPlace(6), writer = new PackedWriter(), reader = new PackedReader();
  const fits = { ab: 1 };
  for (
    const long of ["seven..", [1, 2, 3, 4, 5, 6], new Float64Array(7), { ab: 1, cd: 2 }, { ab: [[[[[1]]]]] }]
  ) {
    assert.equal(writer.write(long, words), false);
    assert.ok(writer.write(fits, words));
    assert.deepEqual(reader.read(words), fits);
  }
});

Deno.test("PackedReader.read() promises a copy that later values leave alone", () => {
  const place = createPlace(), writer = new PackedWriter(), reader = new PackedReader();
  writer.write({ floats: Float64Array.of(1, 2) }, place);
  const first = reader.read(place);
  writer.write({ floats: Float64Array.of(3, 4) }, place);
  assert.deepEqual(first, { floats: Float64Array.of(1, 2) });
  assert.deepEqual(reader.read(place), { floats: Float64Array.of(3, 4) });
});
