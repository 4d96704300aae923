/**
 * The WebAssembly instructions that kernels use, each with its operand and result types, so that the function
 * builder can check the operand stack while code is emitted.
 *
 * Source: WebAssembly core specification 3.0, "Index of Instructions" (fixed-width and relaxed SIMD included).
 *
 * @module
 */

/** The types of what instructions compute with. */
export type NumberType = "i32" | "i64" | "f32" | "f64" | "v128";

/** A reference, never null, to a struct of the module's list of that index: see `StructList`. */
export type StructReference = `struct ${number}`;

/** The value types of kernels. */
export type ValueType = NumberType | StructReference;

const TYPE_BYTE: Readonly<Record<NumberType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** How the binary format writes a type. */
export function typeBytes(type: ValueType): readonly number[] {
  return type in TYPE_BYTE
    ? [TYPE_BYTE[type as NumberType]]
    : [0x64, Number((type as StructReference).slice("struct ".length))];
}

/** What follows the opcode in the binary. */
export type Immediate = "none" | "memory" | "lane" | "memory+lane" | "shuffle";

/** One instruction of the table. */
export interface Opcode {
  readonly name: string;
  /** 0 for a plain opcode, else the prefix byte 0xfc or 0xfd */
  readonly prefix: 0 | 0xfc | 0xfd;
  readonly code: number;
  readonly params: readonly NumberType[];
  readonly result: NumberType | null;
  readonly immediate: Immediate;
}

const table = new Map<string, Opcode>();
const LETTER: Readonly<Record<string, NumberType>> = { i: "i32", I: "i64", f: "f32", F: "f64", v: "v128" };

/** Defines consecutive opcodes: `signature` is operands ">" results, one letter a type; "-" leaves a hole. */
function define(
  prefix: 0 | 0xfc | 0xfd,
  firstCode: number,
  signature: string,
  names: string,
  immediate: Immediate = "none",
): void {
  const [params = "", results = ""] = signature.split(">");
  names.trim().split(/\s+/).forEach((name, index) => {
    if (name === "-") return;
    table.set(name, {
      name,
      prefix,
      code: firstCode + index,
      params: [...params].map((letter) => LETTER[letter]!),
      result: LETTER[results] ?? null,
      immediate,
    });
  });
}
const plain = (code: number, signature: string, names: string, immediate: Immediate = "none") =>
  define(0, code, signature, names, immediate);
const simd = (code: number, signature: string, names: string, immediate: Immediate = "none") =>
  define(0xfd, code, signature, names, immediate);

// memory
plain(0x28, "i>i", "i32.load", "memory");
plain(0x29, "i>I", "i64.load", "memory");
plain(0x2a, "i>f", "f32.load", "memory");
plain(0x2b, "i>F", "f64.load", "memory");
plain(0x2c, "i>i", "i32.load8_s i32.load8_u i32.load16_s i32.load16_u", "memory");
plain(0x30, "i>I", "i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u", "memory");
plain(0x36, "ii>", "i32.store", "memory");
plain(0x37, "iI>", "i64.store", "memory");
plain(0x38, "if>", "f32.store", "memory");
plain(0x39, "iF>", "f64.store", "memory");
plain(0x3a, "ii>", "i32.store8 i32.store16", "memory");
plain(0x3c, "iI>", "i64.store8 i64.store16 i64.store32", "memory");
// comparisons
plain(0x45, "i>i", "i32.eqz");
plain(
  0x46,
  "ii>i",
  "i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u",
);
plain(0x50, "I>i", "i64.eqz");
plain(
  0x51,
  "II>i",
  "i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u",
);
plain(0x5b, "ff>i", "f32.eq f32.ne f32.lt f32.gt f32.le f32.ge");
plain(0x61, "FF>i", "f64.eq f64.ne f64.lt f64.gt f64.le f64.ge");
// integer arithmetic
plain(0x67, "i>i", "i32.clz i32.ctz i32.popcnt");
plain(
  0x6a,
  "ii>i",
  `i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor
   i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr`,
);
plain(0x79, "I>I", "i64.clz i64.ctz i64.popcnt");
plain(
  0x7c,
  "II>I",
  `i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u i64.and i64.or i64.xor
   i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr`,
);
// floating-point arithmetic
plain(0x8b, "f>f", "f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt");
plain(0x92, "ff>f", "f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign");
plain(0x99, "F>F", "f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt");
plain(0xa0, "FF>F", "f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign");
// conversions
plain(0xa7, "I>i", "i32.wrap_i64");
plain(0xac, "i>I", "i64.extend_i32_s i64.extend_i32_u");
plain(0xb2, "i>f", "f32.convert_i32_s f32.convert_i32_u");
plain(0xb4, "I>f", "f32.convert_i64_s f32.convert_i64_u");
plain(0xb6, "F>f", "f32.demote_f64");
plain(0xb7, "i>F", "f64.convert_i32_s f64.convert_i32_u");
plain(0xb9, "I>F", "f64.convert_i64_s f64.convert_i64_u");
plain(0xbb, "f>F", "f64.promote_f32");
plain(0xbc, "f>i", "i32.reinterpret_f32");
plain(0xbd, "F>I", "i64.reinterpret_f64");
plain(0xbe, "i>f", "f32.reinterpret_i32");
plain(0xbf, "I>F", "f64.reinterpret_i64");
plain(0xc0, "i>i", "i32.extend8_s i32.extend16_s");
plain(0xc2, "I>I", "i64.extend8_s i64.extend16_s i64.extend32_s");
define(0xfc, 0, "f>i", "i32.trunc_sat_f32_s i32.trunc_sat_f32_u");
define(0xfc, 2, "F>i", "i32.trunc_sat_f64_s i32.trunc_sat_f64_u");
define(0xfc, 4, "f>I", "i64.trunc_sat_f32_s i64.trunc_sat_f32_u");
define(0xfc, 6, "F>I", "i64.trunc_sat_f64_s i64.trunc_sat_f64_u");
// vector memory
simd(
  0,
  "i>v",
  `v128.load v128.load8x8_s v128.load8x8_u v128.load16x4_s v128.load16x4_u v128.load32x2_s v128.load32x2_u
   v128.load8_splat v128.load16_splat v128.load32_splat v128.load64_splat`,
  "memory",
);
simd(11, "iv>", "v128.store", "memory");
simd(84, "iv>v", "v128.load8_lane v128.load16_lane v128.load32_lane v128.load64_lane", "memory+lane");
simd(88, "iv>", "v128.store8_lane v128.store16_lane v128.store32_lane v128.store64_lane", "memory+lane");
simd(92, "i>v", "v128.load32_zero v128.load64_zero", "memory");
// lanes
simd(13, "vv>v", "i8x16.shuffle", "shuffle");
simd(14, "vv>v", "i8x16.swizzle");
simd(15, "i>v", "i8x16.splat i16x8.splat i32x4.splat");
simd(18, "I>v", "i64x2.splat");
simd(19, "f>v", "f32x4.splat");
simd(20, "F>v", "f64x2.splat");
simd(21, "v>i", "i8x16.extract_lane_s i8x16.extract_lane_u", "lane");
simd(23, "vi>v", "i8x16.replace_lane", "lane");
simd(24, "v>i", "i16x8.extract_lane_s i16x8.extract_lane_u", "lane");
simd(26, "vi>v", "i16x8.replace_lane", "lane");
simd(27, "v>i", "i32x4.extract_lane", "lane");
simd(28, "vi>v", "i32x4.replace_lane", "lane");
simd(29, "v>I", "i64x2.extract_lane", "lane");
simd(30, "vI>v", "i64x2.replace_lane", "lane");
simd(31, "v>f", "f32x4.extract_lane", "lane");
simd(32, "vf>v", "f32x4.replace_lane", "lane");
simd(33, "v>F", "f64x2.extract_lane", "lane");
simd(34, "vF>v", "f64x2.replace_lane", "lane");
// vector comparisons
for (const [first, shape] of [[35, "i8x16"], [45, "i16x8"], [55, "i32x4"]] as const) {
  const ops = ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
  simd(first, "vv>v", ops.map((op) => `${shape}.${op}`).join(" "));
}
for (const [first, shape] of [[65, "f32x4"], [71, "f64x2"]] as const) {
  simd(first, "vv>v", ["eq", "ne", "lt", "gt", "le", "ge"].map((op) => `${shape}.${op}`).join(" "));
}
simd(214, "vv>v", "i64x2.eq i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s");
// bits
simd(77, "v>v", "v128.not");
simd(78, "vv>v", "v128.and v128.andnot v128.or v128.xor");
simd(82, "vvv>v", "v128.bitselect");
simd(83, "v>i", "v128.any_true");
simd(94, "v>v", "f32x4.demote_f64x2_zero f64x2.promote_low_f32x4");
// integer vectors
simd(96, "v>v", "i8x16.abs i8x16.neg i8x16.popcnt");
simd(99, "v>i", "i8x16.all_true i8x16.bitmask");
simd(101, "vv>v", "i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u");
simd(103, "v>v", "f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest");
simd(107, "vi>v", "i8x16.shl i8x16.shr_s i8x16.shr_u");
simd(
  110,
  "vv>v",
  "i8x16.add i8x16.add_sat_s i8x16.add_sat_u i8x16.sub i8x16.sub_sat_s i8x16.sub_sat_u",
);
simd(116, "v>v", "f64x2.ceil f64x2.floor");
simd(118, "vv>v", "i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u");
simd(122, "v>v", "f64x2.trunc");
simd(123, "vv>v", "i8x16.avgr_u");
simd(
  124,
  "v>v",
  `i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u
   i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u i16x8.abs i16x8.neg`,
);
simd(131, "v>i", "i16x8.all_true i16x8.bitmask");
simd(133, "vv>v", "i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u");
simd(
  135,
  "v>v",
  "i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u",
);
simd(139, "vi>v", "i16x8.shl i16x8.shr_s i16x8.shr_u");
simd(
  142,
  "vv>v",
  "i16x8.add i16x8.add_sat_s i16x8.add_sat_u i16x8.sub i16x8.sub_sat_s i16x8.sub_sat_u",
);
simd(148, "v>v", "f64x2.nearest");
simd(149, "vv>v", "i16x8.mul i16x8.min_s i16x8.min_u i16x8.max_s i16x8.max_u");
simd(
  156,
  "vv>v",
  "i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_s i16x8.extmul_low_i8x16_u i16x8.extmul_high_i8x16_u",
);
simd(160, "v>v", "i32x4.abs i32x4.neg");
simd(163, "v>i", "i32x4.all_true i32x4.bitmask");
simd(
  167,
  "v>v",
  "i32x4.extend_low_i16x8_s i32x4.extend_high_i16x8_s i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_u",
);
simd(171, "vi>v", "i32x4.shl i32x4.shr_s i32x4.shr_u");
simd(174, "vv>v", "i32x4.add - - i32x4.sub - - - i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u");
simd(186, "vv>v", "i32x4.dot_i16x8_s");
simd(
  188,
  "vv>v",
  "i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u",
);
simd(192, "v>v", "i64x2.abs i64x2.neg");
simd(195, "v>i", "i64x2.all_true i64x2.bitmask");
simd(
  199,
  "v>v",
  "i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u i64x2.extend_high_i32x4_u",
);
simd(203, "vi>v", "i64x2.shl i64x2.shr_s i64x2.shr_u");
simd(206, "vv>v", "i64x2.add - - i64x2.sub - - - i64x2.mul");
simd(
  220,
  "vv>v",
  "i64x2.extmul_low_i32x4_s i64x2.extmul_high_i32x4_s i64x2.extmul_low_i32x4_u i64x2.extmul_high_i32x4_u",
);
// floating-point vectors
simd(224, "v>v", "f32x4.abs f32x4.neg - f32x4.sqrt");
simd(228, "vv>v", "f32x4.add f32x4.sub f32x4.mul f32x4.div f32x4.min f32x4.max f32x4.pmin f32x4.pmax");
simd(236, "v>v", "f64x2.abs f64x2.neg - f64x2.sqrt");
simd(240, "vv>v", "f64x2.add f64x2.sub f64x2.mul f64x2.div f64x2.min f64x2.max f64x2.pmin f64x2.pmax");
simd(
  248,
  "v>v",
  `i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u
   i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u`,
);
// relaxed
simd(0x100, "vv>v", "i8x16.relaxed_swizzle");
simd(0x101, "v>v", "i32x4.relaxed_trunc_f32x4_s - i32x4.relaxed_trunc_f64x2_s_zero");
simd(0x109, "vvv>v", "i8x16.relaxed_laneselect");
simd(0x105, "vvv>v", "f32x4.relaxed_madd f32x4.relaxed_nmadd f64x2.relaxed_madd f64x2.relaxed_nmadd");

/** The instruction of that name. Throws for a name that the table does not hold: a bug in the emitter. */
export function opcode(name: string): Opcode {
  const found = table.get(name);
  if (found === undefined) throw new Error(`no WebAssembly instruction named ${name} in the table`);
  return found;
}
