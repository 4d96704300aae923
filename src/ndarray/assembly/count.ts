/** How many bytes of 0 and 1 are 1: sums in bytes of at most 255 blocks, then in wider lanes. */
export function countTrue(bytes: usize, n: u32): u32 {
  let count: u32 = 0;
  const end = bytes + n, whole = bytes + (n & ~15);
  while (bytes < whole) {
    const stop = min<usize>(whole, bytes + 255 * 16);
    let sums = i8x16.splat(0);
    for (; bytes < stop; bytes += 16) sums = i8x16.add(sums, v128.load(bytes));
    const words = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(sums));
    count += i32x4.extract_lane(words, 0) + i32x4.extract_lane(words, 1) + i32x4.extract_lane(words, 2) +
      i32x4.extract_lane(words, 3);
  }
  for (; bytes < end; bytes++) count += load<u8>(bytes);
  return count;
}

/** Adds 1 to the total (i64) at each of n places (i64), all of which there are. */
export function countPlaces(places: usize, n: u32, totals: usize): void {
  for (const end = places + (<usize>n << 3); places < end; places += 8) {
    const at = totals + (load<usize>(places) << 3);
    store<i64>(at, load<i64>(at) + 1);
  }
}

/** Adds weights (f64) to the totals (f64) at n places (i64), one after the other. */
export function sumPlaces(places: usize, weights: usize, n: u32, totals: usize): void {
  for (const end = places + (<usize>n << 3); places < end; places += 8, weights += 8) {
    const at = totals + (load<usize>(places) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(weights));
  }
}
