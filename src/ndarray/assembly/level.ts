/** Rows of f64 under sums, products and rotations. The sums run in four lanes, in one order whatever the alignment. */

/** element i of a row */
// @ts-ignore: decorator
@inline
export function get(base: usize, i: i32): f64 {
  return load<f64>(base + (<usize>i << 3));
}

/** writes element i of a row */
// @ts-ignore: decorator
@inline
export function set(base: usize, i: i32, value: f64): void {
  store<f64>(base + (<usize>i << 3), value);
}

/** y += alpha x */
export function axpy(n: i32, alpha: f64, x: usize, y: usize): void {
  const factor = f64x2.splat(alpha);
  const paired = n & ~3;
  let i = 0;
  for (; i < paired; i += 4) {
    const at = <usize>i << 3;
    v128.store(y + at, f64x2.add(v128.load(y + at), f64x2.mul(factor, v128.load(x + at))));
    v128.store(y + at, f64x2.add(v128.load(y + at, 16), f64x2.mul(factor, v128.load(x + at, 16))), 16);
  }
  for (; i < n; i++) {
    const at = <usize>i << 3;
    store<f64>(y + at, load<f64>(y + at) + alpha * load<f64>(x + at));
  }
}

/** y += alpha x + beta z */
export function axpyPair(n: i32, alpha: f64, x: usize, beta: f64, z: usize, y: usize): void {
  const first = f64x2.splat(alpha), second = f64x2.splat(beta);
  const paired = n & ~1;
  let i = 0;
  for (; i < paired; i += 2) {
    const at = <usize>i << 3;
    const sum = f64x2.add(v128.load(y + at), f64x2.mul(first, v128.load(x + at)));
    v128.store(y + at, f64x2.add(sum, f64x2.mul(second, v128.load(z + at))));
  }
  for (; i < n; i++) {
    const at = <usize>i << 3;
    store<f64>(y + at, load<f64>(y + at) + alpha * load<f64>(x + at) + beta * load<f64>(z + at));
  }
}

/** the sum of x y */
export function dot(n: i32, x: usize, y: usize): f64 {
  let a = f64x2.splat(0), b = f64x2.splat(0);
  const paired = n & ~3;
  let i = 0;
  for (; i < paired; i += 4) {
    const at = <usize>i << 3;
    a = f64x2.add(a, f64x2.mul(v128.load(x + at), v128.load(y + at)));
    b = f64x2.add(b, f64x2.mul(v128.load(x + at, 16), v128.load(y + at, 16)));
  }
  a = f64x2.add(a, b);
  let sum = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
  for (; i < n; i++) sum += load<f64>(x + (<usize>i << 3)) * load<f64>(y + (<usize>i << 3));
  return sum;
}

/** x *= alpha */
export function scale(n: i32, alpha: f64, x: usize): void {
  for (let i = 0; i < n; i++) {
    const at = x + (<usize>i << 3);
    store<f64>(at, load<f64>(at) * alpha);
  }
}

/** x, y = c x - s y, s x + c y */
export function rotate(n: i32, c: f64, s: f64, x: usize, y: usize): void {
  const cosine = f64x2.splat(c), sine = f64x2.splat(s);
  const paired = n & ~1;
  let i = 0;
  for (; i < paired; i += 2) {
    const at = <usize>i << 3;
    const a = v128.load(x + at), b = v128.load(y + at);
    v128.store(x + at, f64x2.sub(f64x2.mul(cosine, a), f64x2.mul(sine, b)));
    v128.store(y + at, f64x2.add(f64x2.mul(sine, a), f64x2.mul(cosine, b)));
  }
  for (; i < n; i++) {
    const at = <usize>i << 3;
    const a = load<f64>(x + at), b = load<f64>(y + at);
    store<f64>(x + at, c * a - s * b);
    store<f64>(y + at, s * a + c * b);
  }
}

/** exchanges two rows */
export function swapRows(n: i32, x: usize, y: usize): void {
  if (x === y) return;
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3, held = load<f64>(x + at);
    store<f64>(x + at, load<f64>(y + at));
    store<f64>(y + at, held);
  }
}

/** the Euclidean length of n numbers that lie `stride` bytes apart, without overflow or underflow between */
export function length(n: i32, x: usize, stride: usize): f64 {
  let largest: f64 = 0;
  for (let i = 0; i < n; i++) {
    const value = abs<f64>(load<f64>(x + <usize>i * stride));
    if (!(value <= largest)) largest = value;
  }
  if (largest === 0 || !(largest < Infinity)) return largest;
  if (largest > 1e-140 && largest < 1e140) {
    let sum: f64 = 0;
    for (let i = 0; i < n; i++) {
      const value = load<f64>(x + <usize>i * stride);
      sum += value * value;
    }
    return sqrt<f64>(sum);
  }
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    const value = load<f64>(x + <usize>i * stride) / largest;
    sum += value * value;
  }
  return largest * sqrt<f64>(sum);
}

/** sqrt(a² + b²) without overflow or underflow between */
// @ts-ignore: decorator
@inline
export function hypotenuse(a: f64, b: f64): f64 {
  const x = abs<f64>(a), y = abs<f64>(b);
  const high = max<f64>(x, y), low = min<f64>(x, y);
  if (high > 1e-140 && high < 1e140) return sqrt<f64>(high * high + low * low);
  if (high === 0 || !(high < Infinity)) return high;
  const ratio = low / high;
  return high * sqrt<f64>(1 + ratio * ratio);
}

/** copies a matrix between rows that lie `fromStride` and `toStride` bytes apart */
export function copyMatrix(
  numRows: i32,
  numColumns: i32,
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
): void {
  const numBytes = <usize>numColumns << 3;
  for (let i = 0; i < numRows; i++) memory.copy(to + <usize>i * toStride, from + <usize>i * fromStride, numBytes);
}

/** writes the transpose of (numRows, numColumns); in blocks, so that neither side strides through the cache */
export function transposeMatrix(
  numRows: i32,
  numColumns: i32,
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
): void {
  for (let i0 = 0; i0 < numRows; i0 += 8) {
    const i1 = min<i32>(i0 + 8, numRows);
    for (let j0 = 0; j0 < numColumns; j0 += 8) {
      const j1 = min<i32>(j0 + 8, numColumns);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) {
          store<f64>(
            to + <usize>j * toStride + (<usize>i << 3),
            load<f64>(from + <usize>i * fromStride + (<usize>j << 3)),
          );
        }
      }
    }
  }
}
