/**
 * Normal and exponential numbers by the ziggurat, from NumPy's tables, so that the same bits give NumPy's numbers.
 *
 * Source: G. Marsaglia and W. W. Tsang, "The ziggurat method for generating random variables", J. Stat. Softw. 5(8),
 * 2000; NumPy's distributions.c for how bits are taken. `tables` are laid out as tools/make_ziggurat_tables.py says.
 */
import { loadState, next32, next64, nextDouble, nextFloat, storeState } from "./philox";

// @ts-ignore: decorator
@external("env", "exp")
declare function exp(x: f64): f64;
// @ts-ignore: decorator
@external("env", "log1p")
declare function log1p(x: f64): f64;

const NORMAL_EDGE: f64 = 3.6541528853610087963519472518;
const NORMAL_EDGE_INVERSE: f64 = 0.27366123732975827203338247596;
const EXPONENTIAL_EDGE: f64 = 7.6971174701310497140446280481;

// where the tables begin: f (heights), w (widths), k (bounds)
const FE_SINGLE: usize = 0, WE_SINGLE: usize = 0x400, KE_SINGLE: usize = 0x800;
const FE: usize = 0xc00, WE: usize = 0x1400, KE: usize = 0x1c00;
const FI_SINGLE: usize = 0x2400, WI_SINGLE: usize = 0x2800, KI_SINGLE: usize = 0x2c00;
const FI: usize = 0x3000, WI: usize = 0x3800, KI: usize = 0x4000;

function normal(tables: usize): f64 {
  while (true) {
    let bits = next64();
    const layer = <usize>(bits & 0xff), at = tables + (layer << 3);
    bits >>= 8;
    const isNegative = (bits & 1) !== 0, size = (bits >> 1) & 0x000fffffffffffff;
    let x = <f64>size * load<f64>(at, WI);
    if (isNegative) x = -x;
    if (size < load<u64>(at, KI)) return x;
    if (layer === 0) {
      while (true) {
        const a = -NORMAL_EDGE_INVERSE * log1p(-nextDouble());
        const b = -log1p(-nextDouble());
        if (b + b > a * a) return ((size >> 8) & 1) !== 0 ? -(NORMAL_EDGE + a) : NORMAL_EDGE + a;
      }
    }
    const low = load<f64>(at, FI), high = load<f64>(at - 8, FI);
    if ((high - low) * nextDouble() + low < exp(-0.5 * x * x)) return x;
  }
}

function normalSingle(tables: usize): f32 {
  while (true) {
    const bits = next32(), layer = <usize>(bits & 0xff), at = tables + (layer << 2);
    const isNegative = ((bits >> 8) & 1) !== 0, size = (bits >> 9) & 0x7fffff;
    let x = <f32>size * load<f32>(at, WI_SINGLE);
    if (isNegative) x = -x;
    if (size < load<u32>(at, KI_SINGLE)) return x;
    if (layer === 0) {
      while (true) {
        const a = -(<f32>NORMAL_EDGE_INVERSE) * <f32>log1p(-<f64>nextFloat());
        const b = -(<f32>log1p(-<f64>nextFloat()));
        if (b + b > a * a) {
          return ((size >> 8) & 1) !== 0 ? -(<f32>NORMAL_EDGE + a) : <f32>NORMAL_EDGE + a;
        }
      }
    }
    const low = load<f32>(at, FI_SINGLE), high = load<f32>(at - 4, FI_SINGLE);
    if (<f64>((high - low) * nextFloat() + low) < exp(-0.5 * <f64>x * <f64>x)) return x;
  }
}

function exponential(tables: usize): f64 {
  while (true) {
    let bits = next64() >> 3;
    const layer = <usize>(bits & 0xff), at = tables + (layer << 3);
    bits >>= 8;
    const x = <f64>bits * load<f64>(at, WE);
    if (bits < load<u64>(at, KE)) return x;
    if (layer === 0) return EXPONENTIAL_EDGE - log1p(-nextDouble());
    const low = load<f64>(at, FE), high = load<f64>(at - 8, FE);
    if ((high - low) * nextDouble() + low < exp(-x)) return x;
  }
}

function exponentialSingle(tables: usize): f32 {
  while (true) {
    let bits = next32() >> 1;
    const layer = <usize>(bits & 0xff), at = tables + (layer << 2);
    bits >>= 8;
    const x = <f32>bits * load<f32>(at, WE_SINGLE);
    if (bits < load<u32>(at, KE_SINGLE)) return x;
    if (layer === 0) return <f32>EXPONENTIAL_EDGE - <f32>log1p(-<f64>nextFloat());
    const low = load<f32>(at, FE_SINGLE), high = load<f32>(at - 4, FE_SINGLE);
    if ((high - low) * nextFloat() + low < <f32>exp(-<f64>x)) return x;
  }
}

export function fillNormal(state: usize, n: i32, out: usize, tables: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<f64>(out + (<usize>i << 3), normal(tables));
  storeState(state);
}

export function fillNormalSingle(state: usize, n: i32, out: usize, tables: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<f32>(out + (<usize>i << 2), normalSingle(tables));
  storeState(state);
}

export function fillExponential(state: usize, n: i32, out: usize, tables: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<f64>(out + (<usize>i << 3), exponential(tables));
  storeState(state);
}

export function fillExponentialSingle(state: usize, n: i32, out: usize, tables: usize): void {
  loadState(state);
  for (let i = 0; i < n; i++) store<f32>(out + (<usize>i << 2), exponentialSingle(tables));
  storeState(state);
}
