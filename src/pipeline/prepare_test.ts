import assert from "node:assert/strict";
import { type ErrorCode } from "../error_codes.ts";
import type { OpenInput } from "../exec/open_input.ts";
import { closePrepared } from "../exec/prepared.ts";
import { settings, writeTable } from "../exec/testing.ts";
import { openArrowSource } from "../source/arrow/mod.ts";
import { FileAccess, type RandomAccess } from "../source/random_access.ts";
import { definePipeline, input, param } from "./define.ts";
import { prepare, type PrepareOptions } from "./prepare.ts";
import { refusalOf } from "../../tests/support/refusal.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-prepare-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const TABLE = `${folder}/table.arrow`;
writeTable(TABLE, [
  { name: "id", dtype: "i64", width: null, value: (row) => row },
  { name: "features", dtype: "f32", width: 8, value: (row, k) => row + k },
], { numRows: 5000, batchRows: 1000 });

const features = input("f32", ["N", "feature=1000"]);
const perCluster = param("f32", ["cluster=10"]);
const INCIDENT = definePipeline({
  name: "incident",
  inputs: { features },
  params: { perCluster },
  // the type check refuses it as well
  // deno-lint-ignore no-explicit-any
  transform: ({ features, perCluster: weights }: any, params: any) => ({
    scored: features.expandDims(-1).mul(weights ?? params.perCluster),
  }),
});
const OUTER = definePipeline({
  name: "outer",
  inputs: { features },
  params: { perCluster },
  transform: ({ features }, { perCluster }) => ({ scored: features.outer(perCluster) }),
});
const SMALL = definePipeline({
  name: "small",
  inputs: { id: input("i64", ["N"]), features: input("f32", ["N", "feature=8"]) },
  params: { scale: param("f32", []) },
  transform: ({ id, features }, { scale }) => ({ id, s: features.mul(scale).sum("feature") }),
});
const SCALE = new Map([["scale", "2"]]);

/** Opens as usual, and counts what is opened and read. */
function counter() {
  const counts = { opened: 0, reads: 0, bytes: 0 };
  const open: OpenInput = (path, sourceIndex) => {
    counts.opened += 1;
    return openArrowSource(path, {
      sourceIndex,
      open: (file) => new CountingAccess(FileAccess.open(file), counts),
    });
  };
  return { counts, open };
}

class CountingAccess implements RandomAccess {
  readonly inner: RandomAccess;
  readonly counts: { reads: number; bytes: number };

  constructor(inner: RandomAccess, counts: { reads: number; bytes: number }) {
    this.inner = inner;
    this.counts = counts;
  }
  get path() {
    return this.inner.path;
  }
  get size() {
    return this.inner.size;
  }
  readInto(view: Uint8Array, position: number): void {
    this.counts.reads += 1;
    this.counts.bytes += view.byteLength;
    this.inner.readInto(view, position);
  }
  close(): void {
    this.inner.close();
  }
}

Deno.test("prepare() opens nothing of a pipeline that it refuses by its declarations", async () => {
  const cases: readonly (readonly [typeof OUTER, Partial<PrepareOptions>, ErrorCode])[] = [
    [INCIDENT, { rows: 5_000_000 }, "SHP003"],
    [OUTER, {}, "PAR001"],
    [OUTER, { mayLackParams: true }, "MEM001"],
    [OUTER, { mayLackParams: true, chunkRows: 20_000 }, "MEM002"],
    [SMALL, { assignments: new Map([["scale", "[1, 2]"]]) }, "PAR002"],
    [SMALL, { assignments: new Map([["scales", "2"]]), mayLackParams: true }, "PAR005"],
    [SMALL, { assignments: SCALE, memoryBytes: 1_000_000 }, "MEM001"],
  ];
  for (const [pipeline, given, code] of cases) {
    const { counts, open } = counter();
    const error = await refusalOf(
      prepare(pipeline, { ...settings(), inputs: [TABLE], openInput: open, ...given }),
    );
    assert.equal(error.code, code, error.message);
    assert.deepEqual(counts, { opened: 0, reads: 0, bytes: 0 });
  }
});

Deno.test("prepare() reads metadata only of a pipeline that it proves", async () => {
  const { counts, open } = counter();
  const prepared = await prepare(SMALL, {
    ...settings(),
    inputs: [TABLE],
    openInput: open,
    assignments: SCALE,
  });
  assert.equal(prepared.numRows, 5000);
  assert.equal(counts.opened, 1);
  // a footer and five messages, of 5000 rows with 40 bytes each
  assert.ok(counts.bytes > 0 && counts.bytes < 10_000, `${counts.bytes} bytes`);
});

Deno.test("prepare() refuses an output that no step made at the place of the declaration", async () => {
  const pipeline = definePipeline({
    name: "param",
    inputs: { features },
    params: { perCluster },
    transform: (_, { perCluster }) => ({ perCluster }),
  });
  const place = { file: "/pipelines/param.ts", line: 3, column: 16 };
  Object.defineProperty(pipeline, "declarationPlace", { value: place });
  const error = await refusalOf(prepare(pipeline, settings()));
  assert.deepEqual([error.code, error.place], ["STR002", place]);
});

Deno.test("prepare() says the whole size of a refused growth where the rows are known", async () => {
  const error = await refusalOf(prepare(INCIDENT, settings({ rows: 5_000_000 })));
  assert.match(error.notes.join("\n"), /2\.44 GiB per chunk of 65,536 rows; 186\.3 GiB at N = 5,000,000$/);
  assert.ok(error.operands.some((operand) => operand.startsWith("features")));
  assert.equal(error.exitCode, 3);
  const unknown = await refusalOf(prepare(INCIDENT, settings()));
  assert.doesNotMatch(unknown.notes.join("\n"), /at N =/);
});

Deno.test("prepare() refuses the explicit outer product with its top consumers, and its help works", async () => {
  const options = { ...settings(), mayLackParams: true };
  const error = await refusalOf(prepare(OUTER, options));
  assert.equal(error.exitCode, 4);
  assert.match(error.operands[0] ?? "", /^output record batch +2\.44 GiB/);
  const batchRows = Number(/--batch-rows (\d+)/.exec(error.help ?? "")?.[1]);
  const prepared = await prepare(OUTER, { ...options, batchRows });
  assert.ok(prepared.memory.peakBytes <= 512 * 1024 ** 2);
  assert.ok(prepared.memory.chunkRows * 10_000 <= 1e8);
});

Deno.test("prepare() advises a budget that suffices at once, though the inputs are not opened yet", async () => {
  const columns = [{ name: "x", dtype: "f64", width: null, value: (row: number) => row / 8 }] as const;
  const double = definePipeline({
    name: "double",
    inputs: { x: input("f64", ["N"]) },
    transform: ({ x }) => ({ y: x.mul(2) }),
  });
  for (const ending of ["csv", "arrow", "arrows"]) {
    const path = `${folder}/advice.${ending}`;
    writeTable(path, columns, { numRows: 100_000, batchRows: 65_536 });
    const options = { ...settings(), inputs: [path] };
    const error = await refusalOf(prepare(double, { ...options, memoryBytes: 50 * 1024 ** 2 }));
    assert.equal(error.code, "MEM001");
    assert.ok(error.notes.some((note) => note.endsWith("for reading the inputs, which are not opened yet")));
    const advised = Number(/--memory (\d+)MiB/.exec(error.help ?? "")?.[1]) * 1024 ** 2;
    const prepared = await prepare(double, { ...options, memoryBytes: advised });
    closePrepared(prepared);
    assert.ok(prepared.memory.peakBytes <= advised);
  }
});

Deno.test("prepare() goes without values of params only where it may, and checks those that are given", async () => {
  assert.equal((await prepare(SMALL, { ...settings(), mayLackParams: true })).params, null);
  assert.equal((await refusalOf(prepare(SMALL, settings()))).code, "PAR001");
  const file = `${folder}/params.json`;
  Deno.writeTextFileSync(file, '{ "other": 1 }');
  const error = await refusalOf(prepare(SMALL, { ...settings(), params: file, mayLackParams: true }));
  assert.equal(error.code, "PAR001");
});

Deno.test("prepare() refuses inputs that differ in what the pipeline reads, naming both", async () => {
  const other = `${folder}/other.arrow`;
  writeTable(other, [
    { name: "id", dtype: "i64", width: null, value: (row) => row },
    { name: "features", dtype: "f64", width: 8, value: (row) => row },
  ], { numRows: 10, batchRows: 10 });
  const error = await refusalOf(
    prepare(SMALL, { ...settings(), inputs: [TABLE, other], assignments: SCALE }),
  );
  assert.equal(error.code, "SCH004");
  assert.ok(error.message.includes(TABLE) && error.message.includes(other));
  assert.match(error.notes.join("\n"), /f64/);
  const first = await refusalOf(
    prepare(SMALL, { ...settings(), inputs: [other, TABLE], assignments: SCALE }),
  );
  assert.equal(first.code, "SCH002");
});

Deno.test("prepare() takes the largest slots of inputs in different formats", async () => {
  const csv = `${folder}/table.csv`;
  writeTable(csv, [
    { name: "id", dtype: "i64", width: null, value: (row) => row },
    ...Array.from({ length: 8 }, (_, k) => ({
      name: `features_${k}`,
      dtype: "f32" as const,
      width: null,
      value: (row: number) => row,
    })),
  ], { numRows: 10, batchRows: 10 });
  const slotBytes = async (inputs: readonly string[]) =>
    (await prepare(SMALL, { ...settings(), inputs, assignments: SCALE, chunkRows: 4096 })).memory.slotBytes;
  const [arrowOnly, csvOnly, both] = [
    await slotBytes([TABLE]),
    await slotBytes([csv]),
    await slotBytes([TABLE, csv]),
  ];
  assert.ok(csvOnly > arrowOnly);
  assert.equal(both, csvOnly);
  const prepared = await prepare(SMALL, { ...settings(), inputs: [TABLE, csv], assignments: SCALE });
  assert.equal(prepared.numRows, null, "only reading tells the rows of CSV");
});

Deno.test("prepare() refuses standard input that is named twice", async () => {
  const options = { ...settings(), inputs: ["-", "-"], assignments: SCALE };
  assert.equal((await refusalOf(prepare(SMALL, options))).code, "USE002");
  const withParams = { ...settings(), inputs: ["-"], params: "-" };
  assert.equal((await refusalOf(prepare(SMALL, withParams))).code, "USE002");
});

Deno.test("prepare() plans by --rows without an input", async () => {
  const prepared = await prepare(SMALL, { ...settings({ rows: 12 }), assignments: SCALE });
  assert.equal(prepared.numRows, 12);
  assert.equal(prepared.memory.workers, 1);
  assert.deepEqual(prepared.outputs, [
    { name: "id", dtype: "i64", width: null },
    { name: "s", dtype: "f32", width: null },
  ]);
});
