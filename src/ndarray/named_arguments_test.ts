/** What stands by position may be named, as in NumPy and the array API standard: both give the same. */
import { deepStrictEqual, ok, throws } from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import * as nd from "./mod.ts";

const matrix = () => nd.array([[3, 1, 2], [6, 5, 4]]);
const square = () => nd.arange(9).reshape(3, 3);
const cube = () => nd.arange(8).reshape(1, 2, 4);

/** Each call by position, and with names. */
const ALIKE: Readonly<Record<string, readonly [() => unknown, () => unknown]>> = {
  roll: [() => nd.roll(matrix(), 1, 1), () => nd.roll(matrix(), 1, { axis: 1 })],
  "roll along several": [() => nd.roll(matrix(), 1, [0, 1]), () => nd.roll(matrix(), 1, { axis: [0, 1] })],
  "roll of the flat array": [() => nd.roll(matrix(), 1), () => nd.roll(matrix(), 1, { axis: null })],
  flip: [() => nd.flip(matrix(), 0), () => nd.flip(matrix(), { axis: 0 })],
  ".flip": [() => matrix().flip(0), () => matrix().flip({ axis: 0 })],
  squeeze: [() => nd.squeeze(cube(), 0), () => nd.squeeze(cube(), { axis: 0 })],
  ".squeeze": [() => cube().squeeze(0), () => cube().squeeze({ axis: [0] })],
  expandDims: [() => nd.expandDims(matrix(), [0, 2]), () => nd.expandDims(matrix(), { axis: [0, 2] })],
  ".expandDims": [() => matrix().expandDims(1), () => matrix().expandDims({ axis: 1 })],
  transpose: [() => nd.transpose(cube(), [2, 0, 1]), () => nd.transpose(cube(), { axes: [2, 0, 1] })],
  ".transpose": [() => cube().transpose([2, 0, 1]), () => cube().transpose({ axes: [2, 0, 1] })],
  permuteDims: [() => nd.permuteDims(cube(), [2, 0, 1]), () => nd.permuteDims(cube(), { axes: [2, 0, 1] })],
  ".permuteDims": [() => cube().permuteDims([2, 0, 1]), () => cube().permuteDims({ axes: [2, 0, 1] })],
  rollaxis: [() => nd.rollaxis(cube(), 2, 1), () => nd.rollaxis(cube(), 2, { start: 1 })],
  repeat: [() => nd.repeat(matrix(), 2, 0), () => nd.repeat(matrix(), 2, { axis: 0 })],
  ".repeat": [() => matrix().repeat([1, 2], 0), () => matrix().repeat([1, 2], { axis: 0 })],
  rot90: [() => nd.rot90(cube(), 3, [1, 2]), () => nd.rot90(cube(), { k: 3, axes: [1, 2] })],
  trimZeros: [
    () => nd.trimZeros([[0, 1, 0]], "f", 1),
    () => nd.trimZeros([[0, 1, 0]], { trim: "f", axis: 1 }),
  ],
  split: [() => nd.split(matrix(), 3, 1), () => nd.split(matrix(), 3, { axis: 1 })],
  arraySplit: [() => nd.arraySplit(matrix(), 2, 1), () => nd.arraySplit(matrix(), 2, { axis: 1 })],
  insert: [() => nd.insert(matrix(), 1, 9, 1), () => nd.insert(matrix(), 1, 9, { axis: 1 })],
  deleteAt: [() => nd.deleteAt(matrix(), 1, 1), () => nd.deleteAt(matrix(), 1, { axis: 1 })],
  append: [() => nd.append(matrix(), matrix(), 1), () => nd.append(matrix(), matrix(), { axis: 1 })],
  pad: [() => nd.pad([1, 2], 1, "edge"), () => nd.pad([1, 2], 1, { mode: "edge" })],
  takeAlongAxis: [
    () => nd.takeAlongAxis(matrix(), [[1, 0, 1]], 0),
    () => nd.takeAlongAxis(matrix(), [[1, 0, 1]], { axis: 0 }),
  ],
  "takeAlongAxis of the flat array": [
    () => nd.takeAlongAxis(matrix(), [5, 0], null),
    () => nd.takeAlongAxis(matrix(), [5, 0], { axis: null }),
  ],
  putAlongAxis: [
    () => withPut((a) => nd.putAlongAxis(a, [[1, 0, 1]], 7, 0)),
    () => withPut((a) => nd.putAlongAxis(a, [[1, 0, 1]], 7, { axis: 0 })),
  ],
  compress: [
    () => nd.compress([true, false], matrix(), 0),
    () => nd.compress([true, false], matrix(), { axis: 0 }),
  ],
  ".compress": [
    () => matrix().compress([false, true], 0),
    () => matrix().compress([false, true], { axis: 0 }),
  ],
  size: [() => nd.size(matrix(), 1), () => nd.size(matrix(), { axis: 1 })],
  tensordot: [() => nd.tensordot(square(), square(), 1), () => nd.tensordot(square(), square(), { axes: 1 })],
  "tensordot of pairs": [
    () => nd.tensordot(square(), square(), [[0], [1]]),
    () => nd.linalg.tensordot(square(), square(), { axes: [[0], [1]] }),
  ],
  eye: [() => nd.eye(3, null, 1, "u8"), () => nd.eye(3, { k: 1, dtype: "u8" })],
  "eye of columns": [() => nd.eye(3, 2, -1), () => nd.eye(3, { columns: 2, k: -1 })],
  tri: [() => nd.tri(3, null, 1, "u8"), () => nd.tri(3, { k: 1, dtype: "u8" })],
  tril: [() => nd.tril(square(), -1), () => nd.tril(square(), { k: -1 })],
  triu: [() => nd.triu(square(), -1), () => nd.triu(square(), { k: -1 })],
  diag: [() => nd.diag([1, 2], 1), () => nd.diag([1, 2], { k: 1 })],
  diagflat: [() => nd.diagflat([[1, 2]], 1), () => nd.diagflat([[1, 2]], { k: 1 })],
  trilIndicesFrom: [() => nd.trilIndicesFrom(square(), 1), () => nd.trilIndicesFrom(square(), { k: 1 })],
  triuIndicesFrom: [() => nd.triuIndicesFrom(square(), 1), () => nd.triuIndicesFrom(square(), { k: 1 })],
  diagonal: [
    () => nd.diagonal(cube(), 1, 1, 2),
    () => nd.diagonal(cube(), { offset: 1, axis1: 1, axis2: 2 }),
  ],
  ".diagonal": [() => cube().diagonal(1, [1, 2]), () => cube().diagonal({ offset: 1, axes: [1, 2] })],
  trace: [
    () => nd.trace(cube(), 1, 1, 2, "f32"),
    () => nd.trace(cube(), { offset: 1, axes: [1, 2], dtype: "f32" }),
  ],
  ".trace": [() => cube().trace(1, 1, 2), () => cube().trace(1, { axis1: 1, axis2: 2 })],
  arange: [() => nd.arange(0, 5, 1, "f32"), () => nd.arange(5, { dtype: "f32" })],
  "arange by its step": [() => nd.arange(0, 5, 2), () => nd.arange(5, { step: 2 })],
  clip: [() => nd.clip(matrix(), 2, 4), () => nd.clip(matrix(), { min: 2, max: 4 })],
  "clip with one bound": [() => nd.clip(matrix(), null, 4), () => nd.clip(matrix(), { max: 4 })],
  ".clip": [() => matrix().clip(2, null), () => matrix().clip({ min: 2 })],
  ".clip by lists": [() => matrix().clip([1, 2, 3], 4), () => matrix().clip({ min: [1, 2, 3], max: 4 })],
  cov: [() => nd.cov(matrix(), matrix(), false), () => nd.cov(matrix(), { y: matrix(), rowvar: false })],
  corrcoef: [() => nd.corrcoef(matrix(), null, false), () => nd.corrcoef(matrix(), { rowvar: false })],
  convolve: [
    () => nd.convolve([1, 2, 3], [1, 1], "same"),
    () => nd.convolve([1, 2, 3], [1, 1], { mode: "same" }),
  ],
  correlate: [
    () => nd.correlate([1, 2, 3], [1, 1], "full"),
    () => nd.correlate([1, 2, 3], [1, 1], { mode: "full" }),
  ],
  meshgrid: [
    () => nd.meshgrid([nd.arange(2), nd.arange(3)], { indexing: "ij" }),
    () => nd.meshgrid(nd.arange(2), nd.arange(3), { indexing: "ij" }),
  ],
  "meshgrid of lists": [
    () => nd.meshgrid([nd.arange(2), nd.arange(3)]),
    () => nd.meshgrid([0, 1], [0, 1, 2]),
  ],
  "meshgrid of one": [() => nd.meshgrid([nd.arange(2)]), () => nd.meshgrid([0, 1])],
};

function withPut(put: (a: nd.NDArray) => void): nd.NDArray {
  const a = matrix();
  put(a);
  return a;
}

/** dtype, shape and elements of each array of a result */
function told(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(told);
  return value instanceof nd.NDArray ? [value.dtype, value.shape, value.toList()] : value;
}

for (const [name, [byPosition, named]] of Object.entries(ALIKE)) {
  Deno.test(`${name} promises to take by its name what stands by position`, () => {
    nd.scope(() => deepStrictEqual(told(named()), told(byPosition())));
  });
}

Deno.test("an argument by another name, or given twice, is refused", () => {
  const calls: readonly (() => unknown)[] = [
    () => nd.roll(matrix(), 1, { axes: 1 } as never),
    () => nd.tril(square(), { offset: 1 } as never),
    () => nd.tensordot(square(), square(), { axis: 1 } as never),
    () => nd.clip(matrix(), { low: 1 } as never),
    () => nd.clip(matrix(), 1, { min: 1 }),
    () => nd.diagonal(cube(), { axes: [0, 1], axis1: 0 }),
    () => nd.diagonal(cube(), 0, { offset: 1 }),
    () => nd.eye(2, 3, { columns: 3 }),
    () => nd.arange(1, 5, { stop: 5 }),
    () => nd.meshgrid([0, 1], { index: "ij" } as never),
  ];
  for (const call of calls) {
    throws(() => nd.scope(call), (error: unknown) => {
      ok(error instanceof NdpipeError && error.code === "ARR002", String(error));
      return true;
    });
  }
});

Deno.test("meshgrid() of lists, without copies, promises views that stay", () => {
  const [x, y] = nd.meshgrid([1, 2, 3], [[4], [5]], { copy: false });
  deepStrictEqual(x!.toList(), [[1, 2, 3], [1, 2, 3]]);
  deepStrictEqual(y!.toList(), [[4, 4, 4], [5, 5, 5]]);
});
