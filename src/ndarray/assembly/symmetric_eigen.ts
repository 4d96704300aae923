/**
 * Eigenvalues and eigenvectors of symmetric matrices: Householder's tridiagonal form, then QL with implicit shifts.
 *
 * Source: EISPACK's tred2 and tql2 (H. Bowdler, R. S. Martin, C. Reinsch, J. H. Wilkinson, "Handbook for Automatic
 * Computation" II/3 and II/4); the vectors lie in rows here, so that a rotation runs along memory.
 */
import { axpy, axpyPair, dot, hypotenuse, rotate, swapRows, transposeMatrix } from "./level";
import { makeReflection } from "./qr";

const EPSILON: f64 = 2.220446049250313e-16;
const MOST_STEPS: i32 = 60;

/** A (n, n) symmetric becomes its reflections, in rows; d and e its tridiagonal form, with e[k] beside d[k], d[k+1] */
function tridiagonalise(n: i32, a: usize, d: usize, e: usize, tau: usize, work: usize): void {
  const stride = <usize>n << 3;
  for (let k = 0; k < n - 1; k++) {
    const size = n - k - 1, row = a + <usize>k * stride + (<usize>k << 3), v = row + 8;
    store<f64>(d + (<usize>k << 3), load<f64>(row));
    const factor = makeReflection(size, v, v + 8, 8);
    store<f64>(e + (<usize>k << 3), load<f64>(v));
    store<f64>(tau + (<usize>k << 3), factor);
    store<f64>(v, 1);
    if (factor === 0) continue;
    const corner = row + stride + 8;
    for (let i = 0; i < size; i++) {
      store<f64>(work + (<usize>i << 3), factor * dot(size, corner + <usize>i * stride, v));
    }
    axpy(size, -0.5 * factor * dot(size, work, v), v, work);
    for (let i = 0; i < size; i++) {
      const at = <usize>i << 3;
      axpyPair(size, -load<f64>(v + at), work, -load<f64>(work + at), v, corner + <usize>i * stride);
    }
  }
  if (n > 0) store<f64>(d + (<usize>(n - 1) << 3), load<f64>(a + <usize>(n - 1) * stride + (<usize>(n - 1) << 3)));
  if (n > 0) store<f64>(e + (<usize>(n - 1) << 3), 0);
}

/** the product of the reflections, in Q (n, n) */
function accumulate(n: i32, a: usize, tau: usize, q: usize, work: usize): void {
  const stride = <usize>n << 3;
  memory.fill(q, 0, <usize>n * stride);
  for (let i = 0; i < n; i++) store<f64>(q + <usize>i * stride + (<usize>i << 3), 1);
  for (let k = n - 2; k >= 0; k--) {
    const size = n - k - 1, v = a + <usize>k * stride + (<usize>(k + 1) << 3);
    const factor = load<f64>(tau + (<usize>k << 3));
    if (factor === 0) continue;
    const corner = q + <usize>(k + 1) * stride + (<usize>(k + 1) << 3);
    memory.fill(work, 0, <usize>size << 3);
    for (let i = 0; i < size; i++) axpy(size, load<f64>(v + (<usize>i << 3)), corner + <usize>i * stride, work);
    for (let i = 0; i < size; i++) {
      axpy(size, -factor * load<f64>(v + (<usize>i << 3)), work, corner + <usize>i * stride);
    }
  }
}

/** one QL step with an implicit shift on d[l..m]; rows of z turn with it */
function qlStep(n: i32, d: usize, e: usize, l: i32, m: i32, z: usize): void {
  const stride = <usize>n << 3;
  const dl = load<f64>(d + (<usize>l << 3)), el = load<f64>(e + (<usize>l << 3));
  let g = (load<f64>(d + (<usize>(l + 1) << 3)) - dl) / (2 * el);
  let r = hypotenuse(g, 1);
  g = load<f64>(d + (<usize>m << 3)) - dl + el / (g + (g < 0 ? -r : r));
  let s: f64 = 1, c: f64 = 1, p: f64 = 0;
  for (let i = m - 1; i >= l; i--) {
    const ei = load<f64>(e + (<usize>i << 3));
    const f = s * ei, b = c * ei;
    r = hypotenuse(f, g);
    store<f64>(e + (<usize>(i + 1) << 3), r);
    if (r === 0) {
      const at = d + (<usize>(i + 1) << 3);
      store<f64>(at, load<f64>(at) - p);
      store<f64>(e + (<usize>m << 3), 0);
      return;
    }
    s = f / r;
    c = g / r;
    g = load<f64>(d + (<usize>(i + 1) << 3)) - p;
    r = (load<f64>(d + (<usize>i << 3)) - g) * s + 2 * c * b;
    p = s * r;
    store<f64>(d + (<usize>(i + 1) << 3), g + p);
    g = c * r - b;
    if (z !== 0) rotate(n, c, s, z + <usize>i * stride, z + <usize>(i + 1) * stride);
  }
  store<f64>(d + (<usize>l << 3), load<f64>(d + (<usize>l << 3)) - p);
  store<f64>(e + (<usize>l << 3), g);
  store<f64>(e + (<usize>m << 3), 0);
}

function diagonalise(n: i32, d: usize, e: usize, z: usize): i32 {
  for (let l = 0; l < n; l++) {
    for (let step = 0;; step++) {
      let m = l;
      for (; m < n - 1; m++) {
        const beside = abs<f64>(load<f64>(d + (<usize>m << 3))) + abs<f64>(load<f64>(d + (<usize>(m + 1) << 3)));
        if (abs<f64>(load<f64>(e + (<usize>m << 3))) <= EPSILON * beside) break;
      }
      if (m === l) break;
      if (step === MOST_STEPS) return 1;
      qlStep(n, d, e, l, m, z);
    }
  }
  return 0;
}

function sortAscending(n: i32, d: usize, z: usize): void {
  const stride = <usize>n << 3;
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) {
      if (load<f64>(d + (<usize>j << 3)) < load<f64>(d + (<usize>least << 3))) least = j;
    }
    if (least === i) continue;
    swapRows(1, d + (<usize>i << 3), d + (<usize>least << 3));
    if (z !== 0) swapRows(n, z + <usize>i * stride, z + <usize>least * stride);
  }
}

/**
 * Eigenvalues of A (n, n), of which both triangles are read and which is overwritten, ascending in `d`; with z not 0,
 * its rows (n, n) become the eigenvectors. `work` holds 3 n numbers. Gives 0, or 1 where the iteration does not end.
 */
export function symmetricEigen(n: i32, a: usize, d: usize, z: usize, work: usize): i32 {
  const e = work, tau = e + (<usize>n << 3), sums = tau + (<usize>n << 3);
  const stride = <usize>n << 3;
  tridiagonalise(n, a, d, e, tau, sums);
  if (z !== 0) {
    // a's reflections are read while z is made; then a takes z, and z its transpose
    accumulate(n, a, tau, z, sums);
    memory.copy(a, z, <usize>n * stride);
    transposeMatrix(n, n, a, stride, z, stride);
  }
  if (diagonalise(n, d, e, z) !== 0) return 1;
  sortAscending(n, d, z);
  return 0;
}
