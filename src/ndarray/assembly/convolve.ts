/**
 * Sums of products of a long row and a short one, reversed. Products of one output are added one after the
 * other, in the order of the short row or against it, whichever lane it is in.
 */

/** registers of outputs at once */
const REGISTERS: u32 = 4;

// @ts-ignore: decorator
@inline
function addProducts<T>(sum: v128, x: usize, factor: v128): v128 {
  return v128.add<T>(sum, v128.mul<T>(v128.load(x), factor));
}

/** outputs of four registers from `k` on, for all of which the short row lies within the long one */
// @ts-ignore: decorator
@inline
function vectorOutputs<T>(x: usize, y: usize, m: u32, target: usize, k: u32, ascending: bool): void {
  let a = v128.splat<T>(0), b = a, c = a, d = a;
  for (let step: u32 = 0; step < m; step++) {
    const j = ascending ? step : m - 1 - step;
    const factor = v128.splat<T>(load<T>(y + <usize>j * sizeof<T>())), at = x + <usize>(k - j) * sizeof<T>();
    a = addProducts<T>(a, at, factor);
    b = addProducts<T>(b, at + 16, factor);
    c = addProducts<T>(c, at + 32, factor);
    d = addProducts<T>(d, at + 48, factor);
  }
  v128.store(target, a);
  v128.store(target, b, 16);
  v128.store(target, c, 32);
  v128.store(target, d, 48);
}

// @ts-ignore: decorator
@inline
function oneOutput<T>(x: usize, n: u32, y: usize, m: u32, k: u32, ascending: bool): T {
  const low: u32 = k < n ? 0 : k - n + 1, high: u32 = k < m ? k : m - 1;
  let sum: T = 0;
  for (let step: u32 = 0; step <= high - low; step++) {
    const j = ascending ? low + step : high - step;
    sum += load<T>(x + <usize>(k - j) * sizeof<T>()) * load<T>(y + <usize>j * sizeof<T>());
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function outputs<T>(x: usize, n: u32, y: usize, m: u32, target: usize, first: u32, count: u32, ascending: bool): void {
  const width = REGISTERS * 16 / <u32>sizeof<T>(), end = first + count;
  for (let k = first; k < end;) {
    if (k + 1 >= m && k + width <= min<u32>(end, n)) {
      vectorOutputs<T>(x, y, m, target, k, ascending);
      k += width;
      target += 64;
    } else {
      store<T>(target, oneOutput<T>(x, n, y, m, k, ascending));
      k++;
      target += sizeof<T>();
    }
  }
}

/**
 * The outputs from `first` on of the convolution of n numbers with m, which are no more: of f64 (kind 2), of
 * integers of 32 bits (0) or of 64 (1), which wrap.
 */
export function convolveRow(
  x: usize,
  n: u32,
  y: usize,
  m: u32,
  target: usize,
  first: u32,
  count: u32,
  ascending: bool,
  kind: i32,
): void {
  if (kind === 2) outputs<f64>(x, n, y, m, target, first, count, ascending);
  else if (kind === 1) outputs<i64>(x, n, y, m, target, first, count, ascending);
  else outputs<i32>(x, n, y, m, target, first, count, ascending);
}
