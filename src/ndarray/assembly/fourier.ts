/**
 * Discrete Fourier transforms of complex numbers in two arrays, real and imaginary parts. Stockham's form: each pass
 * reads one pair of arrays and writes the other, and the result is in order without a permutation.
 *
 * Source: C. Van Loan, "Computational Frameworks for the Fast Fourier Transform", SIAM 1992, 1.7; the inverse
 * transform is this one with the two arrays exchanged.
 */

let inRe: usize = 0, inIm: usize = 0, outRe: usize = 0, outIm: usize = 0;

/** (xr, xi) times the factor (wr, wi), left at element `to` */
// @ts-ignore: decorator
@inline
function storeProduct(to: usize, xr: v128, xi: v128, wr: v128, wi: v128): void {
  v128.store(outRe + to, f64x2.sub(f64x2.mul(xr, wr), f64x2.mul(xi, wi)));
  v128.store(outIm + to, f64x2.add(f64x2.mul(xr, wi), f64x2.mul(xi, wr)));
}

/** the same for two groups p and p + 1 of one element each, `apart` bytes apart */
// @ts-ignore: decorator
@inline
function storeLanes(to: usize, apart: usize, xr: v128, xi: v128, wr: v128, wi: v128): void {
  const re = f64x2.sub(f64x2.mul(xr, wr), f64x2.mul(xi, wi));
  const im = f64x2.add(f64x2.mul(xr, wi), f64x2.mul(xi, wr));
  v128.store_lane<f64>(outRe + to, re, 0);
  v128.store_lane<f64>(outRe + to + apart, re, 1);
  v128.store_lane<f64>(outIm + to, im, 0);
  v128.store_lane<f64>(outIm + to + apart, im, 1);
}

/** radix 4 over the first pass, whose groups are neighbours: two at a time; m is even */
function firstPass4(m: i32, twiddles: usize): void {
  const span = <usize>m << 3;
  for (let p = 0; p < m; p += 2) {
    const at = <usize>p << 3;
    const ar = v128.load(inRe + at), ai = v128.load(inIm + at);
    const br = v128.load(inRe + at + span), bi = v128.load(inIm + at + span);
    const cr = v128.load(inRe + at + 2 * span), ci = v128.load(inIm + at + 2 * span);
    const dr = v128.load(inRe + at + 3 * span), di = v128.load(inIm + at + 3 * span);
    const sr = f64x2.add(ar, cr), si = f64x2.add(ai, ci), tr = f64x2.sub(ar, cr), ti = f64x2.sub(ai, ci);
    const ur = f64x2.add(br, dr), ui = f64x2.add(bi, di), vr = f64x2.sub(br, dr), vi = f64x2.sub(bi, di);
    const to = <usize>p << 5;
    const re = f64x2.add(sr, ur), im = f64x2.add(si, ui);
    v128.store_lane<f64>(outRe + to, re, 0);
    v128.store_lane<f64>(outRe + to + 32, re, 1);
    v128.store_lane<f64>(outIm + to, im, 0);
    v128.store_lane<f64>(outIm + to + 32, im, 1);
    const w = twiddles + at, next = 2 * span;
    storeLanes(to + 8, 32, f64x2.add(tr, vi), f64x2.sub(ti, vr), v128.load(w), v128.load(w + span));
    storeLanes(to + 16, 32, f64x2.sub(sr, ur), f64x2.sub(si, ui), v128.load(w + next), v128.load(w + next + span));
    storeLanes(
      to + 24,
      32,
      f64x2.sub(tr, vi),
      f64x2.add(ti, vr),
      v128.load(w + 2 * next),
      v128.load(w + 2 * next + span),
    );
  }
}

/** radix 4 over runs of `stride` elements, an even number */
function pass4(m: i32, stride: i32, twiddles: usize): void {
  const step = <usize>stride << 3, span = <usize>m * step, next = <usize>m << 4, imaginary = <usize>m << 3;
  for (let p = 0; p < m; p++) {
    const w = twiddles + (<usize>p << 3);
    const w1r = v128.load_splat<f64>(w), w1i = v128.load_splat<f64>(w + imaginary);
    const w2r = v128.load_splat<f64>(w + next), w2i = v128.load_splat<f64>(w + next + imaginary);
    const w3r = v128.load_splat<f64>(w + 2 * next), w3i = v128.load_splat<f64>(w + 2 * next + imaginary);
    let at = <usize>p * step, to = at << 2;
    const end = at + step;
    for (; at < end; at += 16, to += 16) {
      const ar = v128.load(inRe + at), ai = v128.load(inIm + at);
      const br = v128.load(inRe + at + span), bi = v128.load(inIm + at + span);
      const cr = v128.load(inRe + at + 2 * span), ci = v128.load(inIm + at + 2 * span);
      const dr = v128.load(inRe + at + 3 * span), di = v128.load(inIm + at + 3 * span);
      const sr = f64x2.add(ar, cr), si = f64x2.add(ai, ci), tr = f64x2.sub(ar, cr), ti = f64x2.sub(ai, ci);
      const ur = f64x2.add(br, dr), ui = f64x2.add(bi, di), vr = f64x2.sub(br, dr), vi = f64x2.sub(bi, di);
      v128.store(outRe + to, f64x2.add(sr, ur));
      v128.store(outIm + to, f64x2.add(si, ui));
      storeProduct(to + step, f64x2.add(tr, vi), f64x2.sub(ti, vr), w1r, w1i);
      storeProduct(to + 2 * step, f64x2.sub(sr, ur), f64x2.sub(si, ui), w2r, w2i);
      storeProduct(to + 3 * step, f64x2.sub(tr, vi), f64x2.add(ti, vr), w3r, w3i);
    }
  }
}

/** radix 2 over runs of `stride` elements, one at a time */
function pass2(m: i32, stride: i32, twiddles: usize): void {
  const step = <usize>stride << 3, span = <usize>m * step;
  for (let p = 0; p < m; p++) {
    const wr = load<f64>(twiddles + (<usize>p << 3)), wi = load<f64>(twiddles + (<usize>(p + m) << 3));
    let at = <usize>p * step, to = at << 1;
    const end = at + step;
    for (; at < end; at += 8, to += 8) {
      const ar = load<f64>(inRe + at), ai = load<f64>(inIm + at);
      const br = load<f64>(inRe + at + span), bi = load<f64>(inIm + at + span);
      store<f64>(outRe + to, ar + br);
      store<f64>(outIm + to, ai + bi);
      const xr = ar - br, xi = ai - bi;
      store<f64>(outRe + to + step, xr * wr - xi * wi);
      store<f64>(outIm + to + step, xr * wi + xi * wr);
    }
  }
}

/** radix 3 over runs of `stride` elements, an even number */
function pass3(m: i32, stride: i32, twiddles: usize): void {
  const step = <usize>stride << 3, span = <usize>m * step, next = <usize>m << 4, imaginary = <usize>m << 3;
  const half = f64x2.splat(0.5), sine = f64x2.splat(0.8660254037844386);
  for (let p = 0; p < m; p++) {
    const w = twiddles + (<usize>p << 3);
    const w1r = v128.load_splat<f64>(w), w1i = v128.load_splat<f64>(w + imaginary);
    const w2r = v128.load_splat<f64>(w + next), w2i = v128.load_splat<f64>(w + next + imaginary);
    let at = <usize>p * step, to = 3 * at;
    const end = at + step;
    for (; at < end; at += 16, to += 16) {
      const ar = v128.load(inRe + at), ai = v128.load(inIm + at);
      const br = v128.load(inRe + at + span), bi = v128.load(inIm + at + span);
      const cr = v128.load(inRe + at + 2 * span), ci = v128.load(inIm + at + 2 * span);
      const sr = f64x2.add(br, cr), si = f64x2.add(bi, ci);
      const dr = f64x2.mul(sine, f64x2.sub(br, cr)), di = f64x2.mul(sine, f64x2.sub(bi, ci));
      const mr = f64x2.sub(ar, f64x2.mul(half, sr)), mi = f64x2.sub(ai, f64x2.mul(half, si));
      v128.store(outRe + to, f64x2.add(ar, sr));
      v128.store(outIm + to, f64x2.add(ai, si));
      storeProduct(to + step, f64x2.add(mr, di), f64x2.sub(mi, dr), w1r, w1i);
      storeProduct(to + 2 * step, f64x2.sub(mr, di), f64x2.add(mi, dr), w2r, w2i);
    }
  }
}

/** radix 5 over runs of `stride` elements, an even number */
function pass5(m: i32, stride: i32, twiddles: usize): void {
  const step = <usize>stride << 3, span = <usize>m * step, next = <usize>m << 4, imaginary = <usize>m << 3;
  const c1 = f64x2.splat(0.30901699437494745), s1 = f64x2.splat(0.9510565162951535);
  const c2 = f64x2.splat(-0.8090169943749475), s2 = f64x2.splat(0.5877852522924731);
  for (let p = 0; p < m; p++) {
    const w = twiddles + (<usize>p << 3);
    let at = <usize>p * step, to = 5 * at;
    const end = at + step;
    for (; at < end; at += 16, to += 16) {
      const ar = v128.load(inRe + at), ai = v128.load(inIm + at);
      const br = v128.load(inRe + at + span), bi = v128.load(inIm + at + span);
      const cr = v128.load(inRe + at + 2 * span), ci = v128.load(inIm + at + 2 * span);
      const dr = v128.load(inRe + at + 3 * span), di = v128.load(inIm + at + 3 * span);
      const er = v128.load(inRe + at + 4 * span), ei = v128.load(inIm + at + 4 * span);
      const outerRe = f64x2.add(br, er), outerIm = f64x2.add(bi, ei);
      const innerRe = f64x2.add(cr, dr), innerIm = f64x2.add(ci, di);
      const pr = f64x2.sub(br, er), pi = f64x2.sub(bi, ei), qr = f64x2.sub(cr, dr), qi = f64x2.sub(ci, di);
      v128.store(outRe + to, f64x2.add(ar, f64x2.add(outerRe, innerRe)));
      v128.store(outIm + to, f64x2.add(ai, f64x2.add(outerIm, innerIm)));
      let mr = f64x2.add(ar, f64x2.add(f64x2.mul(c1, outerRe), f64x2.mul(c2, innerRe)));
      let mi = f64x2.add(ai, f64x2.add(f64x2.mul(c1, outerIm), f64x2.mul(c2, innerIm)));
      let tr = f64x2.add(f64x2.mul(s1, pr), f64x2.mul(s2, qr)), ti = f64x2.add(f64x2.mul(s1, pi), f64x2.mul(s2, qi));
      storeTurned(to + step, f64x2.add(mr, ti), f64x2.sub(mi, tr), w, imaginary);
      storeTurned(to + 4 * step, f64x2.sub(mr, ti), f64x2.add(mi, tr), w + 3 * next, imaginary);
      mr = f64x2.add(ar, f64x2.add(f64x2.mul(c2, outerRe), f64x2.mul(c1, innerRe)));
      mi = f64x2.add(ai, f64x2.add(f64x2.mul(c2, outerIm), f64x2.mul(c1, innerIm)));
      tr = f64x2.sub(f64x2.mul(s2, pr), f64x2.mul(s1, qr));
      ti = f64x2.sub(f64x2.mul(s2, pi), f64x2.mul(s1, qi));
      storeTurned(to + 2 * step, f64x2.add(mr, ti), f64x2.sub(mi, tr), w + next, imaginary);
      storeTurned(to + 3 * step, f64x2.sub(mr, ti), f64x2.add(mi, tr), w + 2 * next, imaginary);
    }
  }
}

/** a product with one factor for both lanes */
// @ts-ignore: decorator
@inline
function storeTurned(to: usize, xr: v128, xi: v128, twiddle: usize, imaginary: usize): void {
  storeProduct(to, xr, xi, v128.load_splat<f64>(twiddle), v128.load_splat<f64>(twiddle + imaginary));
}

/** any odd radix, one element at a time, by pairs of inputs; `roots` are the radix's, `sums` holds 4 radix numbers */
function passAny(radix: i32, m: i32, stride: i32, twiddles: usize, roots: usize, sums: usize): void {
  const step = <usize>stride << 3, span = <usize>m * step, half = (radix - 1) >> 1;
  const sines = roots + (<usize>radix << 3), column = <usize>radix << 3;
  const addRe = sums, addIm = sums + column, subRe = addIm + column, subIm = subRe + column;
  for (let p = 0; p < m; p++) {
    for (let q = 0; q < stride; q++) {
      const at = <usize>p * step + (<usize>q << 3), to = <usize>(p * radix) * step + (<usize>q << 3);
      const zr = load<f64>(inRe + at), zi = load<f64>(inIm + at);
      let totalRe = zr, totalIm = zi;
      for (let j = 1; j <= half; j++) {
        const one = at + <usize>j * span, other = at + <usize>(radix - j) * span, place = <usize>j << 3;
        const ar = load<f64>(inRe + one), ai = load<f64>(inIm + one);
        const br = load<f64>(inRe + other), bi = load<f64>(inIm + other);
        store<f64>(addRe + place, ar + br);
        store<f64>(addIm + place, ai + bi);
        store<f64>(subRe + place, ar - br);
        store<f64>(subIm + place, ai - bi);
        totalRe += ar + br;
        totalIm += ai + bi;
      }
      store<f64>(outRe + to, totalRe);
      store<f64>(outIm + to, totalIm);
      for (let k = 1; k <= half; k++) {
        let evenRe = zr, evenIm = zi, oddRe: f64 = 0, oddIm: f64 = 0, turn = 0;
        for (let j = 1; j <= half; j++) {
          turn += k;
          if (turn >= radix) turn -= radix;
          const c = load<f64>(roots + (<usize>turn << 3)), s = load<f64>(sines + (<usize>turn << 3));
          const place = <usize>j << 3;
          evenRe += c * load<f64>(addRe + place);
          evenIm += c * load<f64>(addIm + place);
          oddRe += s * load<f64>(subRe + place);
          oddIm += s * load<f64>(subIm + place);
        }
        const factors = twiddles + (<usize>((2 * k - 2) * m + p) << 3);
        putTurned(to + <usize>k * step, evenRe - oddIm, evenIm + oddRe, factors, m);
        const last = radix - k;
        putTurned(
          to + <usize>last * step,
          evenRe + oddIm,
          evenIm - oddRe,
          twiddles + (<usize>((2 * last - 2) * m + p) << 3),
          m,
        );
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function putTurned(to: usize, xr: f64, xi: f64, twiddle: usize, m: i32): void {
  const wr = load<f64>(twiddle), wi = load<f64>(twiddle + (<usize>m << 3));
  store<f64>(outRe + to, xr * wr - xi * wi);
  store<f64>(outIm + to, xr * wi + xi * wr);
}

/**
 * Transforms n numbers in place. `plan` lists i32: the number of passes, then for each its radix, the address of its
 * factors (by k from 1: real parts of all groups, then imaginary ones) and of the roots of its radix. `work` holds
 * 2 n numbers and four of the largest radix.
 */
export function transform(n: i32, plan: usize, re: usize, im: usize, work: usize): void {
  const count = load<i32>(plan), workIm = work + (<usize>n << 3), sums = workIm + (<usize>n << 3);
  let stride = 1, length = n;
  inRe = re;
  inIm = im;
  outRe = work;
  outIm = workIm;
  for (let pass = 0; pass < count; pass++) {
    const entry = plan + 4 + <usize>(12 * pass), radix = load<i32>(entry);
    const twiddles = <usize>load<u32>(entry, 4), roots = <usize>load<u32>(entry, 8), m = length / radix;
    const isEven = (stride & 1) === 0;
    if (radix === 4 && isEven) pass4(m, stride, twiddles);
    else if (radix === 4) firstPass4(m, twiddles);
    else if (radix === 2) pass2(m, stride, twiddles);
    else if (radix === 3 && isEven) pass3(m, stride, twiddles);
    else if (radix === 5 && isEven) pass5(m, stride, twiddles);
    else passAny(radix, m, stride, twiddles, roots, sums);
    length = m;
    stride *= radix;
    const heldRe = inRe, heldIm = inIm;
    inRe = outRe;
    inIm = outIm;
    outRe = heldRe;
    outIm = heldIm;
  }
  if (inRe === re) return;
  memory.copy(re, work, <usize>n << 3);
  memory.copy(im, workIm, <usize>n << 3);
}

/** x *= w for complex numbers in two arrays each */
export function multiplyComplex(n: i32, xRe: usize, xIm: usize, wRe: usize, wIm: usize): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    const a = load<f64>(xRe + at), b = load<f64>(xIm + at), c = load<f64>(wRe + at), d = load<f64>(wIm + at);
    store<f64>(xRe + at, a * c - b * d);
    store<f64>(xIm + at, a * d + b * c);
  }
}

/** x *= factor */
export function scaleNumbers(n: i32, factor: f64, x: usize): void {
  const factors = f64x2.splat(factor), paired = n & ~1;
  let i = 0;
  for (; i < paired; i += 2) {
    const at = x + (<usize>i << 3);
    v128.store(at, f64x2.mul(v128.load(at), factors));
  }
  if (i < n) store<f64>(x + (<usize>i << 3), load<f64>(x + (<usize>i << 3)) * factor);
}

/** 2 h real numbers as h complex ones: the even and the odd */
export function splitPairs(h: i32, x: usize, re: usize, im: usize): void {
  for (let i = 0; i < h; i++) {
    const at = <usize>i << 3;
    store<f64>(re + at, load<f64>(x + 2 * at));
    store<f64>(im + at, load<f64>(x + 2 * at + 8));
  }
}

/** h complex numbers as 2 h real ones */
export function joinPairs(h: i32, re: usize, im: usize, x: usize): void {
  for (let i = 0; i < h; i++) {
    const at = <usize>i << 3;
    store<f64>(x + 2 * at, load<f64>(re + at));
    store<f64>(x + 2 * at + 8, load<f64>(im + at));
  }
}

/**
 * The spectrum (h + 1 numbers) of 2 h real numbers, out of the transform (h numbers, z) of their pairs; `roots` are
 * the first h + 1 powers of exp(-i pi / h), by real and imaginary parts.
 */
export function realSpectrum(h: i32, zRe: usize, zIm: usize, roots: usize, re: usize, im: usize): void {
  const imaginary = <usize>(h + 1) << 3;
  for (let k = 0; k <= h; k++) {
    const at = <usize>(k === h ? 0 : k) << 3, back = <usize>(k === 0 ? 0 : h - k) << 3, to = <usize>k << 3;
    const ar = load<f64>(zRe + at), ai = load<f64>(zIm + at), br = load<f64>(zRe + back), bi = -load<f64>(zIm + back);
    const wr = load<f64>(roots + to), wi = load<f64>(roots + to + imaginary);
    const dr = ar - br, di = ai - bi;
    // -i w (a - b)
    const or = dr * wi + di * wr, oi = di * wi - dr * wr;
    let x = 0.5 * (ar + br + or), y = 0.5 * (ai + bi + oi);
    // twice the result may overflow where it does not
    if (!(abs<f64>(x) < Infinity && abs<f64>(y) < Infinity)) {
      const hr = 0.5 * ar - 0.5 * br, hi = 0.5 * ai - 0.5 * bi;
      x = 0.5 * ar + 0.5 * br + (hr * wi + hi * wr);
      y = 0.5 * ai + 0.5 * bi + (hi * wi - hr * wr);
    }
    store<f64>(re + to, x);
    store<f64>(im + to, k === 0 || k === h ? 0 : y);
  }
}

/** The other way: h numbers whose inverse transform are the pairs of 2 h real numbers, out of their spectrum. */
export function pairSpectrum(h: i32, re: usize, im: usize, roots: usize, zRe: usize, zIm: usize): void {
  const imaginary = <usize>(h + 1) << 3;
  for (let k = 0; k < h; k++) {
    const at = <usize>k << 3, back = <usize>(h - k) << 3;
    const isEnd = k === 0;
    const ar = load<f64>(re + at), ai = isEnd ? 0 : load<f64>(im + at);
    const br = load<f64>(re + back), bi = isEnd ? 0 : -load<f64>(im + back);
    const wr = load<f64>(roots + at), wi = -load<f64>(roots + at + imaginary);
    const dr = ar - br, di = ai - bi;
    // i w (a - b)
    store<f64>(zRe + at, ar + br - (dr * wi + di * wr));
    store<f64>(zIm + at, ai + bi + (dr * wr - di * wi));
  }
}
