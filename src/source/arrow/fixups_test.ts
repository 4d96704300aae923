import { deepStrictEqual, ok } from "node:assert/strict";
import { expandHalves } from "./fixups.ts";

Deno.test("expandHalves() gives the value of every one of the 65,536 patterns, and keeps signs and payloads of NaN", () => {
  const halves = Uint16Array.from({ length: 65_536 }, (_, i) => i);
  const bits = new Uint32Array(halves.length), view = new DataView(halves.buffer);
  expandHalves(halves, bits);
  const floats = new Float32Array(bits.buffer);
  const expected = Array.from(halves, (_, i) => view.getFloat16(2 * i, true));
  for (const [i, value] of expected.entries()) {
    ok(Object.is(floats[i], value), `${i.toString(16)}: ${floats[i]} is not ${value}`);
  }
  const nan = (half: number) => bits[half]!;
  deepStrictEqual([nan(0x7e01), nan(0xfc01)], [0x7fc0_2000, 0xff80_2000]);
});
