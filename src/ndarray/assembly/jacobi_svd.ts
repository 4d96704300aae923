/**
 * Singular values by one-sided Jacobi rotations of rows, which finds also the small ones with high relative accuracy.
 *
 * Source: J. Demmel and K. Veselić, "Jacobi's method is more accurate than QR", SIAM J. Matrix Anal. Appl. 13, 1992;
 * P. P. M. de Rijk, "A one-sided Jacobi algorithm for computing the singular value decomposition on a vector computer",
 * SIAM J. Sci. Stat. Comput. 10, 1989; Z. Drmač and K. Veselić, "New fast and accurate Jacobi SVD algorithm", SIAM J. Matrix Anal. Appl. 29, 2008.
 */
import { dot, length, rotate, scale, swapRows } from "./level";

const EPSILON: f64 = 2.220446049250313e-16;
const MOST_SWEEPS: i32 = 60;
/** rows with smaller squares are not turned: their products have too few digits for the rotations to end */
const NEGLIGIBLE: f64 = 1e-280;

/** rotates rows p and q of W (and of U) until they are orthogonal; gives whether they were not */
function orthogonalise(
  n: i32,
  w: usize,
  strideW: usize,
  numU: i32,
  u: usize,
  squares: usize,
  p: i32,
  q: i32,
  tolerance: f64,
): bool {
  const rowP = w + <usize>p * strideW, rowQ = w + <usize>q * strideW;
  const squareP = squares + (<usize>p << 3), squareQ = squares + (<usize>q << 3);
  const a = load<f64>(squareP), b = load<f64>(squareQ);
  if (a < NEGLIGIBLE || b < NEGLIGIBLE) return false;
  const product = dot(n, rowP, rowQ);
  if (!(abs<f64>(product) > tolerance * sqrt<f64>(a) * sqrt<f64>(b))) return false;
  const zeta = (b - a) / (2 * product);
  const far = abs<f64>(zeta) > 1e150;
  let t: f64 = far ? 1 / (2 * abs<f64>(zeta)) : 1 / (abs<f64>(zeta) + sqrt<f64>(1 + zeta * zeta));
  if (zeta < 0) t = -t;
  const c = 1 / sqrt<f64>(1 + t * t), s = c * t;
  rotate(n, c, s, rowP, rowQ);
  if (numU > 0) rotate(numU, c, s, u + <usize>p * (<usize>numU << 3), u + <usize>q * (<usize>numU << 3));
  // what one row loses the other gains; where that cancels, the sum is taken anew
  const lost = a - t * product, gained = b + t * product;
  store<f64>(squareP, lost > a * 0.125 ? lost : dot(n, rowP, rowP));
  store<f64>(squareQ, gained > b * 0.125 ? gained : dot(n, rowQ, rowQ));
  return true;
}

/** exchanges row p with the longest from p on (de Rijk's order, which takes fewer sweeps) */
function bringLongest(m: i32, n: i32, w: usize, numU: i32, u: usize, squares: usize, p: i32): void {
  let best = p;
  for (let q = p + 1; q < m; q++) {
    if (load<f64>(squares + (<usize>q << 3)) > load<f64>(squares + (<usize>best << 3))) best = q;
  }
  if (best === p) return;
  swapRows(1, squares + (<usize>p << 3), squares + (<usize>best << 3));
  swapRows(n, w + <usize>p * (<usize>n << 3), w + <usize>best * (<usize>n << 3));
  if (numU > 0) swapRows(numU, u + <usize>p * (<usize>numU << 3), u + <usize>best * (<usize>numU << 3));
}

/** sorts rows by length, the longest first, and makes them unit vectors; a row of zeros stays */
function sortAndNormalise(m: i32, n: i32, w: usize, numU: i32, u: usize, values: usize): void {
  const strideW = <usize>n << 3, strideU = <usize>numU << 3;
  for (let i = 0; i < m; i++) store<f64>(values + (<usize>i << 3), length(n, w + <usize>i * strideW, 8));
  for (let i = 0; i < m; i++) {
    let best = i;
    for (let j = i + 1; j < m; j++) {
      if (load<f64>(values + (<usize>j << 3)) > load<f64>(values + (<usize>best << 3))) best = j;
    }
    swapRows(1, values + (<usize>i << 3), values + (<usize>best << 3));
    swapRows(n, w + <usize>i * strideW, w + <usize>best * strideW);
    if (numU > 0) swapRows(numU, u + <usize>i * strideU, u + <usize>best * strideU);
    const value = load<f64>(values + (<usize>i << 3));
    if (value > 1e-290) scale(n, 1 / value, w + <usize>i * strideW);
    else if (value > 0) {
      for (let j = 0; j < n; j++) {
        const at = w + <usize>i * strideW + (<usize>j << 3);
        store<f64>(at, load<f64>(at) / value);
      }
    }
  }
}

/**
 * W (m, n), m <= n, becomes unit rows with U W' = diag(values) W: W' is what W was, U (m, numU) holds the rotations
 * (numU is m, or 0 where U is not wanted). `values` are sorted, largest first; `work` holds m numbers. Gives 0, or 1
 * where the iteration does not end.
 */
export function jacobiRows(m: i32, n: i32, w: usize, numU: i32, u: usize, values: usize, work: usize): i32 {
  const stride = <usize>n << 3;
  if (numU > 0) {
    memory.fill(u, 0, <usize>m * (<usize>numU << 3));
    for (let i = 0; i < m; i++) store<f64>(u + <usize>i * (<usize>numU << 3) + (<usize>i << 3), 1);
  }
  const tolerance = EPSILON * sqrt<f64>(<f64>n);
  let isDone = false;
  for (let sweep = 0; sweep < MOST_SWEEPS && !isDone; sweep++) {
    isDone = true;
    for (let i = 0; i < m; i++) {
      const row = w + <usize>i * stride;
      store<f64>(work + (<usize>i << 3), dot(n, row, row));
    }
    for (let p = 0; p < m - 1; p++) {
      bringLongest(m, n, w, numU, u, work, p);
      for (let q = p + 1; q < m; q++) {
        if (orthogonalise(n, w, stride, numU, u, work, p, q, tolerance)) isDone = false;
      }
    }
  }
  sortAndNormalise(m, n, w, numU, u, values);
  return isDone ? 0 : 1;
}

/**
 * Rows (m, n), m <= n, of which the last ones are zero, become orthonormal: each of those from `first` on is the unit
 * vector that the others leave most of, without what they leave. `work` holds n numbers.
 */
export function completeRows(m: i32, n: i32, w: usize, first: i32, work: usize): void {
  const stride = <usize>n << 3;
  for (let i = first; i < m; i++) {
    const row = w + <usize>i * stride;
    let best = 0, most: f64 = -1;
    for (let k = 0; k < n; k++) {
      let rest: f64 = 1;
      for (let j = 0; j < i; j++) {
        const value = load<f64>(w + <usize>j * stride + (<usize>k << 3));
        rest -= value * value;
      }
      if (rest > most) {
        most = rest;
        best = k;
      }
    }
    memory.fill(row, 0, stride);
    store<f64>(row + (<usize>best << 3), 1);
    for (let round = 0; round < 2; round++) {
      for (let j = 0; j < i; j++) {
        const other = w + <usize>j * stride, part = dot(n, other, row);
        for (let k = 0; k < n; k++) {
          const at = row + (<usize>k << 3);
          store<f64>(at, load<f64>(at) - part * load<f64>(other + (<usize>k << 3)));
        }
      }
      scale(n, 1 / length(n, row, 8), row);
    }
  }
}
