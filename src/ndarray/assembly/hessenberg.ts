/**
 * Balancing and Householder's reduction of a square matrix to Hessenberg form.
 *
 * Source: LAPACK's dgebal, dgebak and dgehd2; R. James, J. Langou, B. R. Lowery, "On matrix balancing and
 * eigenvector computation", 2014 (norms of length 2, as LAPACK's dgebal).
 */
import { axpy, dot, length, scale, swapRows } from "./level";
import { makeReflection } from "./qr";

/** The rows and columns that `balance` leaves to be reduced; before and behind them A is upper triangular. */
export let low: i32 = 0;
export let high: i32 = 0;

/** exchanges index i and k: columns in the rows up to `high`, rows from column `low` on */
function exchange(n: i32, a: usize, i: i32, k: i32): void {
  if (i === k) return;
  const stride = <usize>n << 3, one = <usize>i << 3, other = <usize>k << 3, first = <usize>low << 3;
  for (let row = 0; row <= high; row++) swapRows(1, a + <usize>row * stride + one, a + <usize>row * stride + other);
  swapRows(n - low, a + <usize>i * stride + first, a + <usize>k * stride + first);
}

/** whether all but the diagonal of a row (or column, by the two strides) from low to high is 0 */
function isIsolated(a: usize, i: i32, strideOfIndex: usize, stride: usize): bool {
  for (let j = low; j <= high; j++) {
    if (j !== i && load<f64>(a + <usize>i * strideOfIndex + <usize>j * stride) !== 0) return false;
  }
  return true;
}

/**
 * moves rows that isolate an eigenvalue down and columns that do so left; the index with which each was exchanged is
 * left in `factors`
 */
function isolate(n: i32, a: usize, factors: usize): void {
  const stride = <usize>n << 3;
  low = 0;
  high = n - 1;
  for (let found = true; found;) {
    found = false;
    for (let i = high; i >= 0; i--) {
      if (!isIsolated(a, i, stride, 8)) continue;
      store<f64>(factors + (<usize>high << 3), <f64>i);
      exchange(n, a, i, high);
      if (high === 0) return;
      found = true;
      high--;
    }
  }
  for (let found = true; found;) {
    found = false;
    for (let j = low; j <= high; j++) {
      if (!isIsolated(a, j, 8, stride)) continue;
      store<f64>(factors + (<usize>low << 3), <f64>j);
      exchange(n, a, j, low);
      found = true;
      low++;
    }
  }
}

/** no element grows beyond it, of the columns above `low` and of the rows behind `high` too */
const LARGEST: f64 = 1e250;

/** the largest size of n numbers that lie `stride` bytes apart */
function largest(n: i32, x: usize, stride: usize): f64 {
  let size: f64 = 0;
  for (let i = 0; i < n; i++) size = max<f64>(size, abs<f64>(load<f64>(x + <usize>i * stride)));
  return size;
}

/**
 * Isolates eigenvalues of A (n, n) by exchanges, then scales rows and columns from `low` to `high` by powers of 2 until
 * they are of like length. `factors` are what `restore` needs.
 */
export function balance(n: i32, a: usize, factors: usize): void {
  const stride = <usize>n << 3;
  isolate(n, a, factors);
  const first = <usize>low << 3, size = high - low + 1;
  for (let i = low; i <= high; i++) store<f64>(factors + (<usize>i << 3), 1);
  let isDone = size === 1;
  for (let round = 0; round < 100 && !isDone; round++) {
    isDone = true;
    for (let i = low; i <= high; i++) {
      const row = a + <usize>i * stride, column = a + (<usize>i << 3);
      let c = length(size, column + <usize>low * stride, stride), r = length(size, row + first, 8);
      if (c === 0 || r === 0 || !(c < Infinity) || !(r < Infinity)) continue;
      const before = c + r, place = factors + (<usize>i << 3), known = load<f64>(place);
      const wholeColumn = largest(high + 1, column, stride), wholeRow = largest(n - low, row + first, 8);
      const most = min<f64>(1e150, LARGEST / max<f64>(wholeColumn, known));
      const least = max<f64>(1e-150, max<f64>(wholeRow, 1 / known) / LARGEST);
      let factor: f64 = 1;
      while (c < r / 2 && factor < most) {
        c *= 2;
        r /= 2;
        factor *= 2;
      }
      while (c >= r * 2 && factor > least) {
        c /= 2;
        r *= 2;
        factor /= 2;
      }
      if (c + r >= 0.95 * before || factor === 1) continue;
      isDone = false;
      store<f64>(place, known * factor);
      scale(n - low, 1 / factor, row + first);
      for (let j = 0; j <= high; j++) scale(1, factor, column + <usize>j * stride);
    }
  }
}

/** A vector of the balanced matrix becomes one of the matrix. */
export function restore(n: i32, factors: usize, vector: usize): void {
  for (let i = low; i <= high; i++) {
    const at = vector + (<usize>i << 3);
    store<f64>(at, load<f64>(at) * load<f64>(factors + (<usize>i << 3)));
  }
  for (let i = low - 1; i >= 0; i--) exchangeBack(factors, vector, i);
  for (let i = high + 1; i < n; i++) exchangeBack(factors, vector, i);
}

function exchangeBack(factors: usize, vector: usize, i: i32): void {
  const other = <i32>load<f64>(factors + (<usize>i << 3));
  swapRows(1, vector + (<usize>i << 3), vector + (<usize>other << 3));
}

/**
 * A (n, n), which `balance` has left, becomes Hessenberg; with v not 0, V (n, n) the orthogonal matrix of the change.
 * `work` holds 2 n numbers.
 */
export function reduceToHessenberg(n: i32, a: usize, v: usize, work: usize): void {
  const stride = <usize>n << 3, vector = work, sums = work + (<usize>n << 3);
  if (v !== 0) {
    memory.fill(v, 0, <usize>n * stride);
    for (let i = 0; i < n; i++) store<f64>(v + <usize>i * stride + (<usize>i << 3), 1);
  }
  for (let k = low; k < high - 1; k++) {
    const size = high - k, first = a + <usize>(k + 1) * stride + (<usize>k << 3);
    const factor = makeReflection(size, first, first + stride, stride);
    if (factor === 0) continue;
    store<f64>(vector, 1);
    for (let i = 1; i < size; i++) {
      store<f64>(vector + (<usize>i << 3), load<f64>(first + <usize>i * stride));
      store<f64>(first + <usize>i * stride, 0);
    }
    // from the left, on the columns behind k
    const corner = first + 8, width = n - k - 1;
    memory.fill(sums, 0, <usize>width << 3);
    for (let i = 0; i < size; i++) axpy(width, load<f64>(vector + (<usize>i << 3)), corner + <usize>i * stride, sums);
    for (let i = 0; i < size; i++) {
      axpy(width, -factor * load<f64>(vector + (<usize>i << 3)), sums, corner + <usize>i * stride);
    }
    // from the right, on all rows
    const column = <usize>(k + 1) << 3;
    for (let i = 0; i < n; i++) {
      const row = a + <usize>i * stride + column;
      if (i <= high) axpy(size, -factor * dot(size, row, vector), vector, row);
      if (v === 0) continue;
      const turned = v + <usize>i * stride + column;
      axpy(size, -factor * dot(size, turned, vector), vector, turned);
    }
  }
}
