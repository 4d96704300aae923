/**
 * Eigenvalues and eigenvectors of a real Hessenberg matrix by the shifted QR algorithm in real arithmetic.
 *
 * Source: EISPACK's hqr2 (G. Peters and J. H. Wilkinson, "Handbook for Automatic Computation" II/15).
 *
 * Functions here are longer than others: the double step and the back substitution are each one algorithm over many
 * scalars that all of its parts share.
 */
import { hypotenuse } from "./level";
import { balance, reduceToHessenberg } from "./hessenberg";

const EPSILON: f64 = 2.220446049250313e-16;
const MOST_STEPS: i32 = 300;

let H: usize = 0, V: usize = 0, numRows: i32 = 0;

// @ts-ignore: decorator
@inline
function at(base: usize, i: i32, j: i32): usize {
  return base + ((<usize>i * <usize>numRows + <usize>j) << 3);
}
// @ts-ignore: decorator
@inline
function h(i: i32, j: i32): f64 {
  return load<f64>(at(H, i, j));
}
// @ts-ignore: decorator
@inline
function setH(i: i32, j: i32, value: f64): void {
  store<f64>(at(H, i, j), value);
}
// @ts-ignore: decorator
@inline
function get(base: usize, i: i32): f64 {
  return load<f64>(base + (<usize>i << 3));
}
// @ts-ignore: decorator
@inline
function set(base: usize, i: i32, value: f64): void {
  store<f64>(base + (<usize>i << 3), value);
}

let quotientReal: f64 = 0, quotientImaginary: f64 = 0;

/** (a + ib) / (c + id), left in the two globals */
function divide(a: f64, b: f64, c: f64, d: f64): void {
  if (abs<f64>(c) > abs<f64>(d)) {
    const r = d / c, divisor = c + r * d;
    quotientReal = (a + r * b) / divisor;
    quotientImaginary = (b - r * a) / divisor;
  } else {
    const r = c / d, divisor = d + r * c;
    quotientReal = (r * a + b) / divisor;
    quotientImaginary = (r * b - a) / divisor;
  }
}

/** a rotation of rows and columns n-1, n that makes the block with two real eigenvalues triangular */
function splitRealPair(n: i32, p: f64, z: f64): void {
  const below = h(n, n - 1);
  const scale = abs<f64>(below) + abs<f64>(z);
  let c = below / scale, s = z / scale;
  const r = sqrt<f64>(c * c + s * s);
  c /= r;
  s /= r;
  for (let j = n - 1; j < numRows; j++) {
    const upper = h(n - 1, j), lower = h(n, j);
    setH(n - 1, j, s * upper + c * lower);
    setH(n, j, s * lower - c * upper);
  }
  for (let i = 0; i <= n; i++) {
    const left = h(i, n - 1), right = h(i, n);
    setH(i, n - 1, s * left + c * right);
    setH(i, n, s * right - c * left);
  }
  for (let i = 0; V !== 0 && i < numRows; i++) {
    const left = load<f64>(at(V, i, n - 1)), right = load<f64>(at(V, i, n));
    store<f64>(at(V, i, n - 1), s * left + c * right);
    store<f64>(at(V, i, n), s * right - c * left);
  }
}

/** a double QR step over rows l to n and columns m to n, from the first column (p, q, r) */
function doubleStep(l: i32, m: i32, n: i32, first: f64, second: f64, third: f64): void {
  let p = first, q = second, r = third, x: f64 = 0;
  for (let k = m; k <= n - 1; k++) {
    const isInner = k !== n - 1;
    if (k !== m) {
      p = h(k, k - 1);
      q = h(k + 1, k - 1);
      r = isInner ? h(k + 2, k - 1) : 0;
      x = abs<f64>(p) + abs<f64>(q) + abs<f64>(r);
      if (x === 0) continue;
      p /= x;
      q /= x;
      r /= x;
    }
    let s = sqrt<f64>(p * p + q * q + r * r);
    if (p < 0) s = -s;
    if (s === 0) continue;
    if (k !== m) setH(k, k - 1, -s * x);
    else if (l !== m) setH(k, k - 1, -h(k, k - 1));
    p += s;
    x = p / s;
    const y = q / s, z = r / s;
    q /= p;
    r /= p;
    for (let j = k; j < numRows; j++) {
      p = h(k, j) + q * h(k + 1, j);
      if (isInner) {
        p += r * h(k + 2, j);
        setH(k + 2, j, h(k + 2, j) - p * z);
      }
      setH(k, j, h(k, j) - p * x);
      setH(k + 1, j, h(k + 1, j) - p * y);
    }
    const last = min<i32>(n, k + 3);
    for (let i = 0; i <= last; i++) {
      p = x * h(i, k) + y * h(i, k + 1);
      if (isInner) {
        p += z * h(i, k + 2);
        setH(i, k + 2, h(i, k + 2) - p * r);
      }
      setH(i, k, h(i, k) - p);
      setH(i, k + 1, h(i, k + 1) - p * q);
    }
    for (let i = 0; V !== 0 && i < numRows; i++) {
      const row = at(V, i, k);
      p = x * load<f64>(row) + y * load<f64>(row, 8);
      if (isInner) {
        p += z * load<f64>(row, 16);
        store<f64>(row, load<f64>(row, 16) - p * r, 16);
      }
      store<f64>(row, load<f64>(row) - p);
      store<f64>(row, load<f64>(row, 8) - p * q, 8);
    }
  }
}

/** H becomes quasi-triangular, V turns with it; gives 0, or 1 where the iteration does not end */
function iterate(norm: f64, re: usize, im: usize): i32 {
  let n = numRows - 1, shift: f64 = 0, steps = 0;
  while (n >= 0) {
    let l = n;
    for (; l > 0; l--) {
      let beside = abs<f64>(h(l - 1, l - 1)) + abs<f64>(h(l, l));
      if (beside === 0) beside = norm;
      if (abs<f64>(h(l, l - 1)) <= EPSILON * beside) break;
    }
    if (l === n) {
      setH(n, n, h(n, n) + shift);
      set(re, n, h(n, n));
      set(im, n, 0);
      n--;
      steps = 0;
      continue;
    }
    if (l === n - 1) {
      const w = h(n, n - 1) * h(n - 1, n);
      const p = (h(n - 1, n - 1) - h(n, n)) / 2, q = p * p + w;
      let z = sqrt<f64>(abs<f64>(q));
      setH(n, n, h(n, n) + shift);
      setH(n - 1, n - 1, h(n - 1, n - 1) + shift);
      const x = h(n, n);
      if (q >= 0) {
        z = p >= 0 ? p + z : p - z;
        set(re, n - 1, x + z);
        set(re, n, z !== 0 ? x - w / z : x + z);
        set(im, n - 1, 0);
        set(im, n, 0);
        splitRealPair(n, p, z);
      } else {
        set(re, n - 1, x + p);
        set(re, n, x + p);
        set(im, n - 1, z);
        set(im, n, -z);
      }
      n -= 2;
      steps = 0;
      continue;
    }
    let x = h(n, n), y = h(n - 1, n - 1), w = h(n, n - 1) * h(n - 1, n);
    if (steps > 0 && steps % 10 === 0) {
      // an exceptional shift
      shift += x;
      for (let i = 0; i <= n; i++) setH(i, i, h(i, i) - x);
      const s = abs<f64>(h(n, n - 1)) + abs<f64>(h(n - 1, n - 2));
      x = y = 0.75 * s;
      w = -0.4375 * s * s;
    }
    if (++steps > MOST_STEPS) return 1;
    let m = n - 2, p: f64 = 0, q: f64 = 0, r: f64 = 0;
    for (; m >= l; m--) {
      const z = h(m, m), rest = x - z, s = y - z;
      p = (rest * s - w) / h(m + 1, m) + h(m, m + 1);
      q = h(m + 1, m + 1) - z - rest - s;
      r = h(m + 2, m + 1);
      const size = abs<f64>(p) + abs<f64>(q) + abs<f64>(r);
      p /= size;
      q /= size;
      r /= size;
      if (m === l) break;
      const beside = abs<f64>(p) * (abs<f64>(h(m - 1, m - 1)) + abs<f64>(z) + abs<f64>(h(m + 1, m + 1)));
      if (abs<f64>(h(m, m - 1)) * (abs<f64>(q) + abs<f64>(r)) < EPSILON * beside) break;
    }
    for (let i = m + 2; i <= n; i++) {
      setH(i, i - 2, 0);
      if (i > m + 2) setH(i, i - 3, 0);
    }
    doubleStep(l, m, n, p, q, r);
  }
  return 0;
}

/** the vector of a real eigenvalue, in column n of H */
function solveReal(n: i32, p: f64, norm: f64, re: usize, im: usize): void {
  let l = n, r: f64 = 0, s: f64 = 0, z: f64 = 0;
  setH(n, n, 1);
  for (let i = n - 1; i >= 0; i--) {
    const w = h(i, i) - p;
    r = 0;
    for (let j = l; j <= n; j++) r += h(i, j) * h(j, n);
    if (get(im, i) < 0) {
      z = w;
      s = r;
      continue;
    }
    l = i;
    if (get(im, i) === 0) {
      setH(i, n, -r / (w !== 0 ? w : EPSILON * norm));
    } else {
      const x = h(i, i + 1), y = h(i + 1, i), distance = get(re, i) - p;
      const q = distance * distance + get(im, i) * get(im, i), t = (x * s - z * r) / q;
      setH(i, n, t);
      setH(i + 1, n, abs<f64>(x) > abs<f64>(z) ? (-r - w * t) / x : (-s - y * t) / z);
    }
    const t = abs<f64>(h(i, n));
    if (EPSILON * t * t > 1) { for (let j = i; j <= n; j++) setH(j, n, h(j, n) / t); }
  }
}

/** the vector of a complex eigenvalue p + iq, in columns n - 1 and n of H */
function solveComplex(n: i32, p: f64, q: f64, norm: f64, re: usize, im: usize): void {
  let l = n - 1, r: f64 = 0, s: f64 = 0, z: f64 = 0;
  if (abs<f64>(h(n, n - 1)) > abs<f64>(h(n - 1, n))) {
    setH(n - 1, n - 1, q / h(n, n - 1));
    setH(n - 1, n, -(h(n, n) - p) / h(n, n - 1));
  } else {
    divide(0, -h(n - 1, n), h(n - 1, n - 1) - p, q);
    setH(n - 1, n - 1, quotientReal);
    setH(n - 1, n, quotientImaginary);
  }
  setH(n, n - 1, 0);
  setH(n, n, 1);
  for (let i = n - 2; i >= 0; i--) {
    let ra: f64 = 0, sa: f64 = 0;
    for (let j = l; j <= n; j++) {
      ra += h(i, j) * h(j, n - 1);
      sa += h(i, j) * h(j, n);
    }
    const w = h(i, i) - p;
    if (get(im, i) < 0) {
      z = w;
      r = ra;
      s = sa;
      continue;
    }
    l = i;
    if (get(im, i) === 0) {
      divide(-ra, -sa, w, q);
      setH(i, n - 1, quotientReal);
      setH(i, n, quotientImaginary);
    } else {
      const x = h(i, i + 1), y = h(i + 1, i), distance = get(re, i) - p;
      let vr = distance * distance + get(im, i) * get(im, i) - q * q;
      const vi = distance * 2 * q;
      if (vr === 0 && vi === 0) {
        vr = EPSILON * norm * (abs<f64>(w) + abs<f64>(q) + abs<f64>(x) + abs<f64>(y) + abs<f64>(z));
      }
      divide(x * r - z * ra + q * sa, x * s - z * sa - q * ra, vr, vi);
      setH(i, n - 1, quotientReal);
      setH(i, n, quotientImaginary);
      if (abs<f64>(x) > abs<f64>(z) + abs<f64>(q)) {
        setH(i + 1, n - 1, (-ra - w * h(i, n - 1) + q * h(i, n)) / x);
        setH(i + 1, n, (-sa - w * h(i, n) - q * h(i, n - 1)) / x);
      } else {
        divide(-r - y * h(i, n - 1), -s - y * h(i, n), z, q);
        setH(i + 1, n - 1, quotientReal);
        setH(i + 1, n, quotientImaginary);
      }
    }
    const t = max<f64>(abs<f64>(h(i, n - 1)), abs<f64>(h(i, n)));
    if (EPSILON * t * t > 1) {
      for (let j = i; j <= n; j++) {
        setH(j, n - 1, h(j, n - 1) / t);
        setH(j, n, h(j, n) / t);
      }
    }
  }
}

/** V's columns become V times the vectors of the triangular H, scaled back */
function multiplyBack(factors: usize, work: usize): void {
  for (let i = 0; i < numRows; i++) {
    for (let j = numRows - 1; j >= 0; j--) {
      let sum: f64 = 0;
      for (let k = 0; k <= j; k++) sum += load<f64>(at(V, i, k)) * h(k, j);
      set(work, j, sum);
    }
    const factor = get(factors, i);
    for (let j = 0; j < numRows; j++) store<f64>(at(V, i, j), get(work, j) * factor);
  }
}

/** columns of length 1; of a complex pair, with its largest element real */
function normaliseColumns(im: usize): void {
  for (let j = 0; j < numRows; j++) {
    const isPair = get(im, j) > 0;
    let size: f64 = 0, most: f64 = -1, where = 0;
    for (let i = 0; i < numRows; i++) {
      const x = load<f64>(at(V, i, j)), y = isPair ? load<f64>(at(V, i, j + 1)) : 0;
      const modulus = hypotenuse(x, y);
      size = hypotenuse(size, modulus);
      if (modulus > most) {
        most = modulus;
        where = i;
      }
    }
    let c: f64 = 1, s: f64 = 0;
    if (isPair) {
      c = load<f64>(at(V, where, j)) / most;
      s = load<f64>(at(V, where, j + 1)) / most;
    }
    for (let i = 0; i < numRows; i++) {
      const x = load<f64>(at(V, i, j)) / size;
      if (!isPair) {
        store<f64>(at(V, i, j), x);
        continue;
      }
      const y = load<f64>(at(V, i, j + 1)) / size;
      store<f64>(at(V, i, j), c * x + s * y);
      store<f64>(at(V, i, j + 1), i === where ? 0 : c * y - s * x);
    }
    if (isPair) j++;
  }
}

/**
 * Eigenvalues of A (n, n), which is overwritten, in `re` and `im`; with v not 0, the columns of V (n, n) become the
 * eigenvectors: of a complex pair, the real and the imaginary part of the vector of the first, whose imaginary part is
 * above zero. `work` holds 3 n numbers. Gives 0, or 1 where the iteration does not end.
 */
export function generalEigen(n: i32, a: usize, v: usize, re: usize, im: usize, work: usize): i32 {
  const factors = work, vector = work + (<usize>n << 3);
  balance(n, a, factors);
  reduceToHessenberg(n, a, v, vector);
  numRows = n;
  H = a;
  V = v;
  let norm: f64 = 0;
  for (let i = 0; i < n; i++) { for (let j = max<i32>(i - 1, 0); j < n; j++) norm += abs<f64>(h(i, j)); }
  if (iterate(norm, re, im) !== 0) return 1;
  if (v === 0) return 0;
  if (norm > 0) {
    for (let k = n - 1; k >= 0; k--) {
      const q = get(im, k);
      if (q === 0) solveReal(k, get(re, k), norm, re, im);
      else if (q < 0) solveComplex(k, get(re, k), q, norm, re, im);
    }
    multiplyBack(factors, vector);
  }
  normaliseColumns(im);
  return 0;
}
