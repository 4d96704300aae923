import assert from "node:assert/strict";
import fc from "fast-check";
import { isRefusal } from "./refusal.ts";
import { sliceShape, takeShape } from "./slice.ts";

/** Python's slice of 0 … size - 1, by walking: the definition in Python's language reference. */
function walkSlice(size: number, start: number | null, stop: number | null, step: number): number[] {
  const at = (bound: number) => bound < 0 ? bound + size : bound;
  const first = start === null ? (step > 0 ? 0 : size - 1) : at(start);
  const last = stop === null ? (step > 0 ? size : -1) : Math.max(at(stop), -1);
  const found: number[] = [];
  // walk over more than the axis, so that clamping is not assumed
  const from = step > 0 ? Math.max(first, 0) : Math.min(first, size - 1);
  for (let i = from; step > 0 ? i < last : i > last; i += step) {
    if (i >= 0 && i < size) found.push(i);
    if (i > size || i < -1) break;
  }
  return found;
}

Deno.test("sliceShape() takes the elements that Python's slice takes", () => {
  const bound = fc.option(fc.integer({ min: -9, max: 9 }));
  const step = fc.integer({ min: -4, max: 4 }).filter((value) => value !== 0);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), bound, bound, step, (size, start, stop, step) => {
      const walked = walkSlice(size, start, stop, step);
      const answer = sliceShape(["N", `x=${size}`], `:, ${start ?? ""}:${stop ?? ""}:${step}`);
      if (walked.length === 0) return assert(isRefusal(answer) && answer.code === "SHP010");
      assert(!isRefusal(answer));
      assert.deepEqual(answer.shape, ["N", `x=${walked.length}`]);
      const slice = answer.slices[1]!;
      const taken = slice.kind === "range"
        ? Array.from({ length: slice.size }, (_, i) => slice.start + i * slice.step)
        : Array.from({ length: size }, (_, i) => i);
      assert.deepEqual(taken, walked);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("sliceShape() gives one slice an axis of the operand, whatever is left out", () => {
  assert.deepEqual(sliceShape(["N", 4, 5], "..., -1"), {
    shape: ["N", 4],
    slices: [{ kind: "all" }, { kind: "all" }, { kind: "index", index: 4 }],
  });
  assert.deepEqual(sliceShape([4, 5], "1"), {
    shape: [5],
    slices: [{ kind: "index", index: 1 }, { kind: "all" }],
  });
  assert.deepEqual(sliceShape([], "..."), { shape: [], slices: [] });
});

Deno.test("sliceShape() reads blanks as NumPy does, and a whole range as all", () => {
  assert.deepEqual(sliceShape([4, "x=6"], " 0 : 4 ,1 : 3 "), {
    shape: [4, "x=2"],
    slices: [{ kind: "all" }, { kind: "range", start: 1, step: 1, size: 2 }],
  });
});

Deno.test("sliceShape() names expandDims where None was meant", () => {
  const answer = sliceShape([4], "None");
  assert(isRefusal(answer));
  assert.equal(answer.hint, "for a new axis, use .expandDims(axis)");
});

Deno.test("takeShape() resolves names and indices from the end", () => {
  assert.deepEqual(takeShape(["N", "x=5"], "x", [-1, 0, 0]), {
    shape: ["N", "x=3"],
    axis: 1,
    indices: [4, 0, 0],
  });
});

Deno.test("takeShape() refuses an index that is no integer", () => {
  for (const index of [0.5, NaN, Infinity, 5, -6]) {
    const answer = takeShape([5], 0, [0, index]);
    assert(isRefusal(answer) && answer.code === "SHP010", `${index}`);
  }
});
