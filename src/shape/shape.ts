/**
 * Shapes as authors write them: a size, a symbol ("N"), or a size with a label ("feature=784").
 *
 * @module
 */

/** 1000: a size; "N": a symbol, bound at run time; "feature=1000": a size with an axis label. */
export type Dim = number | string;

/** A tuple of axes. */
export type Shape = readonly Dim[];
