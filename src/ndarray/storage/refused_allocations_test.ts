/**
 * What a refused allocation leaves behind: every function is run with as much memory as it needs, and with less.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { MemoryError, NdpipeError } from "../../errors.ts";
import * as nd from "../mod.ts";
import { Storage } from "./storage.ts";
import { BEFORE, type Call, functionsIn, m, v } from "../testing/every_function.ts";

const MOST = 4 * 1024 ** 3;
/** more allocations than any call here makes */
const MOST_ALLOCATIONS = 500;

/** Runs with room for so many allocations; whether one was refused, and how many storages stayed. */
function left(run: () => unknown, numAllocations: number): { isRefused: boolean; numLeft: number } {
  const before = nd.memoryStatistics().numStorages, { allocate } = Storage;
  let isRefused = false, made = 0;
  // a limit of bytes would be met by the work space of a kernel, which is large, and by nothing behind it
  Storage.allocate = (demand) => {
    if (made++ === numAllocations) nd.setMemoryLimit(0);
    return allocate.call(Storage, demand);
  };
  try {
    nd.scope(() => void run());
  } catch (error) {
    // a few take more than stands before their options
    if (!(error instanceof NdpipeError)) throw error;
    isRefused = error instanceof MemoryError;
  } finally {
    Storage.allocate = allocate;
    nd.setMemoryLimit(MOST);
  }
  return { isRefused, numLeft: nd.memoryStatistics().numStorages - before };
}

/** Allocations of a call that leave something behind when they are refused; each is, up to the call that gets through. */
function leaksOf(name: string, run: () => unknown): string[] {
  const found: string[] = [];
  for (let step = 0; step < MOST_ALLOCATIONS; step++) {
    const { isRefused, numLeft } = left(run, step);
    if (numLeft !== 0) found.push(`${name}, allocation ${step + 1}: ${numLeft} left`);
    if (!isRefused) return found;
  }
  return [...found, `${name} never got through`];
}

/** Functions without options, and calls that take other ways through functions with them. */
const MORE: Readonly<Record<string, () => unknown>> = {
  "sort axis 0": () => nd.sort(m(), 0),
  "argsort axis 0": () => nd.argsort(m(), 0),
  "partition axis 0": () => nd.partition(m(), 1, 0),
  "argpartition axis 0": () => nd.argpartition(m(), 1, 0),
  "cumsum axis 0": () => nd.cumsum(m(), 0),
  "cumprod axis 0 of a transpose": () => nd.cumprod(m().T, 0),
  "median axis 0": () => nd.median(m(), 0),
  "quantile axis 0": () => nd.quantile(m(), [0.1, 0.5], 0),
  "putmask of another dtype": () => nd.putmask(v(), nd.array([true, false, true]), nd.array([1, 2], "i32")),
  "place of another dtype": () => nd.place(v(), nd.array([true, false, true]), nd.array([1, 2], "i32")),
  "put in a transpose": () => nd.put(m().T, [0, 3], nd.array([7, 8], "i32")),
  "convolve of integers": () => nd.convolve(nd.array([1, 2], "i8"), nd.array([3, 4], "u8")),
  "get by two lists": () => m().get([[0, 1], [1, 0]]),
  "set by two lists": () => m().set([[0, 1], [1, 0]], nd.array([1, 2], "i32")),
  "get by a mask": () => m().T.get(nd.array([true, false])),
  "matmul of integers and floats": () => nd.matmul(nd.ones([3, 4], "i32"), nd.ones([4, 3], "f64").T.T),
  "std of long columns": () => nd.ones([2048, 32]).std(0),
  "inv": () => nd.linalg.inv(m()),
  "eig": () => nd.linalg.eig(m()),
  "uniqueCounts": () => nd.uniqueCounts(v()),
  "uniqueInverse": () => nd.uniqueInverse(m()),
  "uniqueValues": () => nd.uniqueValues(m().T),
  "unique axis 0": () => nd.unique(m(), { axis: 0 }),
  "uniqueAll axis 0": () => nd.uniqueAll(m(), { axis: 0 }),
  "intersect1d": () => nd.intersect1d(v(), m().T),
  "union1d": () => nd.union1d(v(), m().T),
  "setxor1d": () => nd.setxor1d(v(), m().T),
  "setdiff1d": () => nd.setdiff1d(v(), m().T),
  "setdiff1d of two dtypes": () => nd.setdiff1d(v(), nd.array([1, 2], "i32")),
  "lexsort of strided keys": () => nd.lexsort([nd.arange(6).slice("::2"), nd.arange(6).slice("::2")]),
  "lexsort of short strided keys": () => nd.lexsort([m().astype("u8").T, m().astype("i16").T]),
};

Deno.test("a refused allocation promises to leave nothing behind, in every function", () => {
  const found: string[] = [], functions = new Map(functionsIn(nd));
  const names = BEFORE.flatMap(([args, names]) => names.split(" ").map((name) => [name, args] as const));
  const printed = nd.getPrintoptions();
  for (const [name, args] of names) {
    const call = functions.get(name) as Call;
    nd.scope(() => {
      const given = args();
      found.push(...leaksOf(name, () => call(...given)));
    });
  }
  for (const [name, run] of Object.entries(MORE)) found.push(...leaksOf(name, run));
  nd.setPrintoptions(printed);
  ok(names.length > 300);
  deepStrictEqual(found, []);
});

Deno.test("a list of several axes where one is taken promises to leave nothing behind", () => {
  const found: string[] = [], functions = new Map(functionsIn(nd));
  let numRefused = 0;
  const calls: [string, () => unknown][] = BEFORE.flatMap(([args, names]) =>
    names.split(" ").flatMap((name): [string, () => unknown][] => {
      const call = functions.get(name)!,
        matrices = () => args().map((given) => given instanceof nd.NDArray && given.ndim === 1 ? m() : given);
      return [
        [`${name}(…, { axis: [0, 1] })`, () => call(...matrices(), { axis: [0, 1] })],
        [`${name}(…, { axis: [[0]] })`, () => call(...matrices(), { axis: [[0]] })],
      ];
    })
  );
  calls.push(
    ["lexsort([…], [0, 1])", () => nd.lexsort([m(), m()], [0, 1] as never)],
    ["lexsort([…], null)", () => nd.lexsort([m(), m()], null)],
  );
  for (const [name, run] of calls) {
    const before = nd.memoryStatistics().numStorages;
    try {
      nd.scope(() => void run());
    } catch (error) {
      if (!(error instanceof NdpipeError)) throw new Error(name, { cause: error });
      numRefused++;
    }
    const numLeft = nd.memoryStatistics().numStorages - before;
    if (numLeft !== 0) found.push(`${name}: ${numLeft} left`);
  }
  ok(numRefused > 300);
  deepStrictEqual(found, []);
});
