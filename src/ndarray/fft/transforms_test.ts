/**
 * Transforms beside the sum that defines them, for every short length and for those at which the way changes.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { MemoryError } from "../../errors.ts";
import { type Allocation, Heap } from "../../memory/heap.ts";
import * as nd from "../mod.ts";
import { Storage } from "../storage/storage.ts";

const { fft } = nd;
const LENGTHS = [...Array(101).keys()].slice(1).concat([125, 128, 202, 206, 243, 256, 343, 404, 500, 625]);

let state = 3;
function random(n: number): Float64Array {
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

/** the sum itself */
function sumOf(re: Float64Array, im: Float64Array): { re: nd.NDArray; im: nd.NDArray } {
  const n = re.length, outRe = new Float64Array(n), outIm = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = -2 * Math.PI * ((k * j) % n) / n, c = Math.cos(angle), s = Math.sin(angle);
      outRe[k]! += re[j]! * c - im[j]! * s;
      outIm[k]! += re[j]! * s + im[j]! * c;
    }
  }
  return { re: nd.array(outRe), im: nd.array(outIm) };
}

function refuseFar(actual: nd.NDArray, expected: nd.NDArray, allowed: number): void {
  deepStrictEqual(actual.shape, expected.shape);
  if (actual.size === 0) return;
  const far = actual.sub(expected).abs().max().item() as number;
  ok(far <= allowed, `off by ${far}, not ${allowed}`);
}

Deno.test("fft() is the sum over all pairs for every length, and ifft() takes it back", () => {
  for (const n of LENGTHS) {
    nd.scope(() => {
      const re = random(n), im = random(n), given = fft.fft({ re, im }), expected = sumOf(re, im);
      // the sum's own rounding errors are the larger ones
      const allowed = 4e-15 * Math.max(4, n) ** 0.75;
      refuseFar(given.re, expected.re, allowed);
      refuseFar(given.im, expected.im, allowed);
      const back = fft.ifft(given);
      refuseFar(back.re, nd.array(re), 2e-15);
      refuseFar(back.im, nd.array(im), 2e-15);
    });
  }
});

Deno.test("rfft() is the first half of fft(), irfft() its inverse, fft() of reals the same as of a pair", () => {
  for (const n of LENGTHS) {
    nd.scope(() => {
      const x = random(n), whole = fft.fft({ re: x, im: new Float64Array(n) }), half = fft.rfft(x);
      const allowed = 1e-15 * Math.max(4, n) ** 0.75, end = Math.floor(n / 2) + 1;
      refuseFar(half.re, whole.re.slice(`:${end}`), allowed);
      refuseFar(half.im, whole.im.slice(`:${end}`), allowed);
      const ofReal = fft.fft(x);
      refuseFar(ofReal.re, whole.re, allowed);
      refuseFar(ofReal.im, whole.im, allowed);
      refuseFar(fft.irfft(half, { n }), nd.array(x), 2e-15);
      refuseFar(fft.hfft(fft.ihfft(x), { n }), nd.array(x), 4e-15);
    });
  }
});

Deno.test("fft() of a million numbers keeps their energy and the first of their moments", () => {
  nd.scope(() => {
    const n = 1 << 20, x = nd.fromTypedArray(random(n)), { re, im } = fft.fft(x);
    const energy = re.square().add(im.square()).sum().div(n), expected = x.square().sum();
    refuseFar(energy.div(expected), nd.array(1, { dtype: "f64" }), 1e-13);
    refuseFar(re.slice([0]), x.sum(), 1e-9);
  });
});

Deno.test("transforms along an axis are those of each line, whatever the strides; f32 stays", () => {
  nd.scope(() => {
    const a = nd.fromTypedArray(random(60), { shape: [3, 4, 5] }).transpose([2, 0, 1]).slice("::-1");
    for (const axis of [0, 1, -1]) {
      const all = fft.fft(a, { axis, n: 6, norm: "ortho" });
      ok(all.re.flags.cContiguous && all.re.flags.ownData);
      const lines = a.moveaxis(axis, -1), results = all.im.moveaxis(axis, -1);
      for (let i = 0; i < lines.shape[0]!; i++) {
        const one = fft.fft(lines.slice([i, 1]), { n: 6, norm: "ortho" });
        deepStrictEqual(results.slice([i, 1]).toList(), one.im.toList());
      }
    }
    const narrow = fft.fft2(a.astype("f32"));
    deepStrictEqual([narrow.re.dtype, narrow.im.dtype], ["f32", "f32"]);
    deepStrictEqual(narrow.re.toList(), fft.fft2(a.astype("f32").astype("f64")).re.astype("f32").toList());
    strictEqual(fft.rfft(nd.arange(4).astype("i8")).re.dtype, "f64");
  });
});

Deno.test("transforms refuse what they cannot take, by name", () => {
  throws(() => fft.fft([1, 2], { n: 0 }), { code: "ARR002", message: /fft takes a length from 1, not 0/ });
  throws(() => fft.fft([]), { code: "ARR002" });
  throws(() => fft.fft([1, 2], { axis: 1 }), { code: "SHP004" });
  throws(() => fft.fft({ re: [1, 2], im: [1] }), { code: "SHP001", message: /cannot fft/ });
  throws(() => fft.rfft({ re: [1, 2], im: [1, 2] }), { code: "ARR002", message: /not a pair/ });
  throws(() => fft.fft([1, 2], { norm: "other" as "ortho" }), { code: "ARR002" });
  throws(() => fft.fftn(nd.ones([2, 2]), { s: [2], axes: [0, 1] }), { code: "ARR002" });
  throws(() => fft.irfft([1]), { code: "ARR002" });
  throws(() => fft.fftfreq(1.5), { code: "ARR002" });
});

Deno.test("transforms leave no storage behind but their results", () => {
  using x = nd.fromTypedArray(random(60), { shape: [6, 10] });
  const before = nd.memoryStatistics();
  for (
    const run of [
      () => fft.fft(x),
      () => fft.ifft({ re: x, im: x }, { n: 211 }),
      () => fft.irfftn(x),
      () => fft.rfft2(x, { s: [3, 7] }),
      () => fft.hfft(x, { axis: 0 }),
      () => fft.fftshift(x),
    ]
  ) {
    const result = run(), arrays = result instanceof nd.NDArray ? [result] : Object.values(result);
    for (const array of arrays) array.dispose();
    const now = nd.memoryStatistics();
    deepStrictEqual(
      [now.numStorages, now.bytesInUse],
      [before.numStorages, before.bytesInUse],
      run.toString(),
    );
  }
});

Deno.test("irfftn() takes a length of -1 as the input's own, and rfft() the largest numbers", () => {
  const spectrum = { re: [[1, 2, 3], [4, 5, 6]], im: [[0, 1, 2], [1, 0, 2]] };
  const own = fft.irfftn(spectrum, { s: [2, 3] }).toList();
  deepStrictEqual(fft.irfftn(spectrum, { s: [-1, -1] }).toList(), own);
  deepStrictEqual(fft.irfft2(spectrum, { s: [2, -1] }).toList(), own);
  deepStrictEqual(fft.irfftn(spectrum).shape, [2, 4]);
  deepStrictEqual(fft.rfft([1e308, 0]).re.toList(), [1e308, 1e308]);
  deepStrictEqual(fft.fft([1e308, -1e308, 0, 0]).re.toList(), [0, 1e308, Infinity, 1e308]);
  deepStrictEqual(fft.rfft([5e-324, 0]).re.toList(), [5e-324, 5e-324]);
  deepStrictEqual(fft.fftn([NaN, 1], { axes: [] }).im.toList(), [0, 0]);
});

Deno.test("a plan whose work space is refused leaves no table behind", () => {
  const x = nd.ones(1009), { allocate } = Heap.prototype, tables: Allocation[] = [];
  const { allocate: store } = Storage;
  Heap.prototype.allocate = function (numBytes) {
    const made = allocate.call(this, numBytes);
    tables.push(made);
    return made;
  };
  Storage.allocate = (demand) => {
    if (demand.sentence === "fft takes work space") throw new MemoryError("MEM005", demand.sentence);
    return store.call(Storage, demand);
  };
  try {
    throws(() => fft.fft({ re: x, im: x }), { code: "MEM005" });
  } finally {
    Heap.prototype.allocate = allocate;
    Storage.allocate = store;
  }
  ok(tables.length >= 4);
  deepStrictEqual(tables.filter(({ isFreed }) => !isFreed), []);
});
