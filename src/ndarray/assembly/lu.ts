/**
 * Gaussian elimination with partial pivoting, by blocks of columns.
 *
 * Source: LAPACK's dgetrf and dgetrs (right-looking); G. H. Golub and C. F. Van Loan, "Matrix Computations", 3.4.
 */
import { axpy, copyMatrix, swapRows } from "./level";
import { subtractProduct } from "./product_update";

/** columns of a block */
const BLOCK: i32 = 32;

/** factors a panel (rows, width); its pivots count from the panel's first row; gives the first column without one */
function factorPanel(rows: i32, width: i32, panel: usize, pivots: usize): i32 {
  const stride = <usize>width << 3;
  let missing = -1;
  for (let j = 0; j < width; j++) {
    const column = panel + (<usize>j << 3);
    let pivot = j, largest = abs<f64>(load<f64>(column + <usize>j * stride));
    for (let i = j + 1; i < rows; i++) {
      const value = abs<f64>(load<f64>(column + <usize>i * stride));
      // a NaN is a pivot, so that it reaches the result
      if (largest === largest && !(value <= largest)) {
        largest = value;
        pivot = i;
      }
    }
    store<i32>(pivots + (<usize>j << 2), pivot);
    swapRows(width, panel + <usize>pivot * stride, panel + <usize>j * stride);
    const source = column + <usize>j * stride, divisor = load<f64>(source);
    if (divisor === 0) {
      if (missing < 0) missing = j;
      continue;
    }
    for (let i = j + 1; i < rows; i++) {
      const row = column + <usize>i * stride, factor = load<f64>(row) / divisor;
      store<f64>(row, factor);
      axpy(width - j - 1, -factor, source + 8, row + 8);
    }
  }
  return missing;
}

/** B = L⁻¹ B for a unit lower triangle (size, size) */
function solveUnitLower(size: i32, l: usize, strideL: usize, n: i32, b: usize, strideB: usize): void {
  for (let i = 1; i < size; i++) {
    for (let p = 0; p < i; p++) {
      axpy(n, -load<f64>(l + <usize>i * strideL + (<usize>p << 3)), b + <usize>p * strideB, b + <usize>i * strideB);
    }
  }
}

/** B = U⁻¹ B for an upper triangle (size, size) */
function solveUpper(size: i32, u: usize, strideU: usize, n: i32, b: usize, strideB: usize): void {
  for (let i = size - 1; i >= 0; i--) {
    const row = u + <usize>i * strideU, target = b + <usize>i * strideB;
    for (let p = i + 1; p < size; p++) axpy(n, -load<f64>(row + (<usize>p << 3)), b + <usize>p * strideB, target);
    const divisor = load<f64>(row + (<usize>i << 3));
    for (let j = 0; j < n; j++) {
      const at = target + (<usize>j << 3);
      store<f64>(at, load<f64>(at) / divisor);
    }
  }
}

/** Numbers of work space that `luFactor` and `luSolve` take for n rows. */
export function luWork(n: i32): i32 {
  return n * BLOCK + 4 * BLOCK;
}

/**
 * A (n, n) becomes L below its diagonal (which is 1) and U. `pivots` are the rows (i32) with which each row in turn
 * was exchanged. Gives the first column in which U's diagonal is 0, or -1.
 */
export function luFactor(n: i32, a: usize, pivots: usize, work: usize): i32 {
  const stride = <usize>n << 3, packed = work + (<usize>(n * BLOCK) << 3);
  let missing = -1;
  for (let k = 0; k < n; k += BLOCK) {
    const width = min<i32>(BLOCK, n - k), rows = n - k, rest = rows - width;
    const corner = a + <usize>k * stride + (<usize>k << 3), panelStride = <usize>width << 3;
    copyMatrix(rows, width, corner, stride, work, panelStride);
    const found = factorPanel(rows, width, work, pivots + (<usize>k << 2));
    if (found >= 0 && missing < 0) missing = k + found;
    copyMatrix(rows, width, work, panelStride, corner, stride);
    for (let j = 0; j < width; j++) {
      const at = pivots + (<usize>(k + j) << 2), pivot = load<i32>(at) + k;
      store<i32>(at, pivot);
      const one = a + <usize>(k + j) * stride, other = a + <usize>pivot * stride;
      swapRows(k, one, other);
      swapRows(rest, one + (<usize>(k + width) << 3), other + (<usize>(k + width) << 3));
    }
    if (rest === 0) break;
    const right = corner + panelStride;
    solveUnitLower(width, corner, stride, rest, right, stride);
    subtractProduct(
      rest,
      rest,
      width,
      work + <usize>width * panelStride,
      panelStride,
      right,
      stride,
      false,
      right + <usize>width * stride,
      stride,
      packed,
    );
  }
  return missing;
}

/** B (n, numColumns) becomes A⁻¹ B for the A that `luFactor` took. */
export function luSolve(n: i32, lu: usize, pivots: usize, numColumns: i32, b: usize, work: usize): void {
  const stride = <usize>n << 3, strideB = <usize>numColumns << 3, packed = work + (<usize>(n * BLOCK) << 3);
  for (let i = 0; i < n; i++) {
    swapRows(numColumns, b + <usize>i * strideB, b + <usize>load<i32>(pivots + (<usize>i << 2)) * strideB);
  }
  for (let k = 0; k < n; k += BLOCK) {
    const width = min<i32>(BLOCK, n - k), rest = n - k - width, panelStride = <usize>width << 3;
    const corner = lu + <usize>k * stride + (<usize>k << 3), rows = b + <usize>k * strideB;
    solveUnitLower(width, corner, stride, numColumns, rows, strideB);
    copyMatrix(rest, width, corner + <usize>width * stride, stride, work, panelStride);
    const below = rows + <usize>width * strideB;
    subtractProduct(rest, numColumns, width, work, panelStride, rows, strideB, false, below, strideB, packed);
  }
  for (let k = ((n - 1) / BLOCK) * BLOCK; k >= 0; k -= BLOCK) {
    const width = min<i32>(BLOCK, n - k), panelStride = <usize>width << 3;
    const rows = b + <usize>k * strideB;
    solveUpper(width, lu + <usize>k * stride + (<usize>k << 3), stride, numColumns, rows, strideB);
    copyMatrix(k, width, lu + (<usize>k << 3), stride, work, panelStride);
    subtractProduct(k, numColumns, width, work, panelStride, rows, strideB, false, b, strideB, packed);
  }
}
