/**
 * The constants of NumPy and of the array API standard.
 *
 * @module
 */

/** Euler's number, the base of natural logarithms. */
export const e = Math.E;
/** The limit of the sum of 1/k for k up to n, less log(n). */
export const eulerGamma = 0.5772156649015329;
/** Infinity of IEEE 754. */
export const inf = Infinity;
/** A quiet NaN of IEEE 754. */
export const nan = NaN;
/** In an index, a new axis of size 1. */
export const newaxis = null;
/** The circumference of a circle over its diameter. */
export const pi = Math.PI;
