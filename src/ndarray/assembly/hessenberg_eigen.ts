/**
 * Eigenvalues and eigenvectors of a real Hessenberg matrix by the shifted QR algorithm in real arithmetic.
 *
 * Source: EISPACK's hqr2 (G. Peters and J. H. Wilkinson, "Handbook for Automatic Computation" II/15), with
 * the shifts and the deflation of LAPACK's dlahqr.
 *
 * Over 400 lines, and functions are longer than others: the double step and the back substitution are each
 * one algorithm over many scalars that all of its parts share.
 */
import { axpy, copyMatrix, dot, get, hypotenuse, scale, set, transposeMatrix } from "./level";
import { balance, high, low, reduceToHessenberg, restore } from "./hessenberg";

const EPSILON: f64 = 2.220446049250313e-16;
/** the least number with all its digits */
const SMALLEST: f64 = 2.2250738585072014e-308;
const MOST_STEPS: i32 = 300;

/** H, the transpose of V (0 where it is not wanted), and how many numbers lie between rows of both */
let H: usize = 0, V: usize = 0, numRows: i32 = 0, pitch: i32 = 0;

/** rows an odd number of cache lines apart, so that columns do not fall into one set of the cache */
function pitchOf(n: i32): i32 {
  return (((n + 7) >> 3) | 1) << 3;
}

/** Numbers of work space of `generalEigen`. */
export function eigenWork(n: i32): i32 {
  return 3 * n + 2 * n * pitchOf(n);
}

// @ts-ignore: decorator
@inline
function at(base: usize, i: i32, j: i32): usize {
  return base + ((<usize>i * <usize>pitch + <usize>j) << 3);
}

/** p = a0 x + a1 y + a2 z on rows of n numbers, of which each loses its share of p; z is 0 where there are two */
function reflectRows(
  n: i32,
  x: usize,
  y: usize,
  z: usize,
  a0: f64,
  a1: f64,
  a2: f64,
  b0: f64,
  b1: f64,
  b2: f64,
): void {
  const p0 = f64x2.splat(a0), p1 = f64x2.splat(a1), p2 = f64x2.splat(a2);
  const q0 = f64x2.splat(b0), q1 = f64x2.splat(b1), q2 = f64x2.splat(b2);
  const paired = n & ~1;
  let i = 0;
  for (; i < paired; i += 2) {
    const place = <usize>i << 3, u = v128.load(x + place), v = v128.load(y + place);
    let p = f64x2.add(f64x2.mul(p0, u), f64x2.mul(p1, v));
    if (z !== 0) {
      const w = v128.load(z + place);
      p = f64x2.add(p, f64x2.mul(p2, w));
      v128.store(z + place, f64x2.sub(w, f64x2.mul(p, q2)));
    }
    v128.store(x + place, f64x2.sub(u, f64x2.mul(p, q0)));
    v128.store(y + place, f64x2.sub(v, f64x2.mul(p, q1)));
  }
  if (i === n) return;
  const place = <usize>i << 3, u = load<f64>(x + place), v = load<f64>(y + place);
  let p = a0 * u + a1 * v;
  if (z !== 0) {
    const w = load<f64>(z + place);
    p += a2 * w;
    store<f64>(z + place, w - p * b2);
  }
  store<f64>(x + place, u - p * b0);
  store<f64>(y + place, v - p * b1);
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

/** a rotation of rows and columns n-1, n by the angle whose sine and cosine are as `below` to z */
function turnPair(n: i32, below: f64, z: f64): void {
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
    const left = load<f64>(at(V, n - 1, i)), right = load<f64>(at(V, n, i));
    store<f64>(at(V, n - 1, i), s * left + c * right);
    store<f64>(at(V, n, i), s * right - c * left);
  }
}

/** a double QR step over rows l to n and columns m to n, from the first column (p, q, r) */
function doubleStep(l: i32, m: i32, n: i32, p0: f64, q0: f64, r0: f64): void {
  let p = p0, q = q0, r = r0, x: f64 = 0;
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
    const third = isInner ? at(H, k + 2, k) : 0;
    reflectRows(numRows - k, at(H, k, k), at(H, k + 1, k), third, 1, q, r, x, y, z);
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
    if (V !== 0) {
      const vectors = isInner ? at(V, k + 2, 0) : 0;
      reflectRows(numRows, at(V, k, 0), at(V, k + 1, 0), vectors, x, y, z, 1, q, r);
    }
  }
}

/** whether H(l, l - 1) is as good as 0 (M. Ahues and F. Tisseur, "A new deflation criterion", 1997) */
function isNegligible(l: i32): bool {
  const beside = abs<f64>(h(l, l - 1)), least = SMALLEST * (<f64>(high - low + 1) / EPSILON);
  if (beside <= least) return true;
  const one = h(l - 1, l - 1), other = h(l, l);
  let both = abs<f64>(one) + abs<f64>(other);
  if (both === 0) {
    if (l - 2 >= low) both += abs<f64>(h(l - 1, l - 2));
    if (l + 1 <= high) both += abs<f64>(h(l + 1, l));
  }
  if (beside > EPSILON * both) return false;
  const above = abs<f64>(h(l - 1, l)), ab = max<f64>(beside, above), ba = min<f64>(beside, above);
  const difference = abs<f64>(one - other), aa = max<f64>(abs<f64>(other), difference);
  const bb = min<f64>(abs<f64>(other), difference), size = aa + ab;
  return ba * (ab / size) <= max<f64>(least, EPSILON * (bb * (aa / size)));
}

/** the eigenvalues of rows and columns n - 1, n; where they are real, H becomes triangular there (as dlanv2) */
function splitPair(n: i32, re: usize, im: usize): void {
  const b = h(n - 1, n), c = h(n, n - 1), x = h(n, n), p = (h(n - 1, n - 1) - x) / 2;
  set(im, n - 1, 0);
  set(im, n, 0);
  if (b === 0) {
    set(re, n - 1, x);
    set(re, n, h(n - 1, n - 1));
    turnPair(n, 1, 0);
    return;
  }
  const most = max<f64>(abs<f64>(b), abs<f64>(c)), size = max<f64>(abs<f64>(p), most);
  const least = copysign<f64>(min<f64>(abs<f64>(b), abs<f64>(c)), c < 0 ? -b : b);
  const square = (p / size) * p + (most / size) * least, root = sqrt<f64>(size) * sqrt<f64>(abs<f64>(square));
  if (square < 0) {
    set(re, n - 1, x + p);
    set(re, n, x + p);
    set(im, n - 1, root);
    set(im, n, -root);
    return;
  }
  const z = p >= 0 ? p + root : p - root;
  set(re, n - 1, x + z);
  set(re, n, z !== 0 ? x - (most / z) * least : x + z);
  turnPair(n, c, z);
}

let shift1: f64 = 0, shift2: f64 = 0, shiftImaginary: f64 = 0;

/** shifts: the eigenvalues of a matrix (a, b; c, d), or where they are real the one nearer to d, twice */
function chooseShifts(a: f64, b: f64, c: f64, d: f64): void {
  shift1 = shift2 = shiftImaginary = 0;
  const size = abs<f64>(a) + abs<f64>(b) + abs<f64>(c) + abs<f64>(d);
  if (size === 0) return;
  const last = d / size, middle = (a / size + last) / 2;
  const square = (last - middle) * (last - middle) + (b / size) * (c / size), root = sqrt<f64>(abs<f64>(square));
  if (square < 0) {
    shift1 = shift2 = middle * size;
    shiftImaginary = root * size;
    return;
  }
  const one = middle + root, other = middle - root;
  shift1 = shift2 = (abs<f64>(one - last) <= abs<f64>(other - last) ? one : other) * size;
}

/** H becomes quasi-triangular, V turns with it; gives 0, or 1 where the iteration does not end */
function iterate(re: usize, im: usize): i32 {
  for (let i = 0; i < numRows; i++) {
    if (i >= low && i <= high) continue;
    set(re, i, h(i, i));
    set(im, i, 0);
  }
  let n = high, steps = 0;
  while (n >= low) {
    let l = n;
    while (l > low && !isNegligible(l)) l--;
    if (l > low) setH(l, l - 1, 0);
    if (l >= n - 1) {
      if (l === n) {
        set(re, n, h(n, n));
        set(im, n, 0);
      } else splitPair(n, re, im);
      n = l - 1;
      steps = 0;
      continue;
    }
    if (++steps > MOST_STEPS) return 1;
    if (steps % 10 === 0) {
      // an exceptional shift, at the bottom and at the top in turn
      const isBottom = steps % 20 === 0;
      const size = isBottom
        ? abs<f64>(h(n, n - 1)) + abs<f64>(h(n - 1, n - 2))
        : abs<f64>(h(l + 1, l)) + abs<f64>(h(l + 2, l + 1));
      const corner = 0.75 * size + (isBottom ? h(n, n) : h(l, l));
      chooseShifts(corner, -0.4375 * size, size, corner);
    } else chooseShifts(h(n - 1, n - 1), h(n - 1, n), h(n, n - 1), h(n, n));
    let m = n - 2, p: f64 = 0, q: f64 = 0, r: f64 = 0;
    for (; m >= l; m--) {
      const one = h(m, m), next = h(m + 1, m + 1);
      let below = h(m + 1, m);
      let size = abs<f64>(one - shift2) + abs<f64>(shiftImaginary) + abs<f64>(below);
      below /= size;
      p = below * h(m, m + 1) + (one - shift1) * ((one - shift2) / size) + shiftImaginary * (shiftImaginary / size);
      q = below * (one + next - shift1 - shift2);
      r = below * h(m + 2, m + 1);
      size = abs<f64>(p) + abs<f64>(q) + abs<f64>(r);
      p /= size;
      q /= size;
      r /= size;
      if (m === l) break;
      const beside = abs<f64>(p) * (abs<f64>(h(m - 1, m - 1)) + abs<f64>(one) + abs<f64>(next));
      if (abs<f64>(h(m, m - 1)) * (abs<f64>(q) + abs<f64>(r)) <= EPSILON * beside) break;
    }
    for (let i = m + 2; i <= n; i++) {
      setH(i, i - 2, 0);
      if (i > m + 2) setH(i, i - 3, 0);
    }
    doubleStep(l, m, n, p, q, r);
  }
  return 0;
}

/** the product of rows of H and of a vector, from column `from` to n */
// @ts-ignore: decorator
@inline
function rowProduct(i: i32, from: i32, n: i32, vector: usize): f64 {
  return dot(n - from + 1, at(H, i, from), vector + (<usize>from << 3));
}

/** what takes the place of smaller differences of an eigenvalue and others (as in dtrevc) */
function leastDifference(p: f64, q: f64): f64 {
  return max<f64>(EPSILON * (abs<f64>(p) + abs<f64>(q)), SMALLEST * (<f64>numRows / EPSILON));
}

/** the vector of a real eigenvalue, in row n of H, which is not read any more */
function solveReal(n: i32, p: f64, re: usize, im: usize): void {
  const vector = at(H, n, 0), least = leastDifference(p, 0);
  let l = n, r: f64 = 0, s: f64 = 0, z: f64 = 0;
  set(vector, n, 1);
  for (let i = n - 1; i >= 0; i--) {
    const w = h(i, i) - p;
    r = rowProduct(i, l, n, vector);
    if (get(im, i) < 0) {
      z = w;
      s = r;
      continue;
    }
    l = i;
    if (get(im, i) === 0) {
      const divisor = abs<f64>(w) < least ? least : w;
      if (abs<f64>(r) > abs<f64>(divisor) * 1e200) {
        // the quotient could overflow
        scale(n - i, 1 / abs<f64>(r), vector + (<usize>(i + 1) << 3));
        r = copysign<f64>(1, r);
      }
      set(vector, i, -r / divisor);
    } else {
      const x = h(i, i + 1), y = h(i + 1, i), distance = get(re, i) - p, part = get(im, i);
      const size = max<f64>(abs<f64>(w) + abs<f64>(x) + abs<f64>(y) + abs<f64>(z), least);
      const q = (distance / size) * distance + (part / size) * part;
      const t = ((x / size) * s - (z / size) * r) / max<f64>(q, least);
      set(vector, i, t);
      set(vector, i + 1, abs<f64>(x) > abs<f64>(z) ? (-r - w * t) / x : (-s - y * t) / z);
    }
    const t = abs<f64>(get(vector, i));
    if (EPSILON * t * t > 1) scale(n - i + 1, 1 / t, vector + (<usize>i << 3));
  }
}

/** the vector of a complex eigenvalue p + iq, in rows n - 1 and n of H, which are not read any more */
function solveComplex(n: i32, p: f64, q: f64, re: usize, im: usize): void {
  const real = at(H, n - 1, 0), imaginary = at(H, n, 0), least = leastDifference(p, q);
  let l = n - 1, r: f64 = 0, s: f64 = 0, z: f64 = 0;
  const below = h(n, n - 1), beside = h(n - 1, n), corner = h(n, n), before = h(n - 1, n - 1);
  if (abs<f64>(below) > abs<f64>(beside)) {
    set(real, n - 1, q / below);
    set(imaginary, n - 1, -(corner - p) / below);
  } else {
    divide(0, -beside, before - p, q);
    set(real, n - 1, quotientReal);
    set(imaginary, n - 1, quotientImaginary);
  }
  set(real, n, 0);
  set(imaginary, n, 1);
  for (let i = n - 2; i >= 0; i--) {
    const ra = rowProduct(i, l, n, real), sa = rowProduct(i, l, n, imaginary), w = h(i, i) - p;
    if (get(im, i) < 0) {
      z = w;
      r = ra;
      s = sa;
      continue;
    }
    l = i;
    if (get(im, i) === 0) {
      if (abs<f64>(w) + abs<f64>(q) < least) divide(-ra, -sa, least, 0);
      else divide(-ra, -sa, w, q);
      set(real, i, quotientReal);
      set(imaginary, i, quotientImaginary);
    } else {
      const x = h(i, i + 1), y = h(i + 1, i), distance = get(re, i) - p;
      const part = get(im, i);
      const size = max<f64>(abs<f64>(w) + abs<f64>(q) + abs<f64>(x) + abs<f64>(y) + abs<f64>(z), least);
      let vr = (distance / size) * distance + (part / size) * part - (q / size) * q;
      const vi = (distance / size) * 2 * q, u = x / size, v = z / size, k = q / size;
      if (abs<f64>(vr) + abs<f64>(vi) < least) vr = least;
      divide(u * r - v * ra + k * sa, u * s - v * sa - k * ra, vr, vi);
      const a = quotientReal, b = quotientImaginary;
      set(real, i, a);
      set(imaginary, i, b);
      if (abs<f64>(x) > abs<f64>(z) + abs<f64>(q)) {
        set(real, i + 1, (-ra - w * a + q * b) / x);
        set(imaginary, i + 1, (-sa - w * b - q * a) / x);
      } else {
        divide(-r - y * a, -s - y * b, z, q);
        set(real, i + 1, quotientReal);
        set(imaginary, i + 1, quotientImaginary);
      }
    }
    const t = max<f64>(abs<f64>(get(real, i)), abs<f64>(get(imaginary, i)));
    if (EPSILON * t * t > 1) {
      scale(n - i + 1, 1 / t, real + (<usize>i << 3));
      scale(n - i + 1, 1 / t, imaginary + (<usize>i << 3));
    }
  }
}

/** V's rows become the vectors of the triangular H, turned by V and scaled back */
function multiplyBack(factors: usize): void {
  for (let j = numRows - 1; j >= 0; j--) {
    const vector = at(H, j, 0), row = at(V, j, 0);
    scale(numRows, get(vector, j), row);
    for (let k = 0; k < j; k++) axpy(numRows, get(vector, k), at(V, k, 0), row);
  }
  for (let j = 0; j < numRows; j++) restore(numRows, factors, at(V, j, 0));
}

/** rows of length 1; of a complex pair, with its largest element real */
function normaliseRows(im: usize): void {
  for (let j = 0; j < numRows; j++) {
    const isPair = get(im, j) > 0, real = at(V, j, 0), imaginary = isPair ? at(V, j + 1, 0) : 0;
    let size: f64 = 0, most: f64 = -1, where = 0;
    for (let i = 0; i < numRows; i++) {
      const modulus = hypotenuse(get(real, i), isPair ? get(imaginary, i) : 0);
      size = hypotenuse(size, modulus);
      if (modulus > most) {
        most = modulus;
        where = i;
      }
    }
    const c: f64 = isPair ? get(real, where) / most : 1, s: f64 = isPair ? get(imaginary, where) / most : 0;
    for (let i = 0; i < numRows; i++) {
      const x = get(real, i) / size;
      if (!isPair) {
        set(real, i, x);
        continue;
      }
      const y = get(imaginary, i) / size;
      set(real, i, c * x + s * y);
      set(imaginary, i, i === where ? 0 : c * y - s * x);
    }
    if (isPair) j++;
  }
}

/**
 * Eigenvalues of A (n, n), which is overwritten, in `re` and `im`; with v not 0, the columns of V (n, n) become the
 * eigenvectors: of a complex pair, the real and the imaginary part of the vector of the first, whose imaginary part is
 * above zero. `work` holds `eigenWork(n)` numbers. Gives 0, or 1 where the iteration does not end.
 */
export function generalEigen(n: i32, a: usize, v: usize, re: usize, im: usize, work: usize): i32 {
  const factors = work, vector = work + (<usize>n << 3), stride = <usize>n << 3;
  balance(n, a, factors);
  reduceToHessenberg(n, a, v, vector);
  numRows = n;
  pitch = pitchOf(n);
  H = work + (<usize>(3 * n) << 3);
  V = v === 0 ? 0 : at(H, n, 0);
  const wide = <usize>pitch << 3;
  copyMatrix(n, n, a, stride, H, wide);
  if (v !== 0) transposeMatrix(n, n, v, stride, V, wide);
  if (iterate(re, im) !== 0) return 1;
  if (v === 0) return 0;
  for (let k = n - 1; k >= 0; k--) {
    const q = get(im, k);
    if (q === 0) solveReal(k, get(re, k), re, im);
    else if (q < 0) solveComplex(k, get(re, k), q, re, im);
  }
  multiplyBack(factors);
  normaliseRows(im);
  transposeMatrix(n, n, V, wide, v, stride);
  return 0;
}
