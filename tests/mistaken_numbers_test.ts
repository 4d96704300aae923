/** Numbers that the dtype beside them takes as infinity: NumPy warns, and computes with that. @module */
import { where } from "../src/expr/mod.ts";
import { checkMistakes, type Mistake } from "./support/mistakes.ts";

const OF_F32 = "which holds -3.4028235e+38 to 3.4028235e+38";
const NUMBERS: readonly Mistake[] = [
  {
    wrong: ({ x }) => x.astype("f32").add(1e300),
    says: `DTY002 1e+300 does not fit f32, ${OF_F32}`,
    help: "write Infinity, or cast the tensor first: .astype('f64')",
    right: [({ x }) => x.astype("f32").astype("f64").add(1e300), [1e300, 1e300]],
  },
  {
    wrong: ({ x }) => x.astype("f32").clip(-1e39, 0),
    says: `DTY002 -1e+39 does not fit f32, ${OF_F32}`,
    help: "write -Infinity, or cast the tensor first: .astype('f64')",
  },
  {
    // NumPy has it as infinity: half way to what would be the next number
    wrong: ({ x }) => where(x.gt(0), x.astype("f32"), 2 ** 128 - 2 ** 103),
    says: `DTY002 3.4028235677973366e+38 does not fit f32, ${OF_F32}`,
    help: "write Infinity, or cast the tensor first: .astype('f64')",
  },
  {
    wrong: ({ x }) => x.astype("f32").fillNan(1e300),
    says: `DTY002 1e+300 does not fit f32, ${OF_F32}`,
    help: "write Infinity, or cast the tensor first: .astype('f64')",
  },
  {
    wrong: ({ x }) => x.astype("f32").nanToNum({ posinf: 1e300 }),
    says: `DTY002 1e+300 does not fit f32, ${OF_F32}`,
    help: "write Infinity, or cast the tensor first: .astype('f64')",
  },
  {
    wrong: ({ x }) => x.astype("f32").isclose(0, { atol: 1e300 }),
    says: `DTY002 1e+300 does not fit f32, ${OF_F32}`,
    help: "write Infinity, or cast the tensor first: .astype('f64')",
  },
  {
    wrong: ({ x }) => x.astype("f32").lt(10n ** 39n),
    says: `DTY002 1000000000000000000000000000000000000000 does not fit f32, ${OF_F32}`,
    help: "write Infinity, or cast the tensor first: .astype('f64')",
  },
  {
    // times a power of ten that is infinite, all would be NaN
    wrong: ({ x }) => x.astype("f32").round(50),
    says: "PIP003 round of f32 takes -38 to 38 decimals, not 50",
    help: "leave .round(...) out: f32 has no more than 7 digits",
  },
  {
    wrong: ({ i }) => i.round(-400),
    says: "PIP003 round of i64 takes -308 to 308 decimals, not -400",
    help: "all would be 0: write fewer, such as .round(-2)",
  },
  {
    wrong: ({ x }) => x.sub(-(10n ** 400n)),
    says: "DTY002 -10000000000000000000… does not fit f64, which holds -1.7976931348623157e+308 to " +
      "1.7976931348623157e+308",
    help: "write -Infinity",
  },
];

Deno.test("a finite number that is infinite in the dtype beside it is refused, where NumPy warns", () =>
  checkMistakes(NUMBERS));
