/**
 * Arrays with NumPy's semantics in wasm memory, computed by the compiled kernels of the pipelines.
 *
 * @example
 * ```ts
 * import * as nd from "ndpipe/ndarray";
 * import { deepStrictEqual } from "node:assert/strict";
 * using prices = nd.array([[100, 200, 300], [150, 250, 350], [120, 220, 320]]);
 * using discount = nd.array([0.9, 0.8, 0.5]);
 * deepStrictEqual(prices.mul(discount).at(1, 2), 175);
 * ```
 *
 * @module
 */
export { type DType, DTYPES } from "../dtype/mod.ts";
export type { ScalarValue } from "../expr/graph.ts";
export {
  type AdvancedItem,
  type ArgArguments,
  type ArgOptions,
  type AstypeOptions,
  type AxesThen,
  type BinaryMethods,
  type ChosenArguments,
  type ChosenOptions,
  type ClipOptions,
  type CumulativeOptions,
  type DiagonalPlaces,
  type ElementwiseOptions,
  type ExtremumArguments,
  type Flags,
  type Index,
  type IndexMode,
  type Indices,
  type KeepArguments,
  type KeepOptions,
  type ListedOperand,
  type Mask,
  mayShareMemory,
  type MeanArguments,
  type MeanOptions,
  type ModeOption,
  type MovingMethods,
  NDArray,
  type Operand,
  type OrderOptions,
  type OutOption,
  type ReduceOptions,
  sharesMemory,
  type SortKind,
  type SpreadArguments,
  type SpreadOptions,
  type SumArguments,
  type TraceOptions,
  type UnaryMethods,
  type Values,
} from "./array.ts";
export * from "./array_api.ts";
export * as testing from "./assertions.ts";
export * from "./functions.ts";
export { fuse, type FusedTensor } from "./fuse.ts";
export * from "./numpy_names.ts";
export * from "./creation/arange.ts";
export * from "./creation/bytes.ts";
export * from "./creation/constants.ts";
export {
  array,
  type ArrayLike,
  type ArrayOptions,
  asarray,
  type AsArrayOptions,
  type DTypeOption,
  empty,
  fromTypedArray,
  full,
  type NestedArrays,
  type NewArgument,
  type NewOptions,
  ones,
  zeros,
} from "./creation/creation.ts";
export * from "./creation/grids.ts";
export * from "./creation/iterables.ts";
export * from "./creation/like.ts";
export * from "./creation/spacing.ts";
export * from "./creation/triangles.ts";
export { canCast, type Casting, promoteTypes } from "./dtypes/casting.ts";
export * from "./dtypes/dtype_limits.ts";
export * from "./dtypes/inspection.ts";
export * from "./elementwise/bits.ts";
export * from "./elementwise/complex_pairs.ts";
export * from "./elementwise/closeness.ts";
export * from "./elementwise/composed.ts";
export * from "./elementwise/derived.ts";
export * from "./elementwise/elementwise.ts";
export type { TwoResultsArguments, TwoResultsOptions } from "./elementwise/two_results.ts";
export { vectorize } from "./elementwise/vectorize.ts";
export { type BroadcastMode, setBroadcast } from "./elementwise/operations.ts";
export type { AlongOptions, BinaryUfunc, UfuncArguments, UnaryUfunc } from "./elementwise/ufunc.ts";
export * as fft from "./fft/mod.ts";
export type { BasicIndex, IndexItem, Range } from "./indexing/basic_index.ts";
export { argwhere, choose, compress, extract, flatnonzero, nonzero, select } from "./indexing/choosing.ts";
export {
  getItem,
  place,
  put,
  putAlongAxis,
  putmask,
  setItem,
  take,
  takeAlongAxis,
} from "./indexing/indexing.ts";
export { copyto, type CopytoOptions } from "./indexing/copyto.ts";
export * from "./indexing/iteration.ts";
export * from "./indexing/positions.ts";
export { getPrintoptions, type PrintOptions, setPrintoptions, withPrintoptions } from "./io/print_options.ts";
export { array2string, arrayRepr, arrayStr, type ArrayTextOptions } from "./io/array_text.ts";
export * from "./io/npy.ts";
export * from "./io/number_text.ts";
export { vecdot, type VecdotOptions } from "./linalg/array_api.ts";
export { einsum, type EinsumOptions, einsumPath, type EinsumPathOptions } from "./linalg/einsum.ts";
export type { LabelList } from "./linalg/einsum_notation.ts";
export type { Path, PathChoice } from "./linalg/einsum_path.ts";
export type { CoreAxes, ProductOptions } from "./linalg/core_axes.ts";
export { matmul } from "./linalg/matmul.ts";
export * as linalg from "./linalg/mod.ts";
export { cross, type CrossOptions, dot, inner, kron, outer, tensordot, vdot } from "./linalg/products.ts";
export * from "./movement/axes.ts";
export { type AxisPlaces, deleteAt, insert } from "./movement/inserting.ts";
export {
  append,
  atleast1d,
  atleast2d,
  atleast3d,
  block,
  type Blocks,
  columnStack,
  dstack,
  hstack,
  vstack,
} from "./movement/joining.ts";
export type { Order, ReshapeOptions } from "./movement/ordered_reshape.ts";
export { pad } from "./movement/pad.ts";
export type { PadFunction, PadMode, PadOptions } from "./movement/pad_options.ts";
export type { PerAxis, PerEnd } from "./movement/pad_widths.ts";
export * from "./movement/rearranging.ts";
export * from "./movement/sliding_windows.ts";
export { arraySplit, dsplit, hsplit, type Sections, split, vsplit } from "./movement/splitting.ts";
export * from "./polynomial/arithmetic.ts";
export * from "./polynomial/roots_and_fits.ts";
export * as random from "./random/mod.ts";
export * from "./reductions/cumulative.ts";
export * from "./reductions/gradient.ts";
export * from "./reductions/nan_statistics.ts";
export * from "./reductions/reduce_functions.ts";
export type { Axes } from "./reductions/reductions.ts";
export * from "./sorting/sets.ts";
export * from "./sorting/sort.ts";
export * from "./statistics/applied.ts";
export type { BinRule } from "./statistics/bin_rules.ts";
export * from "./statistics/histogram.ts";
export * from "./statistics/histogram_nd.ts";
export * from "./statistics/quantiles.ts";
export * from "./statistics/signal.ts";
export {
  average,
  type AverageOptions,
  corrcoef,
  cov,
  type CovarianceOptions,
  median,
  ptp,
} from "./statistics/statistics.ts";
export * from "./statistics/windows.ts";
export type { Named, Positional } from "./storage/arguments.ts";
export { scope } from "./storage/lifetime.ts";
export { type MemoryStatistics, memoryStatistics, setMemoryLimit } from "./storage/storage.ts";
export type { NestedList } from "./storage/values.ts";
import "./array_methods.ts";
import "./methods.ts";
