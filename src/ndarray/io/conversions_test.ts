import { doesNotThrow, strictEqual, throws } from "node:assert/strict";
import * as nd from "../mod.ts";

/** Code whose types nobody checks. */
// deno-lint-ignore no-explicit-any
type Untyped = any;

Deno.test("JSON.stringify() of an array writes its elements as nested lists", () => {
  strictEqual(JSON.stringify(nd.array([[1, 2], [3, 4]])), "[[1,2],[3,4]]");
  strictEqual(
    JSON.stringify({ mean: nd.array(1.5), mask: nd.array([true, false]) }),
    '{"mean":1.5,"mask":[true,false]}',
  );
  strictEqual(JSON.stringify(nd.zeros([0, 2])), "[]");
  strictEqual(JSON.stringify(nd.arange(4).reshape([2, 2]).T), "[[0,2],[1,3]]");
  strictEqual(JSON.stringify(nd.linalg.slogdet(nd.eye(2))), '{"sign":1,"logabsdet":0}');
});

Deno.test("JSON.stringify() of an array writes integers beyond 2^53 with all digits, as JSON lines have them", () => {
  const largest = nd.array([2n ** 64n - 1n, 7n], { dtype: "u64" });
  strictEqual(JSON.stringify(largest), "[18446744073709551615,7]");
  strictEqual(JSON.stringify(nd.array(-(2n ** 63n))), "-9223372036854775808");
});

Deno.test("JSON.stringify() of an array writes null for NaN and infinities, as of any number", () => {
  strictEqual(JSON.stringify(nd.array([NaN, Infinity, -Infinity, -0])), "[null,null,null,0]");
});

Deno.test("structuredClone() of an array is refused: it gave an empty object, and so did postMessage()", () => {
  const teaches = { name: "DataCloneError", message: /toTypedArray\(\)/ };
  throws(() => structuredClone(nd.array([1, 2])), teaches);
  throws(() => structuredClone({ rows: [nd.array([1, 2]).slice("0")] }), teaches);
  const { port1, port2 } = new MessageChannel();
  try {
    throws(() => port1.postMessage(nd.zeros([2])), teaches);
  } finally {
    port1.close();
    port2.close();
  }
});

Deno.test("an array is its text where JavaScript asks for one", () => {
  const a = nd.array([[1.5, 2], [3, 4]]);
  strictEqual(`${a}`, a.toString());
  strictEqual(String(a), a.toString());
  strictEqual([a.slice("0")].join(), "[1.5 2. ]");
  strictEqual(["a", "b", "c"][nd.array([3, 1, 9]).argmax() as Untyped], "c");
});

Deno.test("an array without axes is its element where JavaScript asks for a number, as NumPy's float(a)", () => {
  const total = nd.array([1, 2, 3.5]).sum() as Untyped,
    largest = nd.array(2n ** 63n, { dtype: "u64" }) as Untyped;
  strictEqual(total * 2, 13);
  strictEqual(total + 1, 7.5);
  strictEqual(total > 6, true);
  strictEqual(+total, 6.5);
  strictEqual(Math.max(total, 7), 7);
  strictEqual("total " + total, "total 6.5");
  strictEqual(Number(nd.array(true)), 1);
  strictEqual(BigInt(largest), 2n ** 63n);
  strictEqual(Number(largest), 2 ** 63);
});

Deno.test("JavaScript's operators refuse an array with axes, and say what to write (ARR002)", () => {
  const a = nd.array([1, 2, 3]) as Untyped,
    three = /^JavaScript's operators do not compute with an array of 3 elements$/;
  const operators = [
    () => a * 2,
    () => a + 1,
    () => 1 - a,
    () => +a,
    () => a > 2,
    () => Math.sqrt(a),
    () => "a: " + a,
  ];
  for (const operate of operators) {
    throws(operate, { code: "ARR002", message: three, help: /a\.mul\(2\).*`\$\{a\}`/ });
  }
  throws(() => nd.array([5]) as Untyped + 1, {
    code: "ARR002",
    message: /of 1 element$/,
    help: /a\.item\(\)/,
  });
  throws(() => nd.zeros([0]) as Untyped + 1, { code: "ARR002", message: /of 0 elements$/ });
});

Deno.test("what an array is converted to is refused once it was disposed of (MEM006)", () => {
  const a = nd.array([1]), over = { code: "MEM006" };
  a.dispose();
  throws(() => JSON.stringify(a), over);
  throws(() => `${a}`, over);
  throws(() => +(a as Untyped), over);
  doesNotThrow(() => Deno.inspect(a));
});
