/*
 * Where writing a value ended: behind it, or nothing was written.
 */

/** There is no room, or the value is the caller's; all else is a position. */
export const FULL: usize = 0, LEFT: usize = 1;
