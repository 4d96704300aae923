/** C -= A B on row-major matrices of f64: the step in which the blocked factorisations spend their time. */

/** packs columns of B side by side, k rows of 4; what is beyond `width` is 0 */
function packColumns(k: i32, width: i32, b: usize, strideB: usize, isTransposed: bool, packed: usize): void {
  if (width === 4 && !isTransposed) {
    for (let p = 0; p < k; p++) {
      const from = b + <usize>p * strideB, to = packed + (<usize>p << 5);
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
    return;
  }
  for (let p = 0; p < k; p++) {
    for (let j = 0; j < 4; j++) {
      const from = isTransposed
        ? b + <usize>j * strideB + (<usize>p << 3)
        : b + <usize>p * strideB + (<usize>j << 3);
      store<f64>(packed + (<usize>p << 5) + (<usize>j << 3), j < width ? load<f64>(from) : 0);
    }
  }
}

/** 4 rows by 4 columns */
function subtractTile(k: i32, a: usize, strideA: usize, packed: usize, c: usize, strideC: usize): void {
  let c00 = f64x2.splat(0), c01 = f64x2.splat(0), c10 = f64x2.splat(0), c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0), c21 = f64x2.splat(0), c30 = f64x2.splat(0), c31 = f64x2.splat(0);
  let a0 = a, a1 = a + strideA, a2 = a1 + strideA, a3 = a2 + strideA;
  let b = packed;
  const end = packed + (<usize>k << 5);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load_splat<f64>(a0);
    c00 = f64x2.add(c00, f64x2.mul(x, b0));
    c01 = f64x2.add(c01, f64x2.mul(x, b1));
    x = v128.load_splat<f64>(a1);
    c10 = f64x2.add(c10, f64x2.mul(x, b0));
    c11 = f64x2.add(c11, f64x2.mul(x, b1));
    x = v128.load_splat<f64>(a2);
    c20 = f64x2.add(c20, f64x2.mul(x, b0));
    c21 = f64x2.add(c21, f64x2.mul(x, b1));
    x = v128.load_splat<f64>(a3);
    c30 = f64x2.add(c30, f64x2.mul(x, b0));
    c31 = f64x2.add(c31, f64x2.mul(x, b1));
    a0 += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
    b += 32;
  }
  v128.store(c, f64x2.sub(v128.load(c), c00));
  v128.store(c, f64x2.sub(v128.load(c, 16), c01), 16);
  let row = c + strideC;
  v128.store(row, f64x2.sub(v128.load(row), c10));
  v128.store(row, f64x2.sub(v128.load(row, 16), c11), 16);
  row += strideC;
  v128.store(row, f64x2.sub(v128.load(row), c20));
  v128.store(row, f64x2.sub(v128.load(row, 16), c21), 16);
  row += strideC;
  v128.store(row, f64x2.sub(v128.load(row), c30));
  v128.store(row, f64x2.sub(v128.load(row, 16), c31), 16);
}

/** rows and columns at the edge, in the same order of sums as a tile */
function subtractEdge(
  rows: i32,
  width: i32,
  k: i32,
  a: usize,
  strideA: usize,
  packed: usize,
  c: usize,
  strideC: usize,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      let sum: f64 = 0;
      const row = a + <usize>i * strideA, column = packed + (<usize>j << 3);
      for (let p = 0; p < k; p++) sum += load<f64>(row + (<usize>p << 3)) * load<f64>(column + (<usize>p << 5));
      const at = c + <usize>i * strideC + (<usize>j << 3);
      store<f64>(at, load<f64>(at) - sum);
    }
  }
}

/**
 * C (m, n) -= A (m, k) B (k, n), or B's transpose where it is (n, k). Strides are bytes from row to row; `packed`
 * has room for 4 k numbers.
 */
export function subtractProduct(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  strideA: usize,
  b: usize,
  strideB: usize,
  isTransposed: bool,
  c: usize,
  strideC: usize,
  packed: usize,
): void {
  if (m === 0 || k === 0) return;
  const whole = m & ~3;
  for (let j = 0; j < n; j += 4) {
    const width = min<i32>(4, n - j);
    packColumns(k, width, isTransposed ? b + <usize>j * strideB : b + (<usize>j << 3), strideB, isTransposed, packed);
    const column = c + (<usize>j << 3);
    if (width < 4) {
      subtractEdge(m, width, k, a, strideA, packed, column, strideC);
      continue;
    }
    for (let i = 0; i < whole; i += 4) {
      subtractTile(k, a + <usize>i * strideA, strideA, packed, column + <usize>i * strideC, strideC);
    }
    subtractEdge(
      m - whole,
      4,
      k,
      a + <usize>whole * strideA,
      strideA,
      packed,
      column + <usize>whole * strideC,
      strideC,
    );
  }
}
