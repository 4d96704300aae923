/** Files of Arrow 0.14, whose footers say another version than their messages. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { tableFromIPC } from "@uwdata/flechette";
import { openArrowSource } from "./mod.ts";

const PATH = new URL("../../../testdata/arrow_testing/decimal_0.14.1.arrow", import.meta.url).pathname;

Deno.test("openArrowSource() takes a footer of metadata V1 by its messages", () => {
  const source = openArrowSource(PATH), { schema } = source.info, numRows = source.countRows();
  source.close();
  const expected = tableFromIPC(Deno.readFileSync(PATH));
  strictEqual(numRows, expected.numRows);
  deepStrictEqual(schema.fields.map(({ name }) => name), expected.names);
});
