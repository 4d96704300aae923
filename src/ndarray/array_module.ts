/**
 * The ahead-of-time compiled kernels of arrays: factorisations, transforms, random numbers, sorting, selection, running
 * sums and moves by position. Their source is the AssemblyScript in assembly/, `deno task build:wasm array` compiles it,
 * and a test compares the result with array.wasm. Addresses are bytes in the arrays' memory.
 *
 * @module
 */
import { DTYPE, type DType } from "../dtype/mod.ts";
import { withFixedPages } from "../memory/mod.ts";
import { readOwnFile } from "./own_file.ts";
import { arraysMemory, fixedPages, Storage } from "./storage/storage.ts";

type Kernel = (...args: readonly (number | bigint)[]) => number;

/** What assembly/index.ts exports; each function says in its file what it takes. */
export type ArrayKernels = Readonly<
  Record<
    | "addIndices"
    | "addToKeys"
    | "argsortRow"
    | "argsortWork"
    | "bidiagonalSvd"
    | "bytePositions"
    | "checkIndices"
    | "choleskyFactor"
    | "choleskyWork"
    | "chooseDifferent"
    | "convolveRow"
    | "copyBytes"
    | "countNonzero"
    | "countPlaces"
    | "countsOfPlaces"
    | "cumulateFloats"
    | "cumulateIntegers"
    | "distinctElements"
    | "eigenWork"
    | "extremumOfNumbers"
    | "extremumPositions"
    | "fillExponential"
    | "fillExponentialSingle"
    | "fillIntegers"
    | "fillNormal"
    | "fillNormalSingle"
    | "fillRaw"
    | "fillUniform"
    | "fillUniformSingle"
    | "findAmongFew"
    | "findInBuckets"
    | "findInRange"
    | "findInSorted"
    | "firstByte"
    | "gatherItems"
    | "generalEigen"
    | "groupElements"
    | "integerRange"
    | "interpolateRow"
    | "joinPairs"
    | "joinSets"
    | "luFactor"
    | "luSolve"
    | "luWork"
    | "multiplyComplex"
    | "nonzeroPositions"
    | "pairSpectrum"
    | "partitionRow"
    | "pickFirst"
    | "qrFactor"
    | "qrForm"
    | "qrWork"
    | "realSpectrum"
    | "repeatCounted"
    | "repeatRuns"
    | "rowKeys"
    | "scaleNumbers"
    | "scatterItems"
    | "searchRow"
    | "selectPair"
    | "selectWork"
    | "shuffleItems"
    | "sortRow"
    | "sortRows"
    | "sortWork"
    | "splitPairs"
    | "sumPlaces"
    | "svdWork"
    | "symmetricEigen"
    | "transform",
    Kernel
  >
>;

/** What the kernels know of a dtype: the logarithm of its bytes, and 0, 1 or 2 for unsigned, signed or float. */
export function codeOf(dtype: DType): readonly [size: number, kind: number] {
  const { itemsize, kind } = DTYPE[dtype];
  return [Math.log2(itemsize), kind === "f" ? 2 : kind === "i" ? 1 : 0];
}

let kernels: ArrayKernels | undefined;

/** The kernels on the arrays' memory. */
export function arrayKernels(): ArrayKernels {
  if (kernels === undefined) {
    const url = new URL("./array.wasm", import.meta.url);
    const bytes = readOwnFile(url, "the kernels of arrays"), pages = fixedPages();
    const module = new WebAssembly.Module(pages === null ? bytes : withFixedPages(bytes, pages));
    const instance = new WebAssembly.Instance(module, {
      env: { memory: arraysMemory(), exp: Math.exp, log1p: Math.log1p },
    });
    // the module's exports are what assembly/index.ts lists
    kernels = instance.exports as unknown as ArrayKernels;
  }
  return kernels;
}

/** Work space of a kernel, which the guard is asked for; it is given back at the end of the scope. */
export class WorkSpace implements Disposable {
  readonly #storage: Storage;

  /** Refused: MEM005. */
  constructor(operation: string, numBytes: number) {
    this.#storage = Storage.allocate({
      numBytes,
      sentence: `${operation} takes work space`,
      operands: [],
    });
  }

  get address(): number {
    return this.#storage.byteOffset;
  }

  [Symbol.dispose](): void {
    this.#storage.freeUnheld();
  }
}
