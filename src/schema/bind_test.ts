import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import type { DType } from "../dtype/mod.ts";
import { SchemaError } from "../errors.ts";
import { bindInputs } from "./bind.ts";
import type { ColumnSelection, ColumnType, InputRequest, Schema } from "./schema.ts";

const PRIMITIVE = (dtype: DType): ColumnType => ({ kind: "primitive", dtype });
const LIST = (dtype: DType, listSize: number): ColumnType => ({ kind: "fixedSizeList", dtype, listSize });

function schema(columns: Readonly<Record<string, ColumnType>>): Schema {
  return { fields: Object.entries(columns).map(([name, type]) => ({ name, type, nullable: false })) };
}

function request(dtype: DType, shape: "N" | number, selection: ColumnSelection): InputRequest {
  const isScalar = shape === "N";
  return { input: "x", dtype, width: isScalar ? 1 : shape, isScalar, selection, nulls: { kind: "error" } };
}

const byName = (name: string): ColumnSelection => ({ kind: "name", name });
const byNames = (...names: string[]): ColumnSelection => ({ kind: "names", names });
const byPattern = (pattern: string): ColumnSelection => ({ kind: "pattern", pattern });

const TABLE = schema({
  id: PRIMITIVE("i64"),
  p2: PRIMITIVE("f32"),
  p10: PRIMITIVE("f32"),
  name: { kind: "other", name: "utf8" },
  p1: PRIMITIVE("f32"),
  vec: LIST("f32", 3),
  m_0: PRIMITIVE("f64"),
  m_1: PRIMITIVE("f64"),
});

function bind(one: InputRequest, table = TABLE) {
  const [binding] = bindInputs([one], table, "t.arrow");
  return { fieldIndices: binding!.fieldIndices, layout: binding!.layout };
}

function refusal(one: InputRequest, code: string, table = TABLE): SchemaError {
  try {
    bind(one, table);
  } catch (error) {
    ok(error instanceof SchemaError, String(error));
    strictEqual(error.code, code, error.message);
    strictEqual(error.exitCode, 3);
    ok(error.help !== null && error.operands.length > 0);
    return error;
  }
  throw new Error(`bound, not refused with ${code}`);
}

Deno.test("bindInputs() takes one column by its name, plain or a list of the declared width", () => {
  deepStrictEqual(bind(request("i64", "N", byName("id"))), { fieldIndices: [0], layout: "row" });
  deepStrictEqual(bind(request("i64", 1, byName("id"))), { fieldIndices: [0], layout: "row" });
  deepStrictEqual(bind(request("f32", 3, byName("vec"))), { fieldIndices: [5], layout: "row" });
});

Deno.test("bindInputs() says how lists of any size become a matrix, at the place of the declaration", () => {
  const table = schema({ vec: { kind: "other", name: "list<float32>" } });
  const place = { file: "/pipelines/x.ts", line: 5, column: 11 };
  const error = refusal({ ...request("f32", 3, byName("vec")), place }, "SCH005", table);
  deepStrictEqual(error.place, place);
  match(error.help!, /^where all rows have 3 elements, write a FixedSizeList of 3 .*list_\(type, 3\)$/);
});

Deno.test("bindInputs() takes columns by a list in its order, by a pattern in the file's order", () => {
  deepStrictEqual(bind(request("f32", 2, byNames("p1", "p2"))), { fieldIndices: [4, 1], layout: "column" });
  deepStrictEqual(bind(request("f32", 3, byPattern("p*"))), { fieldIndices: [1, 2, 4], layout: "column" });
  deepStrictEqual(bind(request("f32", 2, byPattern("p?"))), { fieldIndices: [1, 4], layout: "column" });
  deepStrictEqual(bind(request("f32", 1, byPattern("*10"))), { fieldIndices: [2], layout: "row" });
});

Deno.test("bindInputs() patterns: stars anywhere, none, and no regular expression in a name", () => {
  const table = schema(Object.fromEntries(
    ["a.b", "axb", "ab", "a*b", "[x]", "été1"].map((name) => [name, PRIMITIVE("f32")]),
  ));
  const indices = (pattern: string, k: number) =>
    bind(request("f32", k, byPattern(pattern)), table).fieldIndices;
  deepStrictEqual(indices("a.b", 1), [0]);
  deepStrictEqual(indices("a*b", 4), [0, 1, 2, 3]);
  deepStrictEqual(indices("a?b", 3), [0, 1, 3]);
  deepStrictEqual(indices("[x]", 1), [4]);
  deepStrictEqual(indices("?t?1", 1), [5]);
  deepStrictEqual(indices("**", 6), [0, 1, 2, 3, 4, 5]);
  const slow = schema({ ["a".repeat(2000)]: PRIMITIVE("f32") });
  // a search that went back for every star would not end
  refusal(request("f32", 1, byPattern("*a".repeat(40) + "b")), "SCH001", slow);
});

Deno.test("bindInputs() reads name_0 … name_{k-1} where the name itself is missing, as CSV has a matrix", () => {
  deepStrictEqual(bind(request("f64", 2, byName("m"))), { fieldIndices: [6, 7], layout: "column" });
  const text = schema({ m_0: { kind: "text" }, m_1: { kind: "text" } });
  deepStrictEqual(bind(request("i8", 2, byName("m")), text).fieldIndices, [0, 1]);
  refusal(request("f64", 3, byName("m")), "SCH003");
});

Deno.test("bindInputs() parses text to any dtype, and lets two requests read one column", () => {
  const text = schema({ a: { kind: "text" } });
  for (const dtype of ["bool", "u64", "f32"] as const) {
    deepStrictEqual(bind(request(dtype, "N", byName("a")), text).fieldIndices, [0]);
  }
  const bindings = bindInputs(
    [request("f32", 3, byName("vec")), request("f32", 3, byName("vec"))],
    TABLE,
    "t.arrow",
  );
  deepStrictEqual(bindings.map(({ fieldIndices }) => fieldIndices), [[5], [5]]);
});

Deno.test("bindInputs() names the delimiter where a text's header is one field with the column's name in it", () => {
  const help = (header: string, name = "x") =>
    refusal(request("f32", "N", byName(name)), "SCH001", schema({ [header]: { kind: "text" } })).help;
  strictEqual(
    help("id;x;y"),
    "the header is one field with 3 names: give the delimiter, --delimiter semicolon",
  );
  ok(help('"id", "x"')!.endsWith("--delimiter comma"));
  ok(help("id\tx")!.endsWith("--delimiter tab"));
  ok(help("x|id")!.endsWith("--delimiter pipe"));
  ok(!help("id;y")!.includes("--delimiter"));
  const arrow = schema({ "id;x": PRIMITIVE("f32") });
  ok(!refusal(request("f32", "N", byName("x")), "SCH001", arrow).help!.includes("--delimiter"));
});

Deno.test("bindInputs() calls the input of - what all other refusals call it", () => {
  throws(() => bindInputs([request("f32", "N", byName("nmae"))], TABLE, "-"), /stdin has no column/);
});

Deno.test("bindInputs() tells that the column of a folder name=value comes with the folder above", () => {
  const helpFor = (path: string, name = "dt") => {
    try {
      bindInputs([request("f32", "N", byName(name))], TABLE, path);
    } catch (error) {
      return (error as SchemaError).help!;
    }
    throw new Error("bound");
  };
  const advises = (folder: string) =>
    `the folder dt=2024 gives it where a folder above is the input: -i ${folder}`;
  strictEqual(helpFor("table/dt=2024/a.parquet"), advises("table"));
  strictEqual(helpFor("/data/t/region=eu/dt=2024/a.parquet"), advises("/data/t"));
  strictEqual(helpFor("dt=2024/a.parquet"), advises("."));
  strictEqual(helpFor("/dt=2024/a.parquet"), advises("/"));
  for (const path of ["table/dt=2024", "table/day=2024/a.parquet", "https://x.org/dt=2024/a.parquet"]) {
    ok(!helpFor(path).includes("folder"), path);
  }
});

Deno.test("bindInputs() refuses a missing column and lists the nearest", () => {
  const error = refusal(request("f32", "N", byName("nmae")), "SCH001");
  strictEqual(error.message, 't.arrow has no column "nmae"');
  ok(error.notes[0]!.startsWith('the nearest of its 8 columns: "name",'), error.notes[0]);
  ok(refusal(request("f32", 2, byPattern("q*")), "SCH001").message.includes('matches "q*"'));
  refusal(request("f32", 2, byNames("p1", "P2")), "SCH001");
  strictEqual(
    refusal(request("f32", "N", byName("x")), "SCH001", schema({})).notes[0],
    "the table has no columns",
  );
});

Deno.test("bindInputs() refuses another dtype, naming both, with a help that binds when applied", () => {
  const error = refusal(request("f32", "N", byName("id")), "SCH002");
  deepStrictEqual(error.operands, ["input x  f32 (N)", "column id  i64"]);
  strictEqual(error.help, 'declare the input as "i64" and write .astype("f32") to compute in f32');
  bind(request("i64", "N", byName("id")));
});

Deno.test("bindInputs() refuses another width, naming both, with a help that binds when applied", () => {
  strictEqual(refusal(request("f32", 4, byName("vec")), "SCH003").help, "declare the shape (N, 3)");
  bind(request("f32", 3, byName("vec")));
  strictEqual(refusal(request("f32", "N", byName("vec")), "SCH003").help, "declare the shape (N, 3)");
  refusal(request("i64", 2, byName("id")), "SCH003");
  const error = refusal(request("f32", 2, byPattern("p*")), "SCH003");
  strictEqual(error.message, 'input "x" is declared with 2 elements a row, but "p*" are 3 columns');
  ok(error.help!.startsWith("declare the shape (N, 3)"));
  refusal(request("f32", "N", byNames("p1", "p2")), "SCH003");
  refusal(request("f32", 2, byNames("p1", "vec")), "SCH003");
  const one = schema({ v: LIST("f32", 1) });
  deepStrictEqual(bind(request("f32", 1, byName("v")), one).fieldIndices, [0]);
  refusal(request("f32", "N", byName("v")), "SCH003", one);
});

Deno.test("bindInputs() refuses what is not computed with, and a name that two columns have", () => {
  strictEqual(
    refusal(request("f32", "N", byName("name")), "SCH005").message,
    'column "name" is utf8, which is not computed with',
  );
  const twice = {
    fields: [...schema({ a: PRIMITIVE("f32") }).fields, ...schema({ a: PRIMITIVE("i8") }).fields],
  };
  strictEqual(
    refusal(request("f32", "N", byName("a")), "SCH006", twice).message,
    't.arrow has 2 columns named "a"',
  );
});
