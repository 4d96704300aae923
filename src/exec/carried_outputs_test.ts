import { deepStrictEqual, ok } from "node:assert/strict";
import { carry, definePipeline } from "../pipeline/define.ts";
import { prepare } from "../pipeline/prepare.ts";
import {
  columnFromArray,
  float32,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import type { PackedNode } from "../schema/packed.ts";
import { withinPackedRoom } from "./carried_outputs.ts";
import { run } from "./run.ts";
import { settings } from "./testing.ts";

Deno.test("a record batch of long text is planned for the rows that there are, and holds them all", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/long.arrow`, output = `${folder}/out.arrow`;
    const texts = Array.from({ length: 60 }, (_, i) => String(i % 10).repeat(i * 17_000));
    const columns = {
      t: columnFromArray(texts, utf8()),
      x: columnFromArray(texts.map((_, i) => i), float32()),
    };
    Deno.writeFileSync(path, tableToIPC(tableFromColumns(Object.entries(columns)), { format: "file" })!);
    const pipeline = definePipeline({ name: "long", inputs: { t: carry() }, transform: ({ t }) => ({ t }) });
    const prepared = await prepare(pipeline, settings({ inputs: [path], memoryBytes: 2 ** 32 }));
    // 30 MB of text: 65,536 rows of its average are 33 GB, and as much as a record batch can have was planned
    ok(prepared.memory.peakBytes < 400 * 1024 ** 2, String(prepared.memory.peakBytes));
    await run(prepared, { output, to: null, force: false });
    const column = tableFromIPC(Deno.readFileSync(output)).getChild("t");
    deepStrictEqual(column.data.length, 1, "record batches");
    deepStrictEqual([...column], texts);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("withinPackedRoom() gives packed columns the room that their writer takes, and leaves the others theirs", () => {
  const packed = { kind: "list" } as unknown as PackedNode;
  const type = { name: "list", bitWidth: null, isLarge: false, typeId: 12, slots: [] };
  const output = { name: "a", index: 0, bytesPerRow: 1000, longestBytes: 2 ** 20, averageRows: 65_536 };
  const outputs = [{ ...output, type: { ...type, packed } }, { ...output, type }, null];
  const averageRows = (most: number) =>
    withinPackedRoom(outputs, 65_536, () => most).map((one) => one?.averageRows ?? null);
  deepStrictEqual(averageRows(1e9), [65_536, 65_536, null]);
  const [scaled, ...others] = averageRows(2 ** 25);
  ok(Math.abs(scaled! - 2 ** 25 / 1000) < 200, String(scaled));
  deepStrictEqual(others, [65_536, null]);
});
