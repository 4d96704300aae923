/**
 * Eigenvalues and eigenvectors of symmetric matrices: Householder's tridiagonal form, then QL or QR steps with implicit
 * shifts.
 *
 * Source: LAPACK's dsytd2 and dsteqr; H. Bowdler, R. S. Martin, C. Reinsch, J. H. Wilkinson, "Handbook for Automatic
 * Computation" II/3 and II/4; the vectors lie in rows here, so that a rotation runs along memory.
 */
import { axpy, axpyPair, dot, get, hypotenuse, rotate, set, swapRows, transposeMatrix } from "./level";
import { makeReflection } from "./qr";

/** half of the unit in the last place of 1, as LAPACK's dlamch */
const EPSILON: f64 = 1.1102230246251565e-16;
const MOST_STEPS: i32 = 60;
/** the least number with all its digits */
const SMALLEST: f64 = 2.2250738585072014e-308;
/** 2 to the power of 600 */
const LARGER: f64 = 4.149515568880993e180;
/** 2 to the power of 900 */
const LARGEST: f64 = 8.452712498170644e270;

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

/** a rotation that takes (f, g) to (r, 0), r with the sign of f (as dlartg) */
export let cosine: f64 = 0;
export let sine: f64 = 0;
export let turned: f64 = 0;

export function makeRotation(f: f64, g: f64): void {
  if (g === 0) {
    cosine = 1;
    sine = 0;
    turned = f;
    return;
  }
  if (f === 0) {
    cosine = 0;
    sine = copysign<f64>(1, g);
    turned = abs<f64>(g);
    return;
  }
  const most = max<f64>(abs<f64>(f), abs<f64>(g));
  const size: f64 = most > 1e-140 && most < 1e140 ? 1 : max<f64>(most, SMALLEST), x = f / size, y = g / size;
  const long = copysign<f64>(sqrt<f64>(x * x + y * y), f);
  cosine = x / long;
  sine = y / long;
  turned = long * size;
}

// @ts-ignore: decorator
@inline
function turnRows(n: i32, z: usize, i: i32, c: f64, s: f64): void {
  const stride = <usize>n << 3;
  if (z !== 0) rotate(n, c, s, z + <usize>i * stride, z + <usize>(i + 1) * stride);
}

/** the eigenvalues of rows i and i + 1, of which the one with the larger magnitude comes first (as dlaev2) */
function solvePair(n: i32, d: usize, e: usize, i: i32, z: usize): void {
  const a = get(d, i), b = get(e, i), c = get(d, i + 1), sum = a + c, difference = a - c, twice = b + b;
  const isFirst = abs<f64>(a) > abs<f64>(c), most = isFirst ? a : c, least = isFirst ? c : a;
  const root = hypotenuse(difference, twice);
  let one: f64 = 0.5 * root, other: f64 = -0.5 * root;
  if (sum !== 0) {
    one = 0.5 * (sum < 0 ? sum - root : sum + root);
    other = (most / one) * least - (b / one) * b;
  }
  const far = difference >= 0 ? difference + root : difference - root;
  let c1: f64 = 1, s1: f64 = 0;
  if (abs<f64>(far) > abs<f64>(twice)) {
    const cotangent = -twice / far;
    s1 = 1 / sqrt<f64>(1 + cotangent * cotangent);
    c1 = cotangent * s1;
  } else if (twice !== 0) {
    const tangent = -far / twice;
    c1 = 1 / sqrt<f64>(1 + tangent * tangent);
    s1 = tangent * c1;
  }
  if ((sum >= 0) === (difference >= 0)) {
    const held = c1;
    c1 = -s1;
    s1 = held;
  }
  set(d, i, one);
  set(d, i + 1, other);
  set(e, i, 0);
  turnRows(n, z, i, c1, -s1);
}

/** the shift of a step, from the corner d[l] with e beside it and the next d */
// @ts-ignore: decorator
@inline
function shifted(last: f64, corner: f64, beside: f64, next: f64): f64 {
  const g = (next - corner) / (2 * beside);
  return last - corner + beside / (g + copysign<f64>(hypotenuse(g, 1), g));
}

/** one QL step on d[l..m]; rows of z turn with it */
function stepUp(n: i32, d: usize, e: usize, l: i32, m: i32, z: usize): void {
  let g = shifted(get(d, m), get(d, l), get(e, l), get(d, l + 1)), s: f64 = 1, c: f64 = 1, p: f64 = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * get(e, i), b = c * get(e, i);
    makeRotation(g, f);
    c = cosine;
    s = sine;
    if (i !== m - 1) set(e, i + 1, turned);
    g = get(d, i + 1) - p;
    const r = (get(d, i) - g) * s + 2 * c * b;
    p = s * r;
    set(d, i + 1, g + p);
    g = c * r - b;
    turnRows(n, z, i, c, s);
  }
  set(d, l, get(d, l) - p);
  set(e, l, g);
}

/** one QR step on d[m..l] */
function stepDown(n: i32, d: usize, e: usize, l: i32, m: i32, z: usize): void {
  let g = shifted(get(d, m), get(d, l), get(e, l - 1), get(d, l - 1)), s: f64 = 1, c: f64 = 1, p: f64 = 0;
  for (let i = m; i < l; i++) {
    const f = s * get(e, i), b = c * get(e, i);
    makeRotation(g, f);
    c = cosine;
    s = sine;
    if (i !== m) set(e, i - 1, turned);
    g = get(d, i) - p;
    const r = (get(d, i + 1) - g) * s + 2 * c * b;
    p = s * r;
    set(d, i, g + p);
    g = c * r - b;
    turnRows(n, z, i, c, -s);
  }
  set(d, l, get(d, l) - p);
  set(e, l - 1, g);
}

/** whether e beside d[i] and d[i + 1] is as good as 0 */
// @ts-ignore: decorator
@inline
function isNegligible(d: usize, e: usize, i: i32): bool {
  const beside = get(e, i);
  return beside * beside <= EPSILON * EPSILON * abs<f64>(get(d, i)) * abs<f64>(get(d, i + 1)) + SMALLEST;
}

/**
 * diagonalises rows from `first` to `last`, from the end whose element is the smaller; gives 1 where that
 * does not end
 */
function diagonaliseBlock(n: i32, d: usize, e: usize, first: i32, last: i32, z: usize): i32 {
  let steps = 0;
  const most = MOST_STEPS * (last - first + 1);
  if (abs<f64>(get(d, last)) >= abs<f64>(get(d, first))) {
    for (let l = first; l <= last;) {
      let m = l;
      while (m < last && !isNegligible(d, e, m)) m++;
      if (m < last) set(e, m, 0);
      if (m === l) l++;
      else if (m === l + 1) {
        solvePair(n, d, e, l, z);
        l += 2;
      } else {
        if (++steps > most) return 1;
        stepUp(n, d, e, l, m, z);
      }
    }
    return 0;
  }
  for (let l = last; l >= first;) {
    let m = l;
    while (m > first && !isNegligible(d, e, m - 1)) m--;
    if (m > first) set(e, m - 1, 0);
    if (m === l) l--;
    else if (m === l - 1) {
      solvePair(n, d, e, m, z);
      l -= 2;
    } else {
      if (++steps > most) return 1;
      stepDown(n, d, e, l, m, z);
    }
  }
  return 0;
}

/** the power of 2 by which a block is multiplied so that squares of its elements do not underflow */
function powerOf(d: usize, e: usize, first: i32, last: i32): f64 {
  let most: f64 = 0;
  for (let i = first; i <= last; i++) {
    most = max<f64>(most, abs<f64>(get(d, i)));
    if (i < last) most = max<f64>(most, abs<f64>(get(e, i)));
  }
  return most > 1e-120 ? 1 : most > 1e-290 ? LARGER : LARGEST;
}

function diagonalise(n: i32, d: usize, e: usize, z: usize): i32 {
  let last = 0;
  for (let first = 0; first < n; first = last + 1) {
    for (last = first; last < n - 1; last++) {
      const beside = abs<f64>(get(e, last));
      if (beside <= sqrt<f64>(abs<f64>(get(d, last))) * sqrt<f64>(abs<f64>(get(d, last + 1))) * EPSILON) break;
    }
    if (last === first) continue;
    const power = powerOf(d, e, first, last);
    for (let i = first; power !== 1 && i <= last; i++) {
      set(d, i, get(d, i) * power);
      if (i < last) set(e, i, get(e, i) * power);
    }
    if (diagonaliseBlock(n, d, e, first, last, z) !== 0) return 1;
    for (let i = first; power !== 1 && i <= last; i++) set(d, i, get(d, i) / power);
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
