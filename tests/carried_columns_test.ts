import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  binary,
  bool,
  columnFromArray,
  type DataType,
  decimal128,
  duration,
  float32,
  int64,
  interval,
  IntervalUnit,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
} from "@uwdata/flechette";
import { NdpipeError } from "../src/errors.ts";
import type { PrepareOptions } from "../src/exec/prepare.ts";
import { run } from "../src/exec/run.ts";
import { settings } from "../src/exec/testing.ts";
import { carry, definePipeline, input, type Pipeline } from "../src/pipeline/define.ts";
import { prepare } from "../src/pipeline/prepare.ts";
import { ndpipe } from "./support/ndpipe_in_thread.ts";
import { refusalOf } from "./support/refusal.ts";

const folder = Deno.makeTempDirSync({ prefix: "ndpipe-carry-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const FIXTURE = new URL("fixtures/carry_ids.ts", import.meta.url).pathname;
const NUM_ROWS = 203;
const TEXTS = ["", "ü😀", 'say "hi"', "two\nlines\r\n", "a,b", "NA", " spaces ", "z".repeat(150)];

const ids = Array.from(
  { length: NUM_ROWS },
  (_, i) => (i % 5 === 3 ? null : TEXTS[i % TEXTS.length] + `${i % 9 || ""}`),
);
const xs = ids.map((_, i) => (i * 7) % 11 - 4);

/** Writes columns to an Arrow file, in record batches of 90 rows. */
function writeArrow(
  path: string,
  columns: Record<string, readonly [values: readonly unknown[], type: DataType]>,
) {
  const table = tableFromColumns(
    Object.entries(columns).map(([name, [values, type]]): [string, ReturnType<typeof columnFromArray>] => [
      name,
      columnFromArray([...values], type, { maxBatchRows: 90 }),
    ]),
  );
  Deno.writeFileSync(path, tableToIPC(table, { format: path.endsWith(".arrows") ? "stream" : "file" })!);
}

const quote = (text: string | null) => text === null ? "" : `"${text.replaceAll('"', '""')}"`;
writeArrow(`${folder}/table.arrow`, { user_id: [ids, utf8()], x: [xs, float32()] });
writeArrow(`${folder}/table.arrows`, { user_id: [ids, utf8()], x: [xs, float32()] });
Deno.writeTextFileSync(
  `${folder}/table.csv`,
  "user_id,x\n" + ids.map((id, i) => `${quote(id)},${xs[i]}\n`).join(""),
);

const WHOLE = definePipeline({
  name: "whole",
  inputs: { user_id: carry(), x: input("f32", ["N"]) },
  transform: ({ user_id, x }) => ({ user_id, x }),
});
const KEPT = definePipeline({
  name: "kept",
  inputs: { user_id: carry(), x: input("f32", ["N"]) },
  transform({ user_id, x }) {
    const mask = x.gt(0);
    return { user_id: user_id.filter(mask, "K"), x: x.filter(mask, "K") };
  },
});

let numOutputs = 0;

async function bytesOf(pipeline: Pipeline, given: Partial<PrepareOptions>, ending = "arrow") {
  const output = `${folder}/out-${numOutputs++}.${ending}`;
  const prepared = await prepare(pipeline, settings({ batchRows: 64, ...given }));
  await run(prepared, { output, to: null, force: false });
  return Deno.readFileSync(output);
}

const column = (bytes: Uint8Array, name: string) => [...tableFromIPC(bytes).getChild(name)];

for (
  const [name, pipeline, isKept] of [["whole", WHOLE, () => true], [
    "kept",
    KEPT,
    (x: number) => x > 0,
  ]] as const
) {
  const wanted = ids.filter((_, i) => isKept(xs[i]!));
  for (const from of ["arrow", "arrows", "csv"]) {
    Deno.test(`carry() promises the same bytes for every chunk size and worker count: ${name}, ${from}`, async () => {
      for (const to of ["arrow", "csv"]) {
        const inputs = [`${folder}/table.${from}`];
        const first = await bytesOf(pipeline, { inputs, chunkRows: 1, workers: 1 }, to);
        for (const [chunkRows, workers] of [[1, 2], [7, 1], [7, 2], [null, 1], [null, 2]] as const) {
          deepStrictEqual(await bytesOf(pipeline, { inputs, chunkRows, workers }, to), first);
        }
        if (to === "arrow") {
          deepStrictEqual(column(first, "user_id"), wanted);
          continue;
        }
        // what was written as CSV reads back as the same values
        Deno.writeFileSync(`${folder}/again.csv`, first);
        const again = await bytesOf(WHOLE, { inputs: [`${folder}/again.csv`] });
        deepStrictEqual(column(again, "user_id"), wanted);
      }
    });
  }
}

Deno.test("carry() promises text in CSV that is quoted only where it must be", async () => {
  const path = `${folder}/quotes.arrow`;
  writeArrow(path, {
    user_id: [["a", "", null, "b,c", 'd"', "e\n", " f"], utf8()],
    x: [[1, 2, 3, 4, 5, 6, 7], float32()],
  });
  const text = new TextDecoder().decode(await bytesOf(WHOLE, { inputs: [path] }, "csv"));
  strictEqual(text, 'user_id,x\na,1\n"",2\n,3\n"b,c",4\n"d""",5\n"e\n",6\n f,7\n');
});

Deno.test("carry() promises every type and null as it was, through chunks that begin inside bytes of bits", async () => {
  const path = `${folder}/types.arrow`;
  const some = (value: (i: number) => unknown) => xs.map((_, i) => (i % 4 === 1 ? null : value(i)));
  const types: Record<string, readonly [readonly unknown[], DataType]> = {
    flag: [some((i) => i % 3 === 0), bool()],
    id: [some((i) => BigInt(i) - 100n), int64()],
    raw: [some((i) => new Uint8Array([i, 255 - i])), binary()],
    at: [some((i) => i * 1000), timestamp(TimeUnit.MILLISECOND, "Europe/Zurich")],
    price: [some((i) => i / 4), decimal128(20, 2)],
  };
  writeArrow(path, { ...types, x: [xs, float32()] });
  const pipeline = definePipeline({
    name: "types",
    inputs: { flag: carry(), id: carry(), raw: carry(), at: carry(), price: carry(), x: input("f32", ["N"]) },
    transform({ x, ...carried }) {
      const mask = x.gt(-2), { flag, id, raw, at, price } = carried;
      return {
        flag: flag.filter(mask, "K"),
        id: id.filter(mask, "K"),
        raw: raw.filter(mask, "K"),
        at: at.filter(mask, "K"),
        price: price.filter(mask, "K"),
      };
    },
  });
  const source = tableFromIPC(Deno.readFileSync(path));
  const bytes = await bytesOf(pipeline, { inputs: [path], chunkRows: 13 });
  deepStrictEqual(await bytesOf(pipeline, { inputs: [path], chunkRows: 90, workers: 2 }), bytes);
  const table = tableFromIPC(bytes);
  for (const name of Object.keys(types)) {
    const field = table.schema.fields.find((one) => one.name === name)!;
    deepStrictEqual(field.type, source.schema.fields.find((one) => one.name === name)!.type);
    ok(field.nullable);
    deepStrictEqual([...table.getChild(name)], [...source.getChild(name)].filter((_, i) => xs[i]! > -2));
  }
});

Deno.test("carry() promises batches that end where the declared average is used up, whatever the chunks", async () => {
  const path = `${folder}/long.arrow`;
  // few short values, then long ones: 48 and 40 of them are more than a mebibyte
  const long = Array.from({ length: 100 }, (_, i) => (i < 12 ? "w" : `${i}`.padEnd(40_000, "w")));
  writeArrow(path, { user_id: [long, utf8()], x: [long.map(() => 1), float32()] });
  const declared = definePipeline({
    name: "declared",
    inputs: { user_id: carry({ maxBytesPerRow: 100 }), x: input("f32", ["N"]) },
    transform: ({ user_id }) => ({ user_id }),
  });
  const first = await bytesOf(declared, { inputs: [path] });
  deepStrictEqual(tableFromIPC(first).getChild("user_id").data.map(({ length }) => length), [38, 26, 26, 10]);
  deepStrictEqual(column(first, "user_id"), long);
  for (const [chunkRows, workers] of [[1, 1], [7, 2], [64, 1], [100, 2]] as const) {
    deepStrictEqual(await bytesOf(declared, { inputs: [path], chunkRows, workers }), first);
  }
  // without a declaration the file's metadata says how long they are
  deepStrictEqual(column(await bytesOf(WHOLE, { inputs: [path], chunkRows: 7 }), "user_id"), long);
});

Deno.test("carry() promises that a value of more than a mebibyte is refused at every chunk size", async () => {
  const path = `${folder}/giant.arrow`;
  writeArrow(path, { user_id: [["a", "b".repeat(1_048_577)], utf8()], x: [[1, 2], float32()] });
  for (const chunkRows of [1, 64]) {
    const refusal = await refusalOf(bytesOf(WHOLE, { inputs: [path], chunkRows }));
    strictEqual(refusal.code, "MEM003");
    match(refusal.message, /1,048,577 bytes/);
  }
});

Deno.test("carry() promises room for long text of compressed record batches, by what these say of themselves", async () => {
  const path = `${folder}/long.arrow`, texts = Array.from({ length: 120 }, (_, i) => `${i} `.repeat(i * 5));
  writeArrow(path, { user_id: [texts, utf8()], x: [texts.map((_, i) => i), float32()] });
  const expected = await bytesOf(WHOLE, { inputs: [path] }, "csv");
  for (const codec of ["lz4", "zstd"]) {
    for (const ending of ["arrow", "arrows"]) {
      const compressed = `${folder}/long_${codec}.${ending}`;
      const { code, stderr } = await ndpipe(["convert", "-i", path, "-o", compressed, "--compress", codec]);
      strictEqual(code, 0, stderr);
      for (const chunkRows of [7, 1000]) {
        deepStrictEqual(await bytesOf(WHOLE, { inputs: [compressed], chunkRows }, "csv"), expected);
      }
    }
  }
});

Deno.test("carry() promises decimals, times and durations in text", async () => {
  const path = `${folder}/exact.arrow`;
  writeArrow(path, { user_id: [[1.25, null, -0.5], decimal128(20, 2)], x: [[1, 2, 3], float32()] });
  strictEqual(
    new TextDecoder().decode(await bytesOf(WHOLE, { inputs: [path] }, "csv")),
    "user_id,x\n1.25,1\n,2\n-0.50,3\n",
  );
  strictEqual(
    new TextDecoder().decode(await bytesOf(WHOLE, { inputs: [path] }, "ndjson")),
    '{"user_id":1.25,"x":1}\n{"user_id":null,"x":2}\n{"user_id":-0.50,"x":3}\n',
  );
  writeArrow(path, { user_id: [[1000, -2000], duration(TimeUnit.SECOND)], x: [[1, 2], float32()] });
  strictEqual(
    new TextDecoder().decode(await bytesOf(WHOLE, { inputs: [path] }, "csv")),
    "user_id,x\n1000,1\n-2000,2\n",
  );
});

Deno.test("carry() promises that types without a text are refused by CSV", async () => {
  const without: readonly (readonly [values: readonly unknown[], type: DataType])[] = [
    [[new Uint8Array([1]), new Uint8Array([2])], binary()],
    [[Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)], interval(IntervalUnit.MONTH_DAY_NANO)],
  ];
  for (const [values, type] of without) {
    const path = `${folder}/textless.arrow`;
    writeArrow(path, { user_id: [values, type], x: [[1, 2], float32()] });
    const refusal = await refusalOf(bytesOf(WHOLE, { inputs: [path] }, "csv"));
    strictEqual(refusal.code, "OUT003");
    match(refusal.message, /the carried column user_id is .*, which is not written to CSV/);
  }
});

Deno.test("carry() promises that nothing is computed with a carried column, by types and when traced", () => {
  const uses: Record<string, (user_id: never, x: never) => unknown> = {
    mul: (user_id: { mul(by: number): unknown }) => user_id.mul(2),
    add: (user_id, x: { add(other: unknown): unknown }) => x.add(user_id),
    shape: (user_id: { shape: unknown }) => user_id.shape,
  };
  for (const [method, use] of Object.entries(uses)) {
    const pipeline = definePipeline({
      name: "wrong",
      inputs: { user_id: carry(), x: input("f32", ["N"]) },
      transform: ({ user_id, x }) => ({ y: use(user_id as never, x as never) as never }),
    });
    try {
      pipeline.trace();
    } catch (error) {
      ok(error instanceof NdpipeError);
      strictEqual(error.code, "DTY001");
      match(error.message, new RegExp(`^${method} is not defined for user_id, which is carried`));
      ok(error.place !== null);
      continue;
    }
    throw new Error(`${method} was not refused`);
  }
  definePipeline({
    name: "types",
    inputs: { user_id: carry(), x: input("f32", ["N"]) },
    transform: ({ user_id, x }) => ({
      // @ts-expect-error: a carried column is no operand
      a: x.add(user_id),
      // @ts-expect-error: it has no arithmetic
      b: user_id.mul(2),
    }),
  });
});

Deno.test("carry() promises that offsets that leave the values are refused at every chunk size", async () => {
  const path = `${folder}/damaged.arrow`;
  writeArrow(path, { user_id: [["aa", "bbb", "cccc"], utf8()], x: [[1, 2, 3], float32()] });
  const bytes = Deno.readFileSync(path);
  const offsets = new Uint8Array(Int32Array.of(0, 2, 5, 9).buffer);
  const at = bytes.findIndex((_, i) => offsets.every((byte, k) => bytes[i + k] === byte));
  for (const offset of [1000, -1, 1]) {
    new DataView(bytes.buffer).setInt32(at + 8, offset, true);
    Deno.writeFileSync(path, bytes);
    for (const chunkRows of [1, 2, 64]) {
      const refusal = await refusalOf(bytesOf(WHOLE, { inputs: [path], chunkRows }));
      strictEqual(refusal.code, "FMT004");
      match(refusal.message, /column "user_id": offset 2 is -?\d+, its values have \d+ bytes/);
    }
  }
});

Deno.test("carry() promises one type for all inputs", async () => {
  const path = `${folder}/binary.arrow`;
  writeArrow(path, { user_id: [[new Uint8Array([1])], binary()], x: [[1], float32()] });
  const refusal = await refusalOf(prepare(WHOLE, settings({ inputs: [`${folder}/table.arrow`, path] })));
  strictEqual(refusal.code, "SCH004");
  const both = await bytesOf(WHOLE, { inputs: [`${folder}/table.arrow`, `${folder}/table.csv`] });
  deepStrictEqual(column(both, "user_id"), [...ids, ...ids]);
});

Deno.test("prepare() promises room for carried values in the plan, more where more is declared", async () => {
  const planned = async (maxBytesPerRow: number) => {
    const pipeline = definePipeline({
      name: "planned",
      inputs: { user_id: carry({ maxBytesPerRow }), x: input("f32", ["N"]) },
      transform: ({ user_id }) => ({ user_id }),
    });
    const { memory } = await prepare(
      pipeline,
      settings({ inputs: [`${folder}/table.arrow`], chunkRows: 4096, workers: 1 }),
    );
    return memory;
  };
  const small = await planned(1000), large = await planned(2000);
  strictEqual(large.slotBytes - small.slotBytes, 4096 * 1000);
  // the average is that of a whole record batch, though the table has fewer rows: batches end where it is used up
  strictEqual(small.heldRows, NUM_ROWS);
  strictEqual(large.batchBytes[0]! - small.batchBytes[0]!, 65_536 * 1000);
  strictEqual(large.peakBytes - small.peakBytes, (4096 + 65_536) * 1000);
});

for (const [from, to] of [["arrow", "arrow"], ["arrow", "csv"], ["csv", "csv"], ["csv", "arrow"]] as const) {
  Deno.test(`ndpipe run promises ids as text from ${from} to ${to}`, async () => {
    const output = `${folder}/cli-${from}.${to}`;
    const { code, stderr } = await ndpipe(["run", FIXTURE, "-i", `${folder}/table.${from}`, "-o", output]);
    strictEqual(code, 0, stderr);
    deepStrictEqual(
      Deno.readFileSync(output),
      await bytesOf(KEPT, { inputs: [`${folder}/table.arrow`], batchRows: null }, to),
    );
  });
}
