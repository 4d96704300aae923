/** Running sums and products of a row, in its place. Integers wrap. */

// @ts-ignore: decorator
@inline
function sums<T, Wide>(row: usize, n: u32, before: Wide): Wide {
  for (const end = row + <usize>n * sizeof<T>(); row < end; row += sizeof<T>()) {
    before += <Wide>load<T>(row);
    store<T>(row, <T>before);
  }
  return before;
}

// @ts-ignore: decorator
@inline
function products<T, Wide>(row: usize, n: u32, before: Wide): Wide {
  for (const end = row + <usize>n * sizeof<T>(); row < end; row += sizeof<T>()) {
    before *= <Wide>load<T>(row);
    store<T>(row, <T>before);
  }
  return before;
}

/**
 * Floats of 2^size bytes in f64, each rounded once. `state` holds what comes before them, and gets what comes
 * of them.
 */
export function cumulateFloats(row: usize, n: u32, size: i32, isProduct: bool, state: usize): void {
  const before = load<f64>(state);
  if (size === 2) store<f64>(state, isProduct ? products<f32, f64>(row, n, before) : sums<f32, f64>(row, n, before));
  else store<f64>(state, isProduct ? products<f64, f64>(row, n, before) : sums<f64, f64>(row, n, before));
}

/** Integers of 2^size bytes, as `cumulateFloats`; `state` holds 64 bits. */
export function cumulateIntegers(row: usize, n: u32, size: i32, isProduct: bool, state: usize): void {
  const before = load<u64>(state);
  if (size === 0) store<u64>(state, isProduct ? products<u8, u64>(row, n, before) : sums<u8, u64>(row, n, before));
  else if (size === 1) {
    store<u64>(state, isProduct ? products<u16, u64>(row, n, before) : sums<u16, u64>(row, n, before));
  } else if (size === 2) {
    store<u64>(state, isProduct ? products<u32, u64>(row, n, before) : sums<u32, u64>(row, n, before));
  } else store<u64>(state, isProduct ? products<u64, u64>(row, n, before) : sums<u64, u64>(row, n, before));
}
