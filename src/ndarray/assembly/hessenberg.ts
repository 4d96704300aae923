/**
 * Balancing and Householder's reduction of a square matrix to Hessenberg form.
 *
 * Source: EISPACK's balanc (scaling) and orthes, ortran; R. James, J. Langou, B. R. Lowery, "On matrix balancing and
 * eigenvector computation", 2014 (norms of length 2, as LAPACK's dgebal).
 */
import { axpy, dot, length } from "./level";
import { makeReflection } from "./qr";

/** scales rows and columns of A (n, n) by powers of 2 until they are of like length; the factors are left in `factors` */
export function balance(n: i32, a: usize, factors: usize): void {
  const stride = <usize>n << 3;
  for (let i = 0; i < n; i++) store<f64>(factors + (<usize>i << 3), 1);
  let isDone = false;
  for (let round = 0; round < 100 && !isDone; round++) {
    isDone = true;
    for (let i = 0; i < n; i++) {
      const row = a + <usize>i * stride, column = a + (<usize>i << 3);
      let c = length(n, column, stride), r = length(n, row, 8);
      if (c === 0 || r === 0 || !(c < Infinity) || !(r < Infinity)) continue;
      const before = c + r;
      let factor: f64 = 1;
      while (c < r / 2 && factor < 1e150) {
        c *= 2;
        r /= 2;
        factor *= 2;
      }
      while (c >= r * 2 && factor > 1e-150) {
        c /= 2;
        r *= 2;
        factor /= 2;
      }
      if (c + r >= 0.95 * before || factor === 1) continue;
      isDone = false;
      store<f64>(factors + (<usize>i << 3), load<f64>(factors + (<usize>i << 3)) * factor);
      for (let j = 0; j < n; j++) {
        const inRow = row + (<usize>j << 3);
        store<f64>(inRow, load<f64>(inRow) / factor);
      }
      for (let j = 0; j < n; j++) {
        const inColumn = column + <usize>j * stride;
        store<f64>(inColumn, load<f64>(inColumn) * factor);
      }
    }
  }
}

/**
 * A (n, n) becomes Hessenberg; with v not 0, V (n, n) the orthogonal matrix of the change. `work` holds 2 n numbers.
 */
export function reduceToHessenberg(n: i32, a: usize, v: usize, work: usize): void {
  const stride = <usize>n << 3, vector = work, sums = work + (<usize>n << 3);
  if (v !== 0) {
    memory.fill(v, 0, <usize>n * stride);
    for (let i = 0; i < n; i++) store<f64>(v + <usize>i * stride + (<usize>i << 3), 1);
  }
  for (let k = 0; k < n - 2; k++) {
    const size = n - k - 1, first = a + <usize>(k + 1) * stride + (<usize>k << 3);
    const factor = makeReflection(size, first, first + stride, stride);
    if (factor === 0) continue;
    store<f64>(vector, 1);
    for (let i = 1; i < size; i++) {
      store<f64>(vector + (<usize>i << 3), load<f64>(first + <usize>i * stride));
      store<f64>(first + <usize>i * stride, 0);
    }
    // from the left, on the columns behind k
    const corner = first + 8;
    memory.fill(sums, 0, <usize>size << 3);
    for (let i = 0; i < size; i++) axpy(size, load<f64>(vector + (<usize>i << 3)), corner + <usize>i * stride, sums);
    for (let i = 0; i < size; i++) {
      axpy(size, -factor * load<f64>(vector + (<usize>i << 3)), sums, corner + <usize>i * stride);
    }
    // from the right, on all rows
    const column = <usize>(k + 1) << 3;
    for (let i = 0; i < n; i++) {
      const row = a + <usize>i * stride + column;
      axpy(size, -factor * dot(size, row, vector), vector, row);
      if (v === 0) continue;
      const turned = v + <usize>i * stride + column;
      axpy(size, -factor * dot(size, turned, vector), vector, turned);
    }
  }
}
