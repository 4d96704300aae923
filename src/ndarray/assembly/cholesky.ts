/**
 * The Cholesky factorisation by blocks of columns.
 *
 * Source: LAPACK's dpotrf; G. H. Golub and C. F. Van Loan, "Matrix Computations", 4.2.
 */
import { axpy, copyMatrix } from "./level";
import { subtractProduct } from "./product_update";

const BLOCK: i32 = 32;
/** columns of the triangle that are updated at once */
const STRIP: i32 = 64;

/** factors a panel (rows, width) whose top is the triangle; gives the first column that fails, or -1 */
function factorPanel(rows: i32, width: i32, panel: usize, column: usize): i32 {
  const stride = <usize>width << 3;
  for (let j = 0; j < width; j++) {
    const diagonal = panel + <usize>j * stride + (<usize>j << 3), square = load<f64>(diagonal);
    if (square <= 0) return j;
    const root = sqrt<f64>(square);
    store<f64>(diagonal, root);
    for (let i = j + 1; i < rows; i++) {
      const at = panel + <usize>i * stride + (<usize>j << 3);
      store<f64>(at, load<f64>(at) / root);
      if (i < width) store<f64>(column + (<usize>i << 3), load<f64>(at));
    }
    for (let i = j + 1; i < rows; i++) {
      const row = panel + <usize>i * stride, numColumns = min<i32>(i, width - 1) - j;
      const factor = load<f64>(row + (<usize>j << 3)), from = <usize>(j + 1) << 3;
      axpy(numColumns, -factor, column + from, row + from);
    }
  }
  return -1;
}

/** Numbers of work space that `choleskyFactor` takes. */
export function choleskyWork(n: i32): i32 {
  return n * BLOCK + 5 * BLOCK;
}

/** A (n, n), of which the lower triangle is read, becomes L. Gives the first column that fails, or -1. */
export function choleskyFactor(n: i32, a: usize, work: usize): i32 {
  const stride = <usize>n << 3, column = work + (<usize>(n * BLOCK) << 3), packed = column + (<usize>BLOCK << 3);
  for (let k = 0; k < n; k += BLOCK) {
    const width = min<i32>(BLOCK, n - k), rows = n - k, panelStride = <usize>width << 3;
    const corner = a + <usize>k * stride + (<usize>k << 3);
    copyMatrix(rows, width, corner, stride, work, panelStride);
    const failed = factorPanel(rows, width, work, column);
    if (failed >= 0) return k + failed;
    copyMatrix(rows, width, work, panelStride, corner, stride);
    for (let j = width; j < rows; j += STRIP) {
      const strip = min<i32>(STRIP, rows - j), left = work + <usize>j * panelStride;
      const target = corner + <usize>j * stride + (<usize>j << 3);
      subtractProduct(rows - j, strip, width, left, panelStride, left, panelStride, true, target, stride, packed);
    }
  }
  for (let i = 0; i < n; i++) {
    memory.fill(a + <usize>i * stride + (<usize>(i + 1) << 3), 0, <usize>(n - i - 1) << 3);
  }
  return -1;
}
