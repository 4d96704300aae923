/**
 * The QR factorisation by Householder reflections, by blocks of columns: a block of reflections is I - V T Vᵀ.
 *
 * Source: LAPACK's dgeqrf, dlarft and dorgqr; R. Schreiber and C. Van Loan, "A storage-efficient WY representation for
 * products of Householder transformations", SIAM J. Sci. Stat. Comput. 10, 1989.
 */
import { axpy, copyMatrix, length, scale, transposeMatrix } from "./level";
import { subtractProduct } from "./product_update";

const BLOCK: i32 = 32;
/** 2 to the power of 600 */
const LARGER: f64 = 4.149515568880993e180;

/**
 * The reflection I - tau v vᵀ that takes (alpha, x) to (beta, 0): x becomes v without its first element, which is 1;
 * alpha becomes beta. Gives tau.
 */
export function makeReflection(n: i32, alpha: usize, x: usize, stride: usize): f64 {
  const rest = length(n - 1, x, stride);
  if (rest === 0) return 0;
  const first = load<f64>(alpha);
  const largest = max<f64>(abs<f64>(first), rest);
  if (largest < 1e-280) {
    // quotients of subnormal numbers have few digits: the same with all of them larger by a power of 2
    store<f64>(alpha, first * LARGER);
    for (let i = 0; i < n - 1; i++) {
      const at = x + <usize>i * stride;
      store<f64>(at, load<f64>(at) * LARGER);
    }
    const tau = makeReflection(n, alpha, x, stride);
    store<f64>(alpha, load<f64>(alpha) / LARGER);
    return tau;
  }
  let beta: f64;
  if (largest > 1e-140 && largest < 1e140) beta = sqrt<f64>(first * first + rest * rest);
  else beta = largest * sqrt<f64>((first / largest) * (first / largest) + (rest / largest) * (rest / largest));
  // as LAPACK: beta has the other sign than alpha, also where that is 0
  beta = -copysign<f64>(beta, first);
  const divisor = first - beta;
  for (let i = 0; i < n - 1; i++) {
    const at = x + <usize>i * stride;
    store<f64>(at, load<f64>(at) / divisor);
  }
  store<f64>(alpha, beta);
  return (beta - first) / beta;
}

function factorPanel(rows: i32, width: i32, panel: usize, tau: usize, sums: usize): void {
  const stride = <usize>width << 3, count = min<i32>(rows, width);
  for (let j = 0; j < count; j++) {
    const top = panel + <usize>j * stride, diagonal = top + (<usize>j << 3);
    const factor = makeReflection(rows - j, diagonal, diagonal + stride, stride);
    store<f64>(tau + (<usize>j << 3), factor);
    const right = width - j - 1;
    if (factor === 0 || right === 0) continue;
    memory.copy(sums, diagonal + 8, <usize>right << 3);
    for (let i = j + 1; i < rows; i++) {
      const row = panel + <usize>i * stride + (<usize>j << 3);
      axpy(right, load<f64>(row), row + 8, sums);
    }
    axpy(right, -factor, sums, diagonal + 8);
    for (let i = j + 1; i < rows; i++) {
      const row = panel + <usize>i * stride + (<usize>j << 3);
      axpy(right, -factor * load<f64>(row), sums, row + 8);
    }
  }
}

/** Numbers of work space for (m, n), and for as many columns of Q. */
export function qrWork(m: i32, n: i32): i32 {
  return 2 * m * BLOCK + 2 * BLOCK * BLOCK + n * BLOCK + 4 * max<i32>(m, BLOCK) + BLOCK;
}

// the parts of the work space
let vectors: usize = 0, transposed: usize = 0, triangle: usize = 0;
let products: usize = 0, sums: usize = 0, packed: usize = 0;
let gram: usize = 0;

function layOut(m: i32, n: i32, work: usize): void {
  vectors = work;
  transposed = vectors + (<usize>(m * BLOCK) << 3);
  triangle = transposed + (<usize>(m * BLOCK) << 3);
  gram = triangle + (<usize>(BLOCK * BLOCK) << 3);
  products = gram + (<usize>(BLOCK * BLOCK) << 3);
  sums = products + (<usize>(n * BLOCK) << 3);
  packed = sums + (<usize>BLOCK << 3);
}

/** V and its transpose out of the factored columns at `corner` (rows, width), and T */
function readBlock(rows: i32, width: i32, corner: usize, stride: usize, tau: usize): void {
  const panelStride = <usize>width << 3, rowStride = <usize>rows << 3;
  copyMatrix(rows, width, corner, stride, vectors, panelStride);
  for (let i = 0; i < width; i++) {
    const row = vectors + <usize>i * panelStride;
    store<f64>(row + (<usize>i << 3), 1);
    memory.fill(row + (<usize>(i + 1) << 3), 0, <usize>(width - i - 1) << 3);
  }
  transposeMatrix(rows, width, vectors, panelStride, transposed, rowStride);
  memory.fill(gram, 0, <usize>(width * width) << 3);
  subtractProduct(width, width, rows, transposed, rowStride, vectors, panelStride, false, gram, panelStride, packed);
  memory.fill(triangle, 0, <usize>(width * width) << 3);
  for (let j = 0; j < width; j++) {
    const factor = load<f64>(tau + (<usize>j << 3)), column = triangle + (<usize>j << 3);
    store<f64>(column + <usize>j * panelStride, factor);
    for (let i = 0; i < j; i++) {
      let sum: f64 = 0;
      for (let p = i; p < j; p++) {
        sum += load<f64>(triangle + <usize>i * panelStride + (<usize>p << 3)) *
          load<f64>(gram + <usize>p * panelStride + (<usize>j << 3));
      }
      // the Gram matrix is negative here
      store<f64>(column + <usize>i * panelStride, factor * sum);
    }
  }
}

/** C (rows, n) = (I - V T Vᵀ) C, or with T's transpose */
function applyBlock(rows: i32, width: i32, n: i32, c: usize, strideC: usize, isTransposed: bool): void {
  if (n === 0) return;
  const panelStride = <usize>width << 3, rowStride = <usize>rows << 3, strideP = <usize>n << 3;
  memory.fill(products, 0, <usize>(width * n) << 3);
  subtractProduct(width, n, rows, transposed, rowStride, c, strideC, false, products, strideP, packed);
  for (let step = 0; step < width; step++) {
    const i = isTransposed ? width - 1 - step : step, row = products + <usize>i * strideP;
    scale(n, -load<f64>(triangle + <usize>i * panelStride + (<usize>i << 3)), row);
    const start = isTransposed ? 0 : i + 1, end = isTransposed ? i : width;
    for (let p = start; p < end; p++) {
      const factor = isTransposed
        ? load<f64>(triangle + <usize>p * panelStride + (<usize>i << 3))
        : load<f64>(triangle + <usize>i * panelStride + (<usize>p << 3));
      axpy(n, -factor, products + <usize>p * strideP, row);
    }
  }
  subtractProduct(rows, n, width, vectors, panelStride, products, strideP, false, c, strideC, packed);
}

/** A (m, n) becomes R on and above the diagonal, and the vectors of the reflections below it; `tau` their factors. */
export function qrFactor(m: i32, n: i32, a: usize, tau: usize, work: usize): void {
  layOut(m, n, work);
  const stride = <usize>n << 3, count = min<i32>(m, n);
  for (let k = 0; k < count; k += BLOCK) {
    const width = min<i32>(BLOCK, count - k), rows = m - k, panelStride = <usize>width << 3;
    const corner = a + <usize>k * stride + (<usize>k << 3);
    copyMatrix(rows, width, corner, stride, vectors, panelStride);
    factorPanel(rows, width, vectors, tau + (<usize>k << 3), sums);
    copyMatrix(rows, width, vectors, panelStride, corner, stride);
    const right = n - k - width;
    if (right === 0) break;
    readBlock(rows, width, corner, stride, tau + (<usize>k << 3));
    applyBlock(rows, width, right, corner + panelStride, stride, true);
  }
}

/** Q (m, numColumns) of the A (m, n) that `qrFactor` left; the work space is for max(n, numColumns) columns. */
export function qrForm(m: i32, n: i32, a: usize, tau: usize, numColumns: i32, q: usize, work: usize): void {
  layOut(m, max<i32>(n, numColumns), work);
  const stride = <usize>n << 3, strideQ = <usize>numColumns << 3, count = min<i32>(min<i32>(m, n), numColumns);
  memory.fill(q, 0, <usize>m * strideQ);
  for (let i = 0; i < min<i32>(m, numColumns); i++) store<f64>(q + <usize>i * strideQ + (<usize>i << 3), 1);
  if (count === 0) return;
  for (let k = ((count - 1) / BLOCK) * BLOCK; k >= 0; k -= BLOCK) {
    const width = min<i32>(BLOCK, count - k), at = <usize>k << 3;
    readBlock(m - k, width, a + <usize>k * stride + at, stride, tau + at);
    applyBlock(m - k, width, numColumns - k, q + <usize>k * strideQ + at, strideQ, false);
  }
}
