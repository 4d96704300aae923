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
