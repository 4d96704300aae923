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
