/** Copies some bytes, and stores none behind them. Loads none behind the source's either. */
// @ts-ignore: decorator
@inline
export function copyBytes(out: usize, from: usize, numBytes: u32): void {
  if (numBytes >= 16) {
    if (numBytes > 256) {
      memory.copy(out, from, numBytes);
      return;
    }
    const last = numBytes - 16;
    for (let i: u32 = 0; i < last; i += 16) v128.store(out + i, v128.load(from + i));
    v128.store(out + last, v128.load(from + last));
  } else if (numBytes >= 8) {
    const tail = load<u64>(from + numBytes - 8);
    store<u64>(out, load<u64>(from));
    store<u64>(out + numBytes - 8, tail);
  } else if (numBytes >= 4) {
    const tail = load<u32>(from + numBytes - 4);
    store<u32>(out, load<u32>(from));
    store<u32>(out + numBytes - 4, tail);
  } else if (numBytes !== 0) {
    const last = load<u8>(from + numBytes - 1), middle = load<u8>(from + (numBytes >> 1));
    store<u8>(out, load<u8>(from));
    store<u8>(out + (numBytes >> 1), middle);
    store<u8>(out + numBytes - 1, last);
  }
}
