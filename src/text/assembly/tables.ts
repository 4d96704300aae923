// Offsets in the block of tables that src/text/tables.ts lays out; each function is given the block's address.
// Constant vectors lie there too: V8 materialises a v128.const anew in every round of a loop, a local stays put.

/** 10^0 … 10^18 as f64, then a NaN */
export const EXACT_POWERS: usize = 0;
/** 0, 1, … 15 */
export const IOTA: usize = 192;
/** i16 lanes 100, 1 */
export const HUNDREDS: usize = 208;
/** i16 lanes 10000, 1 */
export const TEN_THOUSANDS: usize = 224;
/** i8 lanes 48 */
export const ZEROS: usize = 240;
/** i8 lanes 15 */
export const LOW_NIBBLES: usize = 256;
/** i8 lanes 10, 1 */
export const TENS: usize = 272;
/** i8 lanes 70: added to a digit, and to no other byte, it gives 118 or more as a signed number */
export const DIGIT_SHIFT: usize = 288;
/** i8 lanes 117 */
export const BELOW_DIGITS: usize = 304;
/** i32 lanes 5243: times it, and 19 bits down, a number below 10000 is divided by 100 */
export const HUNDREDTHS: usize = 320;
/** i32 lanes 100 */
export const WIDE_HUNDREDS: usize = 336;
/** i16 lanes 103: times it, and 10 bits down, a number below 100 is divided by 10 */
export const TENTHS: usize = 352;
/** i16 lanes 10 */
export const WIDE_TENS: usize = 368;
/** 128-bit powers: low word, high word */
export const WIDE_POWERS: usize = 384;
