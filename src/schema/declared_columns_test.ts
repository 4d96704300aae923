import assert from "node:assert/strict";
import { globMatcher } from "./bind.ts";
import { declaredColumns } from "./declared_columns.ts";
import type { InputRequest } from "./schema.ts";

function patterns(given: readonly (readonly [pattern: string, width: number])[]): InputRequest[] {
  return given.map(([pattern, width], i) => ({
    input: `x${i}`,
    dtype: "f32",
    width,
    isScalar: false,
    nulls: { kind: "error" },
    selection: { kind: "pattern", pattern },
  }));
}

Deno.test("declaredColumns() promises one name for a pattern without a sign, however wide the input", () => {
  assert.deepEqual(declaredColumns(patterns([["pixel", 784]])), ["pixel"]);
});

Deno.test("declaredColumns() promises as many names as each pattern is wide, in whichever order they are declared", () => {
  const given = [["*", 5], ["p*", 2], ["pa?", 1], ["?", 1], ["*b*", 2]] as const;
  for (const order of [given, given.toReversed()]) {
    const names = declaredColumns(patterns(order));
    for (const [pattern, width] of given) {
      assert.equal(names.filter(globMatcher(pattern)).length, width, `${pattern} of ${names.join(" ")}`);
    }
  }
});
