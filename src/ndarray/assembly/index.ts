export { bidiagonalSvd, svdWork } from "./bidiagonal_svd";
export { choleskyFactor, choleskyWork } from "./cholesky";
export { eigenWork, generalEigen } from "./hessenberg_eigen";
export { luFactor, luSolve, luWork } from "./lu";
export { qrFactor, qrForm, qrWork } from "./qr";
export { symmetricEigen } from "./symmetric_eigen";
export {
  joinPairs,
  multiplyComplex,
  pairSpectrum,
  realSpectrum,
  scaleNumbers,
  splitPairs,
  transform,
} from "./fourier";
export { chooseDifferent, fillIntegers, shuffleItems } from "./bounded";
export { fillRaw, fillUniform, fillUniformSingle } from "./philox";
export { fillExponential, fillExponentialSingle, fillNormal, fillNormalSingle } from "./ziggurat";
export { argsortRow, argsortWork, sortRow, sortWork } from "./sort";
export { sortRows } from "./sort_rows";
export { convolveRow } from "./convolve";
export { findInSorted, interpolateRow, searchRow } from "./search";
export { partitionRow, rowKeys, selectPair, selectWork } from "./select";
export { addIndices, checkIndices, gatherItems, scatterItems } from "./gather";
export { cumulateFloats, cumulateIntegers } from "./cumulate";
export { bytePositions, countNonzero, extremumOfNumbers, extremumPositions, firstByte } from "./extrema";
export { countPlaces, sumPlaces } from "./count";
export { addToKeys, countsOfPlaces, distinctElements, groupElements, joinSets, pickFirst } from "./distinct";
export { copyBytes, repeatCounted, repeatRuns } from "./runs";
export { nonzeroPositions } from "./positions";
export { findAmongFew, findInBuckets, findInRange, integerRange } from "./membership";
