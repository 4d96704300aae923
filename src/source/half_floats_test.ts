import { deepStrictEqual, ok } from "node:assert/strict";
import { expandHalves } from "./half_floats.ts";

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

Deno.test("expandHalves() widens halves that lie in the second half of their target", () => {
  for (const length of [1, 2, 3, 8, 4097]) {
    const halves = Uint16Array.from({ length }, (_, i) => (i * 2654435761) >>> 16);
    const expected = new Uint32Array(length), target = new Uint32Array(length);
    expandHalves(halves, expected);
    const inside = new Uint16Array(target.buffer, 2 * length, length);
    inside.set(halves);
    expandHalves(inside, target);
    deepStrictEqual(target, expected);
  }
});
