/**
 * The singular value decomposition of square matrices: Householder's bidiagonal form, then QR steps with
 * implicit shifts or none, in the direction in which the elements become smaller.
 *
 * Source: LAPACK's dgebd2 and dbdsqr; J. Demmel and W. Kahan, "Accurate singular values of bidiagonal
 * matrices", SIAM J. Sci. Stat. Comput. 11, 1990.
 */
import { axpy, axpyPair, dot, get, rotate, scale, set, swapRows, transposeMatrix } from "./level";
import { makeReflection, qrForm, qrWork } from "./qr";
import { cosine, makeRotation, sine, turned } from "./symmetric_eigen";

const EPSILON: f64 = 1.1102230246251565e-16;
/** the least number with all its digits */
const SMALLEST: f64 = 2.2250738585072014e-308;
/** how near to 0 an element is negligible, in dbdsqr: 2^-53 to the power of 7/8 */
const TOLERANCE: f64 = 1.0958066990042004e-14;
/** sweeps over all, in the mean, for each singular value */
const MOST_SWEEPS: i32 = 12;

/**
 * A (n, n) becomes the vectors of reflections from the left below its diagonal and from the right behind the element
 * beside it; d and e are the bidiagonal form, `tauLeft` and `tauRight` their factors. `work` holds 3 n numbers.
 */
function bidiagonalise(n: i32, a: usize, d: usize, e: usize, tauLeft: usize, tauRight: usize, work: usize): void {
  const stride = <usize>n << 3, vector = work, sums = work + stride, products = sums + stride;
  for (let k = 0; k < n; k++) {
    const size = n - k - 1, diagonal = a + <usize>k * stride + (<usize>k << 3), row = diagonal + 8;
    const factor = makeReflection(size + 1, diagonal, diagonal + stride, stride);
    set(d, k, load<f64>(diagonal));
    set(tauLeft, k, factor);
    set(tauRight, k, 0);
    if (size === 0) return;
    set(vector, 0, 1);
    for (let i = 1; i <= size; i++) set(vector, i, load<f64>(diagonal + <usize>i * stride));
    memory.fill(sums, 0, <usize>size << 3);
    if (factor !== 0) {
      for (let i = 0; i <= size; i++) axpy(size, factor * get(vector, i), row + <usize>i * stride, sums);
    }
    axpy(size, -1, sums, row);
    const right = makeReflection(size, row, row + 8, 8);
    set(e, k, load<f64>(row));
    set(tauRight, k, right);
    store<f64>(row, 1);
    // A - v sumsᵀ, and the product of that with the vector from the right
    const along = dot(size, sums, row);
    for (let i = 1; i <= size; i++) {
      set(products, i, right * (dot(size, row + <usize>i * stride, row) - get(vector, i) * along));
    }
    for (let i = 1; i <= size; i++) {
      axpyPair(size, -get(vector, i), sums, -get(products, i), row, row + <usize>i * stride);
    }
    store<f64>(row, get(e, k));
  }
}

/** the smaller singular value of (f, g; 0, h) */
function smallerOfPair(f: f64, g: f64, h: f64): f64 {
  const least = min<f64>(abs<f64>(f), abs<f64>(h)), most = max<f64>(abs<f64>(f), abs<f64>(h)), beside = abs<f64>(g);
  if (least === 0) return 0;
  const sum = 1 + least / most, difference = (most - least) / most;
  if (beside < most) {
    const square = (beside / most) * (beside / most);
    return least * (2 / (sqrt<f64>(sum * sum + square) + sqrt<f64>(difference * difference + square)));
  }
  const ratio = most / beside;
  if (ratio === 0) return (least * most) / beside;
  const x = sum * ratio, y = difference * ratio;
  return 2 * (least * (1 / (sqrt<f64>(1 + x * x) + sqrt<f64>(1 + y * y)))) * ratio;
}

let size: i32 = 0, left: usize = 0, right: usize = 0;

// @ts-ignore: decorator
@inline
function turnRows(base: usize, i: i32, c: f64, s: f64): void {
  const stride = <usize>size << 3;
  if (base !== 0) rotate(size, c, -s, base + <usize>i * stride, base + <usize>(i + 1) * stride);
}

/** a step without a shift from the top (first) to the bottom (last) */
function plainDown(d: usize, e: usize, first: i32, last: i32): void {
  let c: f64 = 1, c0: f64 = 1, s0: f64 = 0;
  for (let i = first; i < last; i++) {
    makeRotation(get(d, i) * c, get(e, i));
    const s = sine, r = turned;
    c = cosine;
    if (i > first) set(e, i - 1, s0 * r);
    makeRotation(c0 * r, get(d, i + 1) * s);
    c0 = cosine;
    s0 = sine;
    set(d, i, turned);
    turnRows(right, i, c, s);
    turnRows(left, i, c0, s0);
  }
  const h = get(d, last) * c;
  set(d, last, h * c0);
  set(e, last - 1, h * s0);
}

function plainUp(d: usize, e: usize, first: i32, last: i32): void {
  let c: f64 = 1, c0: f64 = 1, s0: f64 = 0;
  for (let i = last; i > first; i--) {
    makeRotation(get(d, i) * c, get(e, i - 1));
    const s = sine, r = turned;
    c = cosine;
    if (i < last) set(e, i, s0 * r);
    makeRotation(c0 * r, get(d, i - 1) * s);
    c0 = cosine;
    s0 = sine;
    set(d, i, turned);
    turnRows(right, i - 1, c0, -s0);
    turnRows(left, i - 1, c, -s);
  }
  const h = get(d, first) * c;
  set(d, first, h * c0);
  set(e, first, h * s0);
}

function shiftedDown(d: usize, e: usize, first: i32, last: i32, shift: f64): void {
  const corner = get(d, first);
  let f = (abs<f64>(corner) - shift) * (copysign<f64>(1, corner) + shift / corner), g = get(e, first);
  for (let i = first; i < last; i++) {
    makeRotation(f, g);
    const c = cosine, s = sine, di = get(d, i), ei = get(e, i), next = get(d, i + 1);
    if (i > first) set(e, i - 1, turned);
    const beside = c * ei - s * di, below = c * next;
    makeRotation(c * di + s * ei, s * next);
    const c1 = cosine, s1 = sine;
    set(d, i, turned);
    f = c1 * beside + s1 * below;
    set(d, i + 1, c1 * below - s1 * beside);
    if (i < last - 1) {
      g = s1 * get(e, i + 1);
      set(e, i + 1, c1 * get(e, i + 1));
    }
    turnRows(right, i, c, s);
    turnRows(left, i, c1, s1);
  }
  set(e, last - 1, f);
}

function shiftedUp(d: usize, e: usize, first: i32, last: i32, shift: f64): void {
  const corner = get(d, last);
  let f = (abs<f64>(corner) - shift) * (copysign<f64>(1, corner) + shift / corner), g = get(e, last - 1);
  for (let i = last; i > first; i--) {
    makeRotation(f, g);
    const c = cosine, s = sine, di = get(d, i), ei = get(e, i - 1), next = get(d, i - 1);
    if (i < last) set(e, i, turned);
    const beside = c * ei - s * di, above = c * next;
    makeRotation(c * di + s * ei, s * next);
    const c1 = cosine, s1 = sine;
    set(d, i, turned);
    f = c1 * beside + s1 * above;
    set(d, i - 1, c1 * above - s1 * beside);
    if (i > first + 1) {
      g = s1 * get(e, i - 2);
      set(e, i - 2, c1 * get(e, i - 2));
    }
    turnRows(left, i - 1, c, -s);
    turnRows(right, i - 1, c1, -s1);
  }
  set(e, first, f);
}

/** what the smallest singular value of rows first to last is not below; -1 where an element of e became 0 on the way */
function leastOf(d: usize, e: usize, first: i32, last: i32, isDown: bool): f64 {
  let mu = abs<f64>(get(d, isDown ? first : last)), least = mu;
  for (let step = first; step < last; step++) {
    const i = isDown ? step : last - 1 - (step - first), beside = abs<f64>(get(e, i));
    if (beside <= TOLERANCE * mu) {
      set(e, i, 0);
      return -1;
    }
    mu = abs<f64>(get(d, isDown ? i + 1 : i)) * (mu / (mu + beside));
    least = min<f64>(least, mu);
  }
  return least;
}

/** the threshold of elements beside the diagonal, which keeps the relative accuracy of the smallest singular value */
function thresholdOf(n: i32, d: usize, e: usize): f64 {
  let mu = abs<f64>(get(d, 0)), least = mu;
  for (let i = 1; i < n && least !== 0; i++) {
    mu = abs<f64>(get(d, i)) * (mu / (mu + abs<f64>(get(e, i - 1))));
    least = min<f64>(least, mu);
  }
  return max<f64>(TOLERANCE * least / sqrt<f64>(<f64>n), 6 * <f64>n * <f64>n * SMALLEST);
}

/** d, e become the singular values and 0; gives 1 where that does not end */
function iterate(n: i32, d: usize, e: usize): i32 {
  const threshold = thresholdOf(n, d, e), most: i64 = <i64>MOST_SWEEPS * n * n;
  let last = n - 1, oldFirst = -1, oldLast = -1, isDown = true, steps: i64 = 0;
  while (last > 0) {
    let first = last, largest = abs<f64>(get(d, last));
    for (; first > 0; first--) {
      const beside = abs<f64>(get(e, first - 1));
      if (beside <= threshold) {
        set(e, first - 1, 0);
        break;
      }
      largest = max<f64>(largest, max<f64>(abs<f64>(get(d, first - 1)), beside));
    }
    if (first === last) {
      last--;
      continue;
    }
    if (first > oldLast || last < oldFirst) isDown = abs<f64>(get(d, first)) >= abs<f64>(get(d, last));
    const end = isDown ? last - 1 : first;
    if (abs<f64>(get(e, end)) <= TOLERANCE * abs<f64>(get(d, isDown ? last : first))) {
      set(e, end, 0);
      continue;
    }
    const least = leastOf(d, e, first, last, isDown);
    if (least < 0) continue;
    oldFirst = first;
    oldLast = last;
    let shift: f64 = 0;
    if (<f64>n * TOLERANCE * (least / largest) > max<f64>(EPSILON, 0.01 * TOLERANCE)) {
      shift = smallerOfPair(get(d, end), get(e, end), get(d, end + 1));
      const ratio = shift / abs<f64>(get(d, isDown ? first : last));
      if (ratio * ratio < EPSILON) shift = 0;
    }
    steps += last - first;
    if (steps > most) return 1;
    if (shift === 0) {
      if (isDown) plainDown(d, e, first, last);
      else plainUp(d, e, first, last);
    } else if (isDown) shiftedDown(d, e, first, last, shift);
    else shiftedUp(d, e, first, last, shift);
    if (abs<f64>(get(e, end)) <= threshold) set(e, end, 0);
  }
  return 0;
}

/** values above 0, the largest first, with their rows */
function sortDescending(n: i32, d: usize): void {
  const stride = <usize>n << 3;
  for (let i = 0; i < n; i++) {
    if (get(d, i) >= 0 && !(copysign<f64>(1, get(d, i)) < 0)) continue;
    set(d, i, -get(d, i));
    if (right !== 0) scale(n, -1, right + <usize>i * stride);
  }
  for (let end = n - 1; end > 0; end--) {
    let least = 0;
    for (let j = 1; j <= end; j++) if (get(d, j) <= get(d, least)) least = j;
    if (least === end) continue;
    swapRows(1, d + (<usize>least << 3), d + (<usize>end << 3));
    if (right === 0) continue;
    swapRows(n, right + <usize>least * stride, right + <usize>end * stride);
    swapRows(n, left + <usize>least * stride, left + <usize>end * stride);
  }
}

/** Numbers of work space of `bidiagonalSvd`. */
export function svdWork(n: i32, isWanted: i32): i32 {
  return 6 * n + (isWanted !== 0 ? n * n + qrWork(n, n) : 0);
}

/**
 * Singular values of W (n, n), the largest first, in `values`; with u not 0, the rows of U (n, n) and W become the
 * vectors: W' = Uᵀ diag(values) W, where W' is what W was. `work` holds `svdWork(n, u)` numbers. Gives 0, or 1 where
 * the iteration does not end.
 */
export function bidiagonalSvd(n: i32, w: usize, u: usize, values: usize, work: usize): i32 {
  const stride = <usize>n << 3, e = work, tauLeft = e + stride, tauRight = tauLeft + stride;
  const rest = tauRight + stride, scratch = rest + 3 * stride, forming = scratch + <usize>n * stride;
  bidiagonalise(n, w, values, e, tauLeft, tauRight, rest);
  size = n;
  left = u;
  right = u === 0 ? 0 : w;
  if (u !== 0) {
    qrForm(n, n, w, tauLeft, n, scratch, forming);
    transposeMatrix(n, n, scratch, stride, u, stride);
    // the vectors from the right begin one row below the diagonal of the transpose
    transposeMatrix(n, n, w, stride, scratch, stride);
    const inner = <usize>(n - 1) << 3;
    if (n > 1) qrForm(n - 1, n, scratch + stride, tauRight, n - 1, w, forming);
    memory.fill(scratch, 0, <usize>n * stride);
    store<f64>(scratch, 1);
    transposeMatrix(n - 1, n - 1, w, inner, scratch + stride + 8, stride);
    memory.copy(w, scratch, <usize>n * stride);
  }
  if (iterate(n, values, e) !== 0) return 1;
  sortDescending(n, values);
  return 0;
}
