import { ok, strictEqual, throws } from "node:assert/strict";
import { DTYPE, type DType, DTYPES, isDType, isFloat } from "../dtype/mod.ts";
import { ELEMENTWISE, elementwiseDTypes, type ElementwiseOp, isElementwiseOp } from "../expr/primitives.ts";
import numpy from "./numpy_values.json" with { type: "json" };
import { cast, evaluate, type Value } from "./scalar.ts";

/** the values of a line of numpy_values.json */
function parse(line: string, dtype: DType): Value[] {
  const special = new Map([["nan", NaN], ["inf", Infinity], ["-inf", -Infinity]]);
  return line.split(" ").map((text) =>
    DTYPE[dtype].isBigInt ? BigInt(text) : special.get(text) ?? Number(text)
  );
}

/** a float's place in the order of the floats of its dtype */
function rank(value: number, dtype: DType): bigint {
  const bits = dtype === "f32"
    ? BigInt(new Int32Array(new Float32Array([value]).buffer)[0]!)
    : new BigInt64Array(new Float64Array([value]).buffer)[0]!;
  return bits >= 0n ? bits : (dtype === "f32" ? -(1n << 31n) : -(1n << 63n)) - bits;
}

function isWithin(actual: Value, expected: Value, { dtype, ulp }: { dtype: DType; ulp: number }): boolean {
  if (Object.is(actual, expected)) return true;
  if (ulp === 0 || !isFloat(dtype) || typeof actual !== "number" || typeof expected !== "number") {
    return false;
  }
  if (Number.isNaN(actual) || Number.isNaN(expected)) return false;
  const distance = rank(actual, dtype) - rank(expected, dtype);
  return (distance < 0n ? -distance : distance) <= BigInt(ulp);
}

const covered = new Map<ElementwiseOp, Set<string>>();

for (const { op, compute, args, result } of numpy.elementwise) {
  Deno.test(`evaluate() gives NumPy's ${op} of ${compute}`, () => {
    if (!isElementwiseOp(op) || !isDType(compute)) throw new Error(`${op} ${compute}`);
    const dtype = elementwiseDTypes(op, [compute])!.result;
    const operands = args.map((line) => parse(line, compute));
    parse(result, dtype).forEach((expected, i) => {
      const values = operands.map((operand) => operand[i]!);
      const actual = evaluate(op, compute, values);
      const message = `${op}(${values.map(String).join(", ")}) is ${actual}, NumPy says ${expected}`;
      ok(isWithin(actual, expected, { dtype, ulp: ELEMENTWISE[op].ulp }), message);
    });
  });
  if (isElementwiseOp(op)) covered.set(op, (covered.get(op) ?? new Set()).add(compute));
}

Deno.test("evaluate() is compared with NumPy for every primitive and every dtype in which it computes", () => {
  /** what NumPy does not define for bools, or gives as another type; tested below */
  const ownBool = new Set(["floor", "ceil", "trunc", "round"]);
  for (const name of Object.keys(ELEMENTWISE)) {
    if (!isElementwiseOp(name)) continue;
    for (const dtype of DTYPES) {
      const compute = elementwiseDTypes(name, [dtype])?.compute;
      if (compute === undefined || (compute === "bool" && ownBool.has(name))) continue;
      ok(covered.get(name)?.has(compute), `${name} of ${compute} has no case`);
    }
  }
});

for (const { from, to, values, result } of numpy.casts) {
  Deno.test(`cast() gives NumPy's astype from ${from} to ${to}`, () => {
    if (!isDType(from) || !isDType(to)) throw new Error(`${from} ${to}`);
    const operands = parse(values, from);
    parse(result, to).forEach((expected, i) =>
      strictEqual(cast(operands[i]!, from, to), expected, `${operands[i]}`)
    );
  });
}

Deno.test("cast() saturates floats that NumPy leaves undefined, and gives 0 for NaN", () => {
  const floats = [NaN, Infinity, -Infinity, 1e30, -1e30];
  const expected: Partial<Record<DType, readonly Value[]>> = {
    i32: [0, 2147483647, -2147483648, 2147483647, -2147483648],
    u32: [0, 4294967295, 0, 4294967295, 0],
    i64: [0n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n - 1n, -(2n ** 63n)],
    u64: [0n, 2n ** 64n - 1n, 0n, 2n ** 64n - 1n, 0n],
    // as i32, then the low bits
    i8: [0, -1, 0, -1, 0],
    u8: [0, 255, 0, 255, 0],
    i16: [0, -1, 0, -1, 0],
    u16: [0, 65535, 0, 65535, 0],
    bool: [1, 1, 1, 1, 1],
  };
  for (const [to, results] of Object.entries(expected)) {
    floats.forEach((value, i) => {
      if (isDType(to)) {
        for (const from of ["f32", "f64"] as const) strictEqual(cast(value, from, to), results[i], to);
      }
    });
  }
});

Deno.test("evaluate() snaps floorDivide's quotient to the integer that rounding missed, as NumPy does", () => {
  // (a - a mod b) / b is 972.99994 and 1286.9999999999998
  strictEqual(evaluate("floorDivide", "f32", [629.108154296875, 0.6462625861167908]), 973);
  strictEqual(evaluate("floorDivide", "f64", [516.615531388969, 0.4013584362030501]), 1287);
});

Deno.test("evaluate() leaves bools and integers as they are when it rounds", () => {
  for (const op of ["floor", "ceil", "trunc", "round"] as const) {
    for (const value of [0, 1]) strictEqual(evaluate(op, "bool", [value]), value);
    strictEqual(evaluate(op, "i64", [-(2n ** 63n)]), -(2n ** 63n));
  }
});

Deno.test("evaluate() keeps the first of two zeros in minimum and maximum", () => {
  for (const op of ["minimum", "maximum"] as const) {
    strictEqual(evaluate(op, "f64", [0, -0]), 0);
    strictEqual(evaluate(op, "f64", [-0, 0]), -0);
  }
});

Deno.test("evaluate() gives integer powers with negative exponents their integer part", () => {
  for (
    const [base, exponent, power] of [[2, -1, 0], [0, -1, 0], [1, -5, 1], [-1, -5, -1], [-1, -4, 1]] as const
  ) {
    strictEqual(evaluate("pow", "i32", [base, exponent]), power);
  }
});

Deno.test("evaluate() keeps the precision of sigmoid where it is close to zero", () => {
  // exp(-720), a subnormal number
  const actual = evaluate("sigmoid", "f64", [-720]);
  ok(isWithin(actual, Math.exp(-720), { dtype: "f64", ulp: 2 }) && Number(actual) > 0, String(actual));
});

Deno.test("evaluate() refuses a wrong number of operands, and a dtype in which the primitive is not computed", () => {
  throws(() => evaluate("add", "f32", [1]), /add takes 2 operands, not 1/);
  throws(() => evaluate("exp", "i32", [1]), /exp is not computed in i32/);
  throws(() => evaluate("logicalNot", "f32", [1]), /logicalNot is not computed in f32/);
});

Deno.test("evaluate() gives a NaN no sign, whichever its bits say", () => {
  const negative = new Float64Array(new BigInt64Array([-1n]).buffer)[0]!;
  for (const nan of [NaN, negative]) {
    strictEqual(evaluate("signbit", "f64", [nan]), 0);
    strictEqual(evaluate("copysign", "f64", [-3, nan]), 3);
  }
});

Deno.test("elementwiseDTypes() refuses bits of floats and shifts bools as i8", () => {
  strictEqual(elementwiseDTypes("bitwiseAnd", ["i8", "f32"]), null);
  strictEqual(elementwiseDTypes("leftShift", ["f64"]), null);
  strictEqual(elementwiseDTypes("leftShift", ["bool", "bool"])!.result, "i8");
  strictEqual(elementwiseDTypes("invert", ["bool"])!.result, "bool");
});
