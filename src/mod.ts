/**
 * What a pipeline file imports: `definePipeline` and what it is declared with, the free functions of a transform,
 * and the errors.
 *
 * @module
 */
export { type DType, DTYPES } from "./dtype/dtype.ts";
export { type ErrorCode, ERRORS, EXIT, type ExitCode } from "./error_codes.ts";
export * from "./errors.ts";
export type {
  CarriedColumn,
  CarryDeclaration,
  CarryOptions,
  InputDeclaration,
  InputOptions,
  Limits,
  ParamDeclaration,
  ParamOptions,
  PipelineDeclaration,
} from "./expr/declaration_types.ts";
export { concat, stack, where } from "./expr/free_functions.ts";
export type { Operand, Tensor } from "./expr/tensor_types.ts";
export { carry, definePipeline, input, param, type Pipeline } from "./pipeline/define.ts";
export type { Dim, Shape } from "./shape/shape.ts";
