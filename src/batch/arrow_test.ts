import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import * as arrow from "apache-arrow";
import * as flechette from "@uwdata/flechette";
import * as nd from "../ndarray/mod.ts";
import { arraysMemory } from "../ndarray/storage/storage.ts";
import { fromArrow, toArrow } from "./arrow.ts";

/** the vector as a column of an IPC stream, read by the other implementation */
function throughFlechette(vector: arrow.Vector): unknown[] {
  const table = new arrow.Table({ column: vector });
  const read = flechette.tableFromIPC(arrow.tableToIPC(table, "stream"), { useBigInt: true });
  return [...read.getChild("column")].map((row) => ArrayBuffer.isView(row) ? [...row as Float32Array] : row);
}

/** a column that the other implementation wrote */
function fromFlechette(values: unknown[], type: flechette.DataType): arrow.Vector {
  const bytes = flechette.tableToIPC(
    flechette.tableFromArrays({ column: values }, { types: { column: type } }),
    {},
  );
  return arrow.tableFromIPC(bytes!).getChild("column")!;
}

Deno.test("toArrow() and fromArrow() give back every dtype, also through IPC and flechette", async () => {
  for (const dtype of nd.DTYPES) {
    using a = nd.array([1, 0, 1, 1, 0, 1, 1, 0, 1, 1], { dtype }).reshape([5, 2]);
    using column = a.slice("::-1, 0");
    const vector = await toArrow(column);
    using back = fromArrow(vector);
    deepStrictEqual([back.dtype, back.toList()], [dtype, column.toList()]);
    deepStrictEqual(throughFlechette(vector).map(Number), (column.toList() as nd.ScalarValue[]).map(Number));
    const lists = await toArrow(a);
    strictEqual(lists.type.typeId, arrow.Type.FixedSizeList);
    using matrix = fromArrow(lists);
    deepStrictEqual([matrix.dtype, matrix.toList()], [dtype, a.toList()]);
    deepStrictEqual(
      throughFlechette(lists).map((row) => [...row as Iterable<unknown>].map(Number)),
      (a.toList() as nd.ScalarValue[][]).map((row) => row.map(Number)),
    );
  }
});

Deno.test("fromArrow() reads slices, several chunks, three axes and what flechette wrote", async () => {
  const values = Array.from({ length: 20 }, (_, i) => i % 3 === 0);
  const bools = arrow.vectorFromArray(values, new arrow.Bool());
  using sliced = fromArrow(bools.slice(3, 19));
  deepStrictEqual(sliced.toList(), values.slice(3, 19));
  const chunks = arrow.makeVector(new Int16Array([1, 2, 3])).concat(arrow.makeVector(new Int16Array([4, 5])))
    .slice(1, 5);
  using joined = fromArrow(chunks);
  deepStrictEqual([joined.dtype, joined.toList()], ["i16", [2, 3, 4, 5]]);
  using cube = nd.arange(24, undefined, { dtype: "u32" }).reshape([4, 3, 2]);
  using part = fromArrow((await toArrow(cube)).slice(1, 3));
  deepStrictEqual(part.toList(), cube.slice("1:3").toList());
  using written = fromArrow(
    fromFlechette([[1, 2], [3, 4.5]], flechette.fixedSizeList(flechette.float32(), 2)),
  );
  deepStrictEqual([written.dtype, written.toList()], ["f32", [[1, 2], [3, 4.5]]]);
  using instants = fromArrow(fromFlechette([new Date(5), new Date(7)], flechette.timestamp(1)));
  deepStrictEqual([instants.dtype, instants.toList()], ["i64", [5, 7]]);
});

Deno.test("fromArrow() refuses nulls, or fills them as it is told", () => {
  const vector = arrow.vectorFromArray([1, null, 3, null], new arrow.Float32());
  throws(() => fromArrow(vector), { code: "DAT001", message: /row 1/ });
  throws(() => fromArrow(vector.slice(2)), { code: "DAT001", message: /row 1/ });
  using filled = fromArrow(vector, { nulls: "nan" });
  deepStrictEqual(filled.toList(), [1, NaN, 3, NaN]);
  const integers = arrow.vectorFromArray([1, null, 3], new arrow.Int8());
  throws(() => fromArrow(integers, { nulls: "nan" }), { code: "DAT001" });
  throws(() => fromArrow(integers, { nulls: 300 }), { code: "DTY002" });
  using zero = fromArrow(integers, { nulls: 0 });
  deepStrictEqual(zero.toList(), [1, 0, 3]);
  const bools = arrow.vectorFromArray([true, null, false], new arrow.Bool());
  using yes = fromArrow(bools, { nulls: true });
  deepStrictEqual(yes.toList(), [true, true, false]);
  const longs = arrow.vectorFromArray([1n, null], new arrow.Int64());
  using minus = fromArrow(longs, { nulls: -1 });
  deepStrictEqual(minus.toList(), [1, -1]);
  const pair = new arrow.FixedSizeList(2, new arrow.Field("item", new arrow.Float64(), true));
  const lists = arrow.vectorFromArray([[1, 2], null, [3, null]], pair);
  throws(() => fromArrow(lists), { code: "DAT001" });
  using rows = fromArrow(lists, { nulls: "nan" });
  deepStrictEqual(rows.toList(), [[1, 2], [NaN, NaN], [3, NaN]]);
});

Deno.test("fromArrow() refuses types without a dtype", () => {
  throws(() => fromArrow(arrow.vectorFromArray(["a", "b"])), { code: "SCH005" });
  throws(() => fromArrow(arrow.vectorFromArray([1, 2], new arrow.Float16())), { code: "SCH005" });
});

Deno.test("toArrow() without a copy reads the array's bytes, and keeps them", async () => {
  const a = nd.arange(6, undefined, { dtype: "f32" }).reshape([3, 2]);
  const before = nd.memoryStatistics().numStorages;
  const vector = await toArrow(a, { copy: false });
  const values: Float32Array = vector.data[0]!.children[0]!.values;
  strictEqual(values.buffer, arraysMemory().buffer as ArrayBufferLike);
  a.set("0, 0", 9);
  strictEqual(vector.get(0)!.get(0), 9);
  const view = fromArrow(vector);
  ok(nd.sharesMemory(view, a));
  deepStrictEqual([view.flags.writeable, view.flags.ownData], [false, false]);
  throws(() => view.set("0", 1), { code: "ARR001" });
  deepStrictEqual(view.add(1).toList(), [[10, 2], [3, 4], [5, 6]]);
  a.dispose();
  strictEqual(values[1], 1);
  ok(nd.memoryStatistics().numStorages >= before);
  await rejects(toArrow(view.T, { copy: false }), { code: "ARR002" });
  await rejects(toArrow(view.gt(1), { copy: false }), { code: "ARR002" });
  await rejects(toArrow(nd.array(1)), { code: "ARR002" });
});
