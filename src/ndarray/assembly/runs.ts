/** Neighbours in memory copied, once or several times. */
import { CHUNK } from "./keys";

/** Copies bytes; the two places may overlap. */
export function copyBytes(source: usize, target: usize, numBytes: usize): void {
  memory.copy(target, source, numBytes);
}

function repeatElements<T>(source: usize, n: u32, count: u32, target: usize): void {
  for (const end = source + <usize>n * sizeof<T>(); source < end; source += sizeof<T>()) {
    const element = load<T>(source);
    for (let i: u32 = 0; i < count; i++, target += sizeof<T>()) store<T>(target, element);
  }
}

function repeatRun(source: usize, n: u32, numBytes: usize, count: u32, target: usize): void {
  for (const end = source + <usize>n * numBytes; source < end; source += numBytes) {
    for (let i: u32 = 0; i < count; i++, target += numBytes) memory.copy(target, source, numBytes);
  }
}

/** Each of n neighbouring runs of bytes so many times in a row; the two places do not overlap. */
export function repeatRuns(source: usize, n: u32, numBytes: usize, count: u32, target: usize): void {
  for (let done: u32 = 0; done < n; done += CHUNK) {
    const num = min<u32>(CHUNK, n - done), from = source + <usize>done * numBytes;
    const to = target + <usize>done * count * numBytes;
    if (numBytes === 1) repeatElements<u8>(from, num, count, to);
    else if (numBytes === 2) repeatElements<u16>(from, num, count, to);
    else if (numBytes === 4) repeatElements<u32>(from, num, count, to);
    else if (numBytes === 8) repeatElements<u64>(from, num, count, to);
    else repeatRun(from, num, numBytes, count, to);
  }
}

/** 32 bytes are written for each element, whatever its count, so that most counts need no branch */
function repeatByCounts<T>(source: usize, n: u32, counts: usize, target: usize, limit: usize): usize {
  for (const end = source + <usize>n * sizeof<T>(); source < end; source += sizeof<T>(), counts += 4) {
    const element = load<T>(source), next = target + <usize>load<u32>(counts) * sizeof<T>();
    if (target + 32 <= limit) {
      const lanes = v128.splat<T>(element);
      v128.store(target, lanes);
      v128.store(target, lanes, 16);
      if (next - target > 32) {
        for (target += 32; target + 16 <= next; target += 16) v128.store(target, lanes);
        v128.store(next - 16, lanes);
      }
    } else {
      for (; target < next; target += sizeof<T>()) store<T>(target, element);
    }
    target = next;
  }
  return target;
}

function repeatRunsByCounts(source: usize, n: u32, numBytes: usize, counts: usize, target: usize): usize {
  for (const end = counts + (<usize>n << 2); counts < end; counts += 4, source += numBytes) {
    for (let i = load<u32>(counts); i > 0; i--, target += numBytes) memory.copy(target, source, numBytes);
  }
  return target;
}

/**
 * As `repeatRuns`, each of n runs as often as its count (32 bits) says. The copies end at `limit`, which nothing is
 * written behind.
 */
export function repeatCounted(
  source: usize,
  n: u32,
  numBytes: usize,
  counts: usize,
  target: usize,
  limit: usize,
): void {
  for (let done: u32 = 0; done < n; done += CHUNK) {
    const num = min<u32>(CHUNK, n - done), from = source + <usize>done * numBytes, by = counts + (<usize>done << 2);
    if (numBytes === 1) target = repeatByCounts<u8>(from, num, by, target, limit);
    else if (numBytes === 2) target = repeatByCounts<u16>(from, num, by, target, limit);
    else if (numBytes === 4) target = repeatByCounts<u32>(from, num, by, target, limit);
    else if (numBytes === 8) target = repeatByCounts<u64>(from, num, by, target, limit);
    else target = repeatRunsByCounts(from, num, numBytes, by, target);
  }
}
