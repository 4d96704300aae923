// Offsets in the block of tables that src/text/tables.ts lays out; each function is given the block's address.
// Constant vectors lie there too: V8 materialises a v128.const anew in every round of a loop, a local stays put.

/** 10^0 … 10^22 as f64. */
export const EXACT_POWERS: usize = 0;
/** 0, 1, … 15 */
export const IOTA: usize = 192;
/** i16 lanes 100, 1 */
export const HUNDREDS: usize = 208;
/** i16 lanes 10000, 1 */
export const TEN_THOUSANDS: usize = 224;
/** i8 lanes 48 */
export const ZEROS: usize = 240;
/** i8 lanes 9 */
export const NINES: usize = 256;
/** i16 lanes 10 */
export const TENS: usize = 272;
/** i16 lanes 255 */
export const LOW_BYTES: usize = 288;
/** 128-bit powers: low word, high word */
export const WIDE_POWERS: usize = 320;
