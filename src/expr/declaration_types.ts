/**
 * What a pipeline declares, as types: inputs, params, limits, and the transform whose tensors follow from them.
 * Only types: the values are `input`, `param` and `definePipeline`.
 *
 * @module
 */
import type { DType, TypedArray } from "../dtype/mod.ts";
import type { Dim, Shape } from "../shape/mod.ts";
import type { CheckShape, FilterShape } from "../shape/types/mod.ts";
import type { Scalar } from "./dtype_types.ts";
import type { Arg, Operand, Tensor } from "./tensor_types.ts";

/** How an input maps to the data: which columns, and what a null is. */
export interface InputOptions {
  /** the column's name in the data; default: the input's own name */
  readonly column?: string;
  /** many columns as one axis: a pattern ("f_*") in the data's order, or a list of names in the list's order */
  readonly columns?: string | readonly string[];
  /** what a null means: an error (default), NaN (floats only), or a value */
  readonly nulls?: "error" | "nan" | { readonly fill: Scalar };
}

/** Elements as nested lists. */
export type NestedScalars = Scalar | readonly NestedScalars[];

/** Where a param's value comes from, and what it must be. */
export interface ParamOptions {
  /** the value, where none is given on the command line or in a file */
  readonly value?: NestedScalars | TypedArray;
  /** whether NaN and infinities are refused; default true */
  readonly finite?: boolean;
}

/** An input as declared. */
export interface InputDeclaration<out D extends DType = DType, out S extends Shape = Shape>
  extends Operand<D, S> {
  readonly kind: "input";
  readonly options: InputOptions;
}

/** How a carried column maps to the data. */
export interface CarryOptions {
  /** the column's name in the data; default: the input's own name */
  readonly column?: string;
  /**
   * bytes that memory is set aside for, a row of a record batch of the output on average; a batch ends early where
   * they are used up. For columns of variable length. Default: the average of the input's record batches where metadata tells, and at least 64
   */
  readonly maxBytesPerRow?: number;
}

/** A carried column as declared. */
export interface CarryDeclaration {
  readonly kind: "carry";
  readonly options: CarryOptions;
}

/** `carry(options?)`: a column of any type that passes through untouched. */
export type DeclareCarry = (options?: CarryOptions) => CarryDeclaration;

/** A carried column in a transform. It can be returned and filtered; nothing is computed with it. */
export interface CarriedColumn {
  readonly kind: "carried";
  /** the rows for which a bool mask is true; their number is the symbol */
  filter<const M extends Operand, const K extends string>(
    mask: Arg<FilterShape<RowsOf<M["shape"]>, M["dtype"], M["shape"], K>, M>,
    symbol: K,
  ): CarriedColumn;
}

/** The shape of a column beside the mask: whether it has the mask's rows is seen when the transform is traced. */
type RowsOf<S extends Shape> = S extends readonly [infer R extends Dim, ...Dim[]] ? readonly [R] : Shape;

/** A param as declared. */
export interface ParamDeclaration<out D extends DType = DType, out S extends Shape = Shape>
  extends Operand<D, S> {
  readonly kind: "param";
  readonly options: ParamOptions;
}

/** The declared shape, or why it is malformed. */
type Declared<T extends readonly Dim[]> = Arg<CheckShape<T>, T>;

/** `input(dtype, shape, options?)`: a tensor that the data gives. */
export type DeclareInput = <const D extends DType, const T extends readonly Dim[]>(
  dtype: D,
  shape: Declared<T>,
  options?: InputOptions,
) => InputDeclaration<D, T>;

/** `param(dtype, shape, options?)`: a tensor that the run's parameters give. */
export type DeclareParam = <const D extends DType, const T extends readonly Dim[]>(
  dtype: D,
  shape: Declared<T>,
  options?: ParamOptions,
) => ParamDeclaration<D, T>;

/** The tensors of a record of declarations. */
export type TensorsOf<R> = {
  readonly [K in keyof R]: R[K] extends CarryDeclaration ? CarriedColumn
    : R[K] extends Operand<infer D, infer S> ? Tensor<D, S>
    : never;
};

/** What a pipeline may use. */
export interface Limits {
  /** peak memory, such as "512MiB" */
  readonly memory?: string;
  /** elements of an intermediate per chunk; default 100,000,000 */
  readonly elements?: number;
}

/**
 * What `definePipeline` takes. Its signature:
 * `<I extends Inputs, P extends Params = Record<never, never>, O extends Outputs>(declaration: PipelineDeclaration<I, P, O>)`.
 */
export interface PipelineDeclaration<I extends Inputs, P extends Params, O extends Outputs> {
  readonly name: string;
  readonly inputs: I;
  readonly params?: P;
  readonly limits?: Limits;
  /** the columns of the output, in order, from the tensors of the inputs and params */
  transform(inputs: TensorsOf<I>, params: TensorsOf<P>): O;
}

/** The inputs of a pipeline by name. */
export type Inputs = Readonly<Record<string, InputDeclaration | CarryDeclaration>>;
/** The params of a pipeline by name. */
export type Params = Readonly<Record<string, ParamDeclaration>>;
/** The output's columns by name. */
export type Outputs = Readonly<Record<string, Operand | CarriedColumn>>;
