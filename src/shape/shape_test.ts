import assert from "node:assert/strict";
import fc from "fast-check";
import { NdpipeError } from "../errors.ts";
import { isRefusal } from "./refusal.ts";
import { reshapeShape } from "./reshape.ts";
import {
  checkShape,
  type Dim,
  equalShapes,
  labelOf,
  nameOf,
  numElements,
  showLiteral,
  sizeOf,
  symbolsOf,
} from "./shape.ts";

Deno.test("sizeOf(), labelOf() and nameOf() tell a size, a symbol and a labelled size apart", () => {
  const rows: [Dim, number | string, string | null, string | null][] = [
    [1000, 1000, null, null],
    ["N", "N", null, "N"],
    ["feature=1000", 1000, "feature", "feature"],
  ];
  for (const [dim, size, label, name] of rows) {
    assert.deepEqual([sizeOf(dim), labelOf(dim), nameOf(dim)], [size, label, name]);
  }
});

Deno.test("checkShape() refuses what is no axis", () => {
  for (const dim of ["", 0, -1, 2147483648, 1.5, "a b", "=3", "x=0", "x=-1", "x=01", "x=1=2", "é"]) {
    assert.equal(checkShape([dim])?.code, "SHP013", String(dim));
  }
  for (const dim of [1, 2147483647, "N", "feature=3", "_a1=3"]) assert.equal(checkShape([dim]), null);
});

Deno.test("checkShape() refuses a label that stands twice or is a symbol too, but not a symbol twice", () => {
  assert.equal(checkShape(["x=3", "x=4"])?.code, "SHP013");
  assert.equal(checkShape(["x", "x=4"])?.code, "SHP013");
  assert.equal(checkShape(["x=4", "x"])?.code, "SHP013");
  assert.equal(checkShape(["N", "N"]), null);
  assert.equal(checkShape([]), null);
  for (const size of [NaN, Infinity, 0, -1, 0.5]) assert.equal(checkShape([size])?.code, "SHP013");
});

Deno.test("symbolsOf() gives each symbol once", () => {
  assert.deepEqual(symbolsOf(["N", 3, "x=2", "M", "N"]), ["N", "M"]);
});

Deno.test("numElements() multiplies sizes and bound symbols, and fails on an unbound one", () => {
  assert.equal(numElements([]), 1);
  assert.equal(numElements(["N", "feature=1000", 10], { N: 5_000_000 }), 5e10);
  assert.equal(numElements(["N", 10], { N: 0 }), 0);
  assert.throws(() => numElements(["N"]), (error) => error instanceof NdpipeError && error.code === "BUG001");
});

Deno.test("equalShapes() minds labels; showLiteral() quotes them", () => {
  assert(equalShapes(["N", 3], ["N", 3]));
  assert(!equalShapes(["N", 3], ["N", "x=3"]));
  assert(!equalShapes(["N"], ["N", 3]));
  assert.equal(showLiteral(["N", "x=3", 1]), "['N', 'x=3', 1]");
});

Deno.test("reshapeShape() keeps the number of elements, whatever stands for -1", () => {
  const sizes = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(
      fc.array(sizes, { maxLength: 3 }),
      fc.array(sizes, { maxLength: 3 }),
      fc.nat(3),
      (a, b, at) => {
        const to = b.toSpliced(Math.min(at, b.length), 0, -1);
        const total = numElements(a), known = numElements(b);
        const answer = reshapeShape(["N", ...a], ["N", ...to]);
        if (total % known !== 0) return assert(isRefusal(answer) && answer.code === "SHP006");
        assert(!isRefusal(answer));
        assert.equal(numElements(answer, { N: 7 }), 7 * total);
      },
    ),
  );
});

Deno.test("reshapeShape() multiplies beyond 2^53 without rounding", () => {
  const huge = [2147483647, 2147483647, 3];
  assert.deepEqual(reshapeShape(huge, [3, 2147483647, 2147483647]), [3, 2147483647, 2147483647]);
  const answer = reshapeShape(huge, [2147483647, 2147483646, 3]);
  assert(isRefusal(answer) && answer.code === "SHP006");
});
