/** Values among nulls, and values that are narrower than in the file. */

/** Bytes of a table of `spread`: for each pattern of present lanes, where in 16 bytes each lane comes from. */
// @ts-ignore: decorator
@inline
function lanesOf<T>(): u32 {
  return <u32> (16 / sizeof<T>());
}

function makeTable<T>(table: usize): void {
  const lanes = lanesOf<T>();
  for (let pattern: u32 = 0; pattern < <u32> 1 << lanes; pattern++) {
    let from: u32 = 0;
    for (let lane: u32 = 0; lane < lanes; lane++) {
      const isPresent = ((pattern >> lane) & 1) !== 0;
      for (let b: u32 = 0; b < sizeof<T>(); b++) {
        // an index with its highest bit set gives 0
        store<u8>(table + 16 * pattern + sizeof<T>() * lane + b, isPresent ? <u8> (from + b) : 0x80);
      }
      if (isPresent) from += sizeof<T>();
    }
  }
}

/** Makes the tables that `spread4` and `spread8` take: 16 and 4 entries of 16 bytes. */
export function makeTables(table4: usize, table8: usize): void {
  makeTable<u32>(table4);
  makeTable<u64>(table8);
}

/** One element a bit: the next value where it is set, else `fill`. Up to 16 bytes are read behind the last value,
 * and written behind the last element. */
// @ts-ignore: decorator
@inline
function spread<T>(bits: usize, count: usize, values: usize, fill: v128, table: usize, target: usize): void {
  const lanes: usize = lanesOf<T>(), mask = (1 << lanes) - 1;
  let from = values, to = target;
  for (let i: usize = 0; i < count; i += 8) {
    let byte: usize = load<u8>(bits + (i >> 3));
    for (let lane: usize = 0; lane < 8; lane += lanes) {
      const pattern = byte & mask, places = v128.load(table + (pattern << 4));
      const present = i8x16.relaxed_swizzle(v128.load(from), places);
      v128.store(to, v128.or(present, v128.and(fill, i32x4.shr_s(places, 31))));
      from += <usize> popcnt(pattern) * sizeof<T>();
      to += 16;
      byte >>= lanes;
    }
  }
}

export function spread4(bits: usize, count: usize, values: usize, fill: u32, table: usize, target: usize): void {
  spread<u32>(bits, count, values, i32x4.splat(fill), table, target);
}

export function spread8(bits: usize, count: usize, values: usize, fill: u64, table: usize, target: usize): void {
  spread<u64>(bits, count, values, i64x2.splat(fill), table, target);
}

/** The same of single bytes. */
export function spread1(bits: usize, count: usize, values: usize, fill: u32, target: usize): void {
  let from = values;
  for (let i: usize = 0; i < count; i++) {
    const isPresent = (load<u8>(bits + (i >> 3)) >> <u8> (i & 7)) & 1;
    store<u8>(target + i, select<u8>(load<u8>(from), <u8> fill, isPresent !== 0));
    from += isPresent;
  }
}

/** The low bytes of words; what is narrowed may lie where it goes. */
function narrow<T>(source: usize, count: usize, target: usize): void {
  for (let i: usize = 0; i < count; i++) store<T>(target + i * sizeof<T>(), <T> load<u32>(source + (i << 2)));
}

export function narrow1(source: usize, count: usize, target: usize): void {
  narrow<u8>(source, count, target);
}

export function narrow2(source: usize, count: usize, target: usize): void {
  narrow<u16>(source, count, target);
}
