/**
 * Linear algebra, as NumPy's `linalg`.
 *
 * @module
 */
export { LinAlgError } from "../../errors.ts";
export { matmul } from "./matmul.ts";
export * from "./array_api.ts";
export {
  type ComplexPair,
  eig,
  eigh,
  type EighResult,
  type EigResult,
  eigvals,
  eigvalsh,
  type TriangleOption,
} from "./eigen.ts";
export { cholesky, qr, type QRMode, type QRParts, type QRResult } from "./factoring.ts";
export {
  cond,
  type LeastSquares,
  lstsq,
  matrixRank,
  pinv,
  type PinvOptions,
  type RankOptions,
} from "./least_squares.ts";
export { matrixNorm, norm, type NormOptions, type NormOrder, vectorNorm } from "./norms.ts";
export { type ContractedAxes, multiDot, tensordot } from "./products.ts";
export { svd, type SVDOptions, type SVDResult, svdvals } from "./singular.ts";
export {
  det,
  inv,
  matrixPower,
  slogdet,
  type SlogdetResult,
  solve,
  tensorinv,
  tensorsolve,
} from "./solving.ts";
