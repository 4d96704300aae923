/**
 * Compiled kernels of eager operations, by their full canonical key.
 *
 * @module
 */
import type { DType } from "../../dtype/mod.ts";
import { NdpipeError } from "../../errors.ts";
import { emitCompress, type Itemsize } from "../../kernel/compile/compress.ts";
import { emitGemm, emitGemmInStructs, type GemmSpec } from "../../kernel/compile/gemm.ts";
import type { GemmSize } from "../../kernel/compile/gemm_driver.ts";
import { emitPackB } from "../../kernel/compile/gemm_pack.ts";
import { isInStructs } from "../../kernel/compile/gemm_structs.ts";
import { isWide } from "../../kernel/compile/gemm_wide.ts";
import { emitLoopKernel } from "../../kernel/compile/loop.ts";
import { type Numerics, resolveNumerics } from "../../kernel/numerics.ts";
import { engineVectorBits, type VectorBits } from "../../kernel/vector_bits.ts";
import { ModuleBuilder } from "../../kernel/wasm/module_builder.ts";
import { descriptorWords, filteredItemsizes, kernelKey, type LoopKernel } from "../../plan/loop_kernel.ts";
import { arraysMemory, fixedPages, scratch } from "../storage/storage.ts";
import { tableAddress } from "./shuffle_tables.ts";

/** A compiled function: it reads its descriptor. One that filters returns how many it kept. */
type CompiledKernel = (descriptor: number) => number | undefined;

/** The most kernels that are kept; the one that was made first goes. */
const MAX_KERNELS = 4096;
/** Bytes of the scratch for plain numbers; the descriptor lies behind them. */
const SCALAR_BYTES = 1024;

const kernels = new Map<string, CompiledKernel>();
let numerics: Numerics | null = null;

/** The mode of eager operations: fused where the machine fuses. */
export function eagerNumerics(): Numerics {
  numerics ??= resolveNumerics(undefined);
  return numerics;
}

function cached(
  key: string,
  emit: (module: ModuleBuilder, name: string) => unknown,
  vectorBits: VectorBits = engineVectorBits(),
): CompiledKernel {
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const module = new ModuleBuilder({ vectorBits });
  emit(module, "kernel");
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode(fixedPages())), {
    env: { memory: arraysMemory() },
  });
  const made = instance.exports["kernel"] as CompiledKernel;
  if (kernels.size >= MAX_KERNELS) kernels.delete(kernels.keys().next().value!);
  kernels.set(key, made);
  return made;
}

/** kernels that are kept by whoever made them, and so need no key */
const functions = new WeakMap<LoopKernel, CompiledKernel>();

/** The function of a loop kernel. */
function loopFunction(kernel: LoopKernel): CompiledKernel {
  const known = functions.get(kernel);
  if (known !== undefined) return known;
  const mode = eagerNumerics();
  const made = cached(
    `${mode} ${kernelKey(kernel)}`,
    (module, name) => emitLoopKernel(module, name, kernel, mode),
  );
  functions.set(kernel, made);
  return made;
}

/** The vectors that a product is computed in: code for those of 256 bits is emitted for large ones only. */
export function gemmVectorBits(spec: GemmSpec, size: GemmSize): VectorBits {
  return isWide(spec, size) ? engineVectorBits() : 128;
}

/** The function of a matrix product of that size, or of any that is computed in the same way. */
export function gemmFunction(spec: GemmSpec, size: GemmSize, vectorBits: VectorBits): CompiledKernel {
  const inStructs = vectorBits === 128 && isInStructs(spec, size);
  const key = `gemm ${vectorBits} ${inStructs} ${JSON.stringify(spec)}`;
  const emit = inStructs ? emitGemmInStructs : emitGemm;
  return cached(key, (module, name) => emit(module, name, spec), vectorBits);
}

/** The function that packs the right operand of a matrix product. */
export function packFunction(dtype: "f32" | "f64"): CompiledKernel {
  return cached(`pack ${dtype}`, (module, name) => emitPackB(module, name, dtype));
}

/** The function that keeps the rows of a mask. */
export function compressFunction(itemsize: Itemsize): CompiledKernel {
  return cached(`compress ${itemsize}`, (module, name) => emitCompress(module, name, itemsize));
}

/** The address at which the plain number of that index lies while a kernel runs. */
export function scalarAddress(index: number): number {
  if (index >= SCALAR_BYTES / 8) throw new NdpipeError("BUG001", `an operation with ${index} plain numbers`);
  return scratch().byteOffset + 8 * index;
}

/** The address at which a descriptor of that many bytes may be written. */
export function descriptorAddress(numBytes: number): number {
  const { byteOffset, byteLength } = scratch();
  if (SCALAR_BYTES + numBytes > byteLength) {
    throw new NdpipeError("BUG001", `a descriptor of ${numBytes} bytes`);
  }
  return byteOffset + SCALAR_BYTES;
}

/** Where the operands of a kernel lie: one stride a loop for each. */
export interface LoopOperand {
  readonly strides: readonly number[];
}

/**
 * Runs a loop kernel. `operands` has a pointer and one stride a loop for each of the kernel's operands.
 *
 * @returns of a kernel that filters, how many elements passed
 */
export function runLoopKernel(
  kernel: LoopKernel,
  sizes: readonly number[],
  operands: readonly (LoopOperand & { readonly pointer: number })[],
): number | undefined {
  const call = prepareLoopKernel(kernel, sizes, operands), pointers = operands.map(({ pointer }) => pointer);
  record({ call, pointers });
  return startLoopKernel(call, pointers);
}

/** A call of a loop kernel but for its pointers. */
export interface PreparedCall {
  readonly run: CompiledKernel;
  readonly sizes: readonly number[];
  readonly operands: readonly LoopOperand[];
  readonly tables: readonly number[];
  readonly numWords: number;
}

/** The call of a loop kernel, to be started with pointers. */
export function prepareLoopKernel(
  kernel: LoopKernel,
  sizes: readonly number[],
  operands: readonly LoopOperand[],
): PreparedCall {
  for (const size of sizes) {
    // `run_kernel.ts` cuts longer loops: a kernel counts in 32 bits with a sign
    if (size > 2 ** 31 - 1) throw new NdpipeError("BUG001", `a loop of ${size} elements in one kernel call`);
  }
  const run = loopFunction(kernel), tables = filteredItemsizes(kernel).map(tableAddress);
  return { run, sizes, operands, tables, numWords: descriptorWords(kernel) };
}

/**
 * Makes the call, with a pointer for each of its operands.
 *
 * @returns of a kernel that filters, how many elements passed
 */
export function startLoopKernel(
  { run, sizes, operands, tables, numWords }: PreparedCall,
  pointers: readonly number[],
): number | undefined {
  const pointer = descriptorAddress(4 * numWords), words = scratchWords();
  let word = SCALAR_BYTES / 4;
  for (let i = 0; i < sizes.length; i++) words[word++] = sizes[i]!;
  for (let i = 0; i < operands.length; i++) {
    words[word++] = pointers[i]!;
    const { strides } = operands[i]!;
    for (let loop = 0; loop < strides.length; loop++) words[word++] = strides[loop]!;
  }
  for (let i = 0; i < tables.length; i++) words[word++] = tables[i]!;
  return run(pointer);
}

let allWords: Int32Array | null = null;

/** the scratch; a view of shared memory stays when the memory grows */
function scratchWords(): Int32Array {
  const { byteOffset, byteLength } = scratch();
  allWords ??= new Int32Array(arraysMemory().buffer, byteOffset, byteLength / 4);
  return allWords;
}

/** A reduction in blocks but for its pointers; see `run_kernel.ts`. */
export interface PreparedBlocks {
  readonly partials: readonly DType[];
  /** elements of one array of partial results */
  readonly numPartials: number;
  readonly calls: readonly {
    readonly call: PreparedCall;
    /** of each operand: the reduction's operand or the partial results behind them, and how far in */
    readonly operands: readonly { readonly place: number; readonly offset: number }[];
  }[];
}

/** What was run, and can be run again with other pointers. */
export interface RecordedCall {
  readonly call: PreparedCall | PreparedBlocks;
  readonly pointers: readonly number[];
}

let recorder: RecordedCall[] | null = null;

/** Notes what is run, if somebody records. */
export function record(call: RecordedCall): void {
  recorder?.push(call);
}

/** What a function runs: loop kernels, and reductions in blocks as one. */
export function recordLoopKernels(run: () => void): readonly RecordedCall[] {
  const calls: RecordedCall[] = [], before = recorder;
  recorder = calls;
  try {
    run();
    return calls;
  } finally {
    recorder = before;
    before?.push(...calls);
  }
}

/** A plain number as it lies in scratch. */
export interface ScratchNumber {
  readonly address: number;
  readonly low: number;
  readonly high: number;
}

/** Whether a kernel finds a plain number at the address. */
export function isScalarAddress(address: number): boolean {
  const { byteOffset } = scratch();
  return address >= byteOffset && address < byteOffset + SCALAR_BYTES;
}

/** Puts plain numbers where the kernels of a recorded call find them. */
export function placeNumbers(numbers: readonly ScratchNumber[]): void {
  const words = scratchWords(), { byteOffset } = scratch();
  for (const { address, low, high } of numbers) {
    const word = (address - byteOffset) / 4;
    words[word] = low;
    words[word + 1] = high;
  }
}
