import { deepStrictEqual } from "node:assert/strict";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import { keep, type LaneBytes, select } from "./lanes.ts";

Deno.test("select() takes whole lanes by every mask of lanes, as v128.bitselect does", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const module = new ModuleBuilder();
  module.add("choose", [], [], (f) => {
    const [first, second, mask] = [0, 16, 32].map((offset) => keep(f.i32(0).op("v128.load", offset)));
    const chosen = select(f, first!, second!, mask!);
    f.i32(0).get(chosen).op("v128.store", 48);
    f.i32(0).get(first!).get(second!).get(mask!).op("v128.bitselect").op("v128.store", 64);
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const choose = exports["choose"] as () => void;
  const bytes = new Uint8Array(memory.buffer, 0, 80);
  for (let i = 0; i < 16; i++) {
    bytes[i] = i * 37 ^ 0x81;
    bytes[16 + i] = i * 59 ^ 0x7e;
  }
  for (const laneBytes of [1, 2, 4, 8] as readonly LaneBytes[]) {
    const numLanes = 16 / laneBytes;
    for (let lanes = 0; lanes < 2 ** numLanes; lanes++) {
      const isFirst = (byte: number) => (lanes >> Math.floor(byte / laneBytes) & 1) === 1;
      for (let byte = 0; byte < 16; byte++) bytes[32 + byte] = isFirst(byte) ? 0xff : 0;
      choose();
      for (let byte = 0; byte < 16; byte++) {
        const expected = bytes[isFirst(byte) ? byte : 16 + byte];
        if (bytes[48 + byte] !== expected || bytes[64 + byte] !== expected) {
          deepStrictEqual([bytes[48 + byte], bytes[64 + byte]], [expected, expected], `lanes ${lanes}`);
        }
      }
    }
  }
});
