import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { DTYPE, type DType, DTYPES } from "../dtype/mod.ts";
import type { ErrorCode } from "../error_codes.ts";
import { NdpipeError } from "../errors.ts";
import type { Shape } from "../shape/mod.ts";
import { checkParamShape } from "./param_value.ts";
import { type DeclaredParam, loadParams, type ParamSources } from "./params.ts";

const TESTDATA = new URL("../../testdata/", import.meta.url).pathname;

function declare(
  name: string,
  dtype: DType,
  shape: Shape,
  rest: { readonly value?: unknown; readonly finite?: boolean } = {},
): DeclaredParam {
  return { name, dtype, shape, finite: true, ...rest };
}

function load(
  declarations: readonly DeclaredParam[],
  file: string | null = null,
  assignments: Readonly<Record<string, string>> = {},
) {
  return loadParams(
    declarations,
    { file, assignments: new Map(Object.entries(assignments)) } satisfies ParamSources,
  );
}

async function refusal(code: ErrorCode, call: () => Promise<unknown>): Promise<NdpipeError> {
  let refused: NdpipeError | undefined;
  await rejects(call, (error) => {
    ok(error instanceof NdpipeError, String(error));
    strictEqual(error.code, code, error.message);
    refused = error;
    return true;
  });
  return refused!;
}

/** Runs with a file of the given name and content in a folder that goes away. */
async function withFile<T>(
  name: string,
  content: string | Uint8Array,
  call: (path: string) => Promise<T>,
): Promise<T> {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/${name}`;
    Deno.writeFileSync(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    return await call(path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
const withJson = <T>(content: string, call: (path: string) => Promise<T>) =>
  withFile("params.json", content, call);

Deno.test("loadParams() takes the command line before the file before the declaration", async () => {
  const declarations = ["a", "b", "c"].map((name) => declare(name, "f64", [], { value: 1 }));
  await withJson('{"b": 2, "c": 2, "extra": 5}', async (path) => {
    const { values, origins, ignored } = await load(declarations, path, { c: "3" });
    deepStrictEqual([...values].map(([name, { data }]) => [name, data[0]]), [["a", 1], ["b", 2], ["c", 3]]);
    deepStrictEqual([...origins.values()], ["its declaration", path, "--param c"]);
    deepStrictEqual(ignored, ["extra"]);
  });
});

Deno.test("loadParams() refuses a JSON file that has a key twice, however it is spelt", async () => {
  const declarations = ["a", "b"].map((name) => declare(name, "f64", [2]));
  for (
    const content of ['{"a": [1, 2], "b": [1, 2], "a": [3, 4]}', '{"a":[1,2],"b":[1,2],"\\u0061" : [1,2]}']
  ) {
    await withJson(content, async (path) => {
      match((await refusal("PAR006", () => load(declarations, path))).message, /has the key "a" twice$/);
    });
  }
  await withJson('{"a": [1, 2], "b": [1, 2], "c\\"": ["a", "a"], "d": {"e": 1, "f": "e"}}', async (path) => {
    deepStrictEqual((await load(declarations, path)).ignored, ['c"', "d"]);
  });
});

Deno.test("loadParams() reads .npz entries by name and leaves others unread", async () => {
  const declarations = [
    declare("float32", "f32", [2, 3, "feature=4"]),
    declare("float16", "f32", [2, 3, 4], { finite: false }),
    declare("int64", "i64", [2, 3, 4]),
    declare("bool", "bool", [2, 3, 4]),
  ];
  const { values, ignored } = await load(declarations, `${TESTDATA}npy/deflated.npz`);
  deepStrictEqual([...values.keys()], ["float32", "float16", "int64", "bool"]);
  deepStrictEqual(values.get("float32")!.shape, [2, 3, 4]);
  strictEqual(values.get("float32")!.data[1], (1 - 12) / 8);
  strictEqual(values.get("int64")!.data[23], -(2n ** 63n) + 23n);
  deepStrictEqual([...values.get("bool")!.data].slice(0, 3), [0, 1, 0]);
  ok(ignored.includes("float64") && !ignored.includes("bool"));
  // an entry that nothing asks for may hold anything
  const refused = await load([declare("x", "f64", [], { value: 0 })], `${TESTDATA}npy/refused.npz`);
  strictEqual(refused.ignored.length, 8);
});

Deno.test("loadParams() reads an .npy file for the only param", async () => {
  const path = `${TESTDATA}npy/version_1.npy`;
  const { values } = await load([declare("x", "f64", [5], { finite: false })], path);
  ok(Object.is(values.get("x")!.data[1], -0));
  const two = [declare("x", "f64", [5]), declare("y", "f64", [5])];
  match((await refusal("PAR006", () => load(two, path))).help!, /savez/);
  await refusal("PAR006", () => load([], path));
});

Deno.test("loadParams() reads columns of an Arrow file, a FixedSizeList being two axes", async () => {
  const expected = JSON.parse(Deno.readTextFileSync(`${TESTDATA}arrow/expected.json`));
  const path = `${TESTDATA}arrow/pyarrow_numbers.arrow`, lists = `${TESTDATA}arrow/pyarrow_lists.arrow`;
  const { values } = await load(DTYPES.map((dtype) => declare(dtype, dtype, [7])), path);
  for (const dtype of DTYPES) {
    const { data } = values.get(dtype)!;
    ok(data instanceof DTYPE[dtype].TypedArray);
    deepStrictEqual([...data].map(Number), expected["pyarrow_numbers.arrow"].columns[dtype].map(Number));
  }
  const matrix = declare("list", "f32", [7, "k=3"]);
  const list = (await load([matrix], lists)).values.get("list")!;
  deepStrictEqual(list.shape, [7, 3]);
  deepStrictEqual([...list.data], expected["pyarrow_lists.arrow"].columns.list.flat());
  match((await refusal("PAR002", () => load([{ ...matrix, shape: [3, 7] }], lists))).help!, /list\.T/);
  // a param declares no nulls: the table is what can be mended
  const nulls = await refusal("PAR003", () => load([{ ...matrix, name: "list_nulls", dtype: "f64" }], lists));
  match(nulls.message, /^param list_nulls: column list_nulls of .*pyarrow_lists.arrow holds a null$/);
  match(nulls.notes.join(), /row \d+, counted from 0/);
  match(nulls.help!, /finite: false/);
  match((await refusal("PAR002", () => load([declare("f32", "f32", [8])], path))).message, /\(8\).*\(7\)/);
  match((await refusal("PAR003", () => load([declare("f64", "f32", [7])], path))).help!, /float32/);
});

Deno.test("loadParams() reads JSON numbers of every dtype, integers exactly", async () => {
  for (const dtype of DTYPES) {
    const { range, isBigInt, kind } = DTYPE[dtype];
    const texts = kind === "b"
      ? ["true", "false"]
      : range === null
      ? ["-0.5", "1e3"]
      : [`${range[0]}`, `${range[1]}`];
    const wanted = kind === "b"
      ? [1, 0]
      : range === null
      ? [-0.5, 1000]
      : range.map((value) => isBigInt ? value : Number(value));
    await withJson(`{"x": [[${texts.join("], [")}]]}`, async (path) => {
      const { values } = await load([declare("x", dtype, [2, 1])], path);
      deepStrictEqual(values.get("x"), { dtype, shape: [2, 1], data: values.get("x")!.data });
      deepStrictEqual([...values.get("x")!.data], wanted);
    });
    if (range === null) continue;
    for (const bad of [range[0] - 1n, range[1] + 1n, "0.5", "true", "1e30"]) {
      const error = await refusal("PAR003", () => load([declare("x", dtype, [])], null, { x: String(bad) }));
      match(error.notes.join(), new RegExp(String(range[1])));
    }
  }
  await refusal("PAR003", () => load([declare("x", "bool", [])], null, { x: "1" }));
  await refusal("PAR003", () => load([declare("x", "f32", [])], null, { x: "1e39" }));
  strictEqual(
    (await load([declare("x", "f32", [])], null, { x: "0.1" })).values.get("x")!.data[0],
    Math.fround(0.1),
  );
});

Deno.test("loadParams() refuses words in JSON, with the way out", async () => {
  for (const word of ['"NaN"', '"inf"', "null", '"abc"', "{}"]) {
    await withJson(`{"x": [1, ${word}]}`, async (path) => {
      const error = await refusal("PAR003", () => load([declare("x", "f32", [2], { finite: false })], path));
      match(error.notes.join(), /index \(1\)/);
      match(error.help!, word === "{}" ? /nested lists/ : word === '"abc"' ? /^write numbers/ : /npz/);
    });
  }
  for (const text of ["[1", "NaN", "", "[1,]"]) {
    await refusal("USE002", () => load([declare("x", "f32", [])], null, { x: text }));
  }
});

Deno.test("loadParams() refuses another shape and says how the same elements would fit", async () => {
  const cases: [Shape, string, RegExp][] = [
    [["feature=3", 2], "[[1,2,3],[4,5,6]]", /x\.T/],
    [[3], "[[1,2,3]]", /x\.reshape\(3\)/],
    [["a=1", 3], "[1,2,3]", /x\.reshape\(1, 3\)/],
    [[4], "[1,2,3]", /shape \(4\).*shape \[3\]/],
    [[], "[]", /^write one number, without brackets$/],
    [[2, 2], "5", /shape \(2, 2\)/],
  ];
  for (const [shape, value, help] of cases) {
    const error = await refusal("PAR002", () => load([declare("x", "f64", shape)], null, { x: value }));
    match(error.help!, help);
    match(error.operands.join(), /declared {2}x f64/);
  }
  for (const ragged of ["[[1,2],[3]]", "[[1,2],[3,4,5]]", "[[1,2],3]"]) {
    // whatever is declared: lists of unequal lengths have no shape that could differ
    for (const shape of [[2, 2], [8]]) {
      const error = await refusal("PAR002", () => load([declare("x", "f64", shape)], null, { x: ragged }));
      match(error.message, /have unequal lengths$/);
    }
  }
  await refusal("PAR003", () => load([declare("x", "f64", [2, 2])], null, { x: "[[1,2],[3,[4]]]" }));
  for (const other of ['{"a":1}', '"warm"', "[1,[2]]", '[1,"warm"]']) {
    const error = await refusal("PAR003", () => load([declare("x", "f64", [2])], null, { x: other }));
    match(
      error.help!,
      /^(a value is a number, true, false, or nested lists of these|write numbers that f64 holds)/,
    );
  }
  const quoted = await refusal("PAR003", () => load([declare("x", "f64", [2])], null, { x: '["1.5",2]' }));
  strictEqual(quoted.help, "write the number without quotes: 1.5");
  for (const word of ['"NaN"', '"-Infinity"', "null"]) {
    const error = await refusal("PAR003", () => load([declare("x", "f64", [1])], null, { x: `[${word}]` }));
    strictEqual(error.help, "JSON has no NaN and no infinity: give such params in an .npz file");
  }
});

Deno.test("checkParamShape() says how NumPy makes a scalar of one element", async () => {
  const check = () => checkParamShape(declare("x", "f64", []), [1], "entry x");
  const error = await refusal("PAR002", () => Promise.resolve().then(check));
  strictEqual(error.help, "the elements fit: save x.reshape(())");
});

Deno.test("loadParams() casts arrays only where no value can change", async () => {
  const path = `${TESTDATA}npy/stored.npz`, shape = [2, 3, 4];
  const numpyName = (dtype: DType) => DTYPE[dtype].numpyName;
  for (const from of DTYPES.filter((dtype) => dtype !== "f32")) {
    for (const to of DTYPES) {
      // the same array under its own name: the declaration's name is the entry's
      const param = declare(numpyName(from), to, shape);
      const info = DTYPE[from], target = DTYPE[to];
      const holds = from === to || from === "bool" ||
        (info.range !== null && target.range !== null && target.range[0] <= info.range[0] &&
          target.range[1] >= info.range[1]) ||
        (to === "f64" && info.itemsize < 8) || (to === "f32" && info.kind !== "f" && info.itemsize < 4);
      // 64-bit integers at their borders are no float64 numbers
      if (holds) {
        const { values } = await load([param], path);
        const own = (await load([declare(numpyName(from), from, shape)], path)).values.get(numpyName(from))!;
        deepStrictEqual([...values.get(numpyName(from))!.data].map(Number), [...own.data].map(Number));
      } else {
        const error = await refusal("PAR003", () => load([param], path));
        match(`${error.help} ${error.notes}`, new RegExp(`${target.numpyName}|at index`));
      }
    }
  }
});

Deno.test("loadParams() refuses what is not finite by its first index, unless it is declared so", async () => {
  const value = [[1, 2, 3], [4, NaN, -Infinity]];
  for (const dtype of ["f32", "f64"] as const) {
    const error = await refusal("PAR004", () => load([declare("x", dtype, [2, 3], { value })]));
    match(error.message, /NaN/);
    match(error.notes.join(), /index \(1, 1\), 2 of 6/);
    match(error.help!, /finite: false/);
    const { values } = await load([declare("x", dtype, [2, 3], { value, finite: false })]);
    deepStrictEqual([...values.get("x")!.data], value.flat());
  }
  await refusal("PAR004", () => load([declare("float16", "f32", [2, 3, 4])], `${TESTDATA}npy/stored.npz`));
});

Deno.test("loadParams() takes typed arrays as a declaration's value, in C order and copied", async () => {
  const value = new Float32Array([1, 2, 3, 4]);
  const { values } = await load([declare("x", "f32", [2, "k=2"], { value })]);
  deepStrictEqual(values.get("x"), { dtype: "f32", shape: [2, 2], data: value });
  value[0] = 9;
  strictEqual(values.get("x")!.data[0], 1);
  await refusal("PAR003", () => load([declare("x", "f32", [1], { value: new Float64Array(1) })]));
  await refusal("PAR002", () => load([declare("x", "f32", [2, 2], { value: new Float32Array(3) })]));
  const bools = declare("x", "bool", [2], { value: new Uint8Array([1, 0]) });
  strictEqual((await load([bools])).values.get("x")!.dtype, "bool");
  await refusal("PAR003", () => load([declare("x", "bool", [2], { value: new Uint8Array([1, 2]) })]));
});

Deno.test("loadParams() names what is missing, unknown or unreadable", async () => {
  const weights = declare("weights", "f32", [2]);
  const missing = await refusal("PAR001", () => load([weights]));
  match(missing.notes.join(), /--params/);
  await withJson('{"wieghts": [1, 2]}', async (path) => {
    match((await refusal("PAR001", () => load([weights], path))).notes.join(), /wieghts/);
  });
  const unknown = await refusal("PAR005", () => load([weights], null, { wieghts: "[1, 2]" }));
  match(unknown.help!, /--param weights=/);
  // nothing is near: no name is offered
  for (const name of ["q", "__proto__"]) {
    const far = await refusal("PAR005", () => load([weights], null, { [name]: "1" }));
    strictEqual(far.help, `leave --param ${name} out`);
  }
  await refusal("PAR005", () => load([], null, { x: "1" }));
  for (
    const path of ["params.txt", "params", "no/such.npz", "no/such.json", "no/such.arrow", "no/such.npy"]
  ) {
    match((await refusal("PAR006", () => load([weights], path))).message, new RegExp(path));
  }
  for (const content of ["", "{", "[1]", "3", '{"weights": [1, 2],}']) {
    await withJson(content, (path) => refusal("PAR006", () => load([weights], path)));
  }
  for (const name of ["params.npz", "params.npy", "params.arrow"]) {
    await withFile(name, "id,x\n1,2\n", (path) => refusal("PAR006", () => load([weights], path)));
  }
  const strings = await refusal(
    "PAR006",
    () => load([declare("strings", "f64", [1])], `${TESTDATA}npy/refused.npz`),
  );
  match(strings.message, /strings\.npy of .*refused\.npz/);
});

/** One f32 tensor, as safetensors lays it out. */
function safeTensors(): Uint8Array {
  const header = new TextEncoder().encode('{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}');
  const numbers = new Uint8Array(Float32Array.of(1, 2).buffer);
  const bytes = new Uint8Array(8 + header.byteLength + numbers.byteLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.byteLength), true);
  bytes.set(header, 8);
  bytes.set(numbers, 8 + header.byteLength);
  return bytes;
}

const SHAPE = [2, 3, 4], OF_NPZ = declare("float32", "f32", SHAPE), OF_LIST = declare("x", "f32", [2]);
/** Bytes of each format, and a param that they have. */
const CONTENTS: readonly (readonly [bytes: Uint8Array, param: DeclaredParam])[] = [
  [Deno.readFileSync(`${TESTDATA}npy/stored.npz`), OF_NPZ],
  [Deno.readFileSync(`${TESTDATA}npy/version_1.npy`), declare("x", "f64", [5], { finite: false })],
  [new TextEncoder().encode('\ufeff \n{"x": [1, 2]}'), OF_LIST],
  [safeTensors(), OF_LIST],
];

Deno.test("loadParams() knows by its content a file whose name does not tell the format", async () => {
  const arrow = [
    Deno.readFileSync(`${TESTDATA}arrow/pyarrow_numbers.arrow`),
    declare("f32", "f32", [7]),
  ] as const;
  for (const [bytes, param] of [...CONTENTS, arrow]) {
    for (const name of ["params", "params.bin"]) {
      const { values } = await withFile(name, bytes, (path) => load([param], path));
      deepStrictEqual(values.get(param.name)!.shape, param.shape);
    }
  }
  // a list is JSON, and no params
  await withFile("params", "[1]", async (path) => {
    match((await refusal("PAR006", () => load([OF_LIST], path))).message, /JSON object/);
  });
  for (const content of ["", "x: [1, 2]", "P", "\0\0\0\0"]) {
    await withFile("params.yaml", content, async (path) => {
      const { notes } = await refusal("PAR006", () => load([OF_LIST], path));
      match(notes.join("\n"), /\.safetensors.*\n.*begins with none of these/);
    });
  }
});

Deno.test("loadParams() reads a pipe to its end", { ignore: Deno.build.os === "windows" }, async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const long = new TextEncoder().encode(`{"x": [1, 2]${" ".repeat(200_000)}}`);
    for (const [bytes, param] of [...CONTENTS, [long, OF_LIST] as const]) {
      const path = `${folder}/params`;
      new Deno.Command("mkfifo", { args: [path] }).outputSync();
      const [{ values }] = await Promise.all([load([param], path), Deno.writeFile(path, bytes)]);
      deepStrictEqual(values.get(param.name)!.shape, param.shape);
      Deno.removeSync(path);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("loadParams() keeps names apart from what objects inherit", async () => {
  const names = ["__proto__", "constructor", "toString"];
  await refusal("PAR001", () => withJson("{}", (path) => load([declare("constructor", "f64", [])], path)));
  await withJson('{"__proto__": 1, "constructor": 2, "toString": 3}', async (path) => {
    const { values } = await load(names.map((name) => declare(name, "f64", [])), path);
    deepStrictEqual(names.map((name) => values.get(name)!.data[0]), [1, 2, 3]);
  });
});

Deno.test("loadParams() gives back any array that JSON can write", async () => {
  const matrix = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })).chain((
    [rows, columns],
  ) =>
    fc.array(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
        minLength: columns,
        maxLength: columns,
      }),
      { minLength: rows, maxLength: rows },
    )
  );
  await fc.assert(
    fc.asyncProperty(matrix, async (rows) => {
      // JSON.stringify writes -0 as 0
      const value = rows.map((row) => row.map((element) => element + 0));
      const param = declare("m", "f64", [rows.length, rows[0]!.length]);
      const { values } = await load([param], null, { m: JSON.stringify(value) });
      deepStrictEqual([...values.get("m")!.data], value.flat());
    }),
    { numRuns: 50 },
  );
});
