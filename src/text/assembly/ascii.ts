// Bytes of the characters that structure and numbers are made of.
export const TAB: u32 = 9, LF: u32 = 10, CR: u32 = 13, SPACE: u32 = 32;
export const PLUS: u32 = 43, MINUS: u32 = 45, POINT: u32 = 46, ZERO: u32 = 48;
export const UPPER_E: u32 = 69, LOWER_E: u32 = 101;
