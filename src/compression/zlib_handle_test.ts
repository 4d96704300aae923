import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { createGunzip, createGzip, gunzipSync, gzipSync } from "node:zlib";
import { CONTINUE, FINISH, ZlibHandle, type ZlibStep } from "./zlib_handle.ts";

const TEXT = new TextEncoder().encode("some text, some text, some more text\n".repeat(40));

/** a step from all that is left of the source into a target */
function step(source: Uint8Array, sourceStart: number, target: Uint8Array): ZlibStep {
  const sourceBytes = source.length - sourceStart;
  return { source, sourceStart, sourceBytes, target, targetStart: 0, targetBytes: target.length };
}

Deno.test("ZlibHandle gives what a small target has room for, step by step, and says what is left", () => {
  const handle = new ZlibHandle(createGzip()), target = new Uint8Array(16), packed: number[] = [];
  for (let start = 0;;) {
    const { sourceLeft, targetLeft } = handle.step(FINISH.gzip, step(TEXT, start, target));
    start = TEXT.length - sourceLeft;
    packed.push(...target.subarray(0, target.length - targetLeft));
    if (targetLeft > 0) break;
  }
  handle.close();
  deepStrictEqual(new Uint8Array(gunzipSync(Uint8Array.from(packed))), TEXT);
});

Deno.test("ZlibHandle throws in the codec's words until it is reset, and may be closed twice", () => {
  const handle = new ZlibHandle(createGunzip()), target = new Uint8Array(TEXT.length + 1);
  throws(() => handle.step(CONTINUE, step(TEXT, 0, target)), /incorrect header check/);
  const packed = new Uint8Array(gzipSync(TEXT));
  throws(() => handle.step(CONTINUE, step(packed, 0, target)), /incorrect header check/);
  handle.reset();
  const { sourceLeft, targetLeft } = handle.step(CONTINUE, step(packed, 0, target));
  strictEqual(sourceLeft, 0);
  deepStrictEqual(target.subarray(0, target.length - targetLeft), TEXT);
  handle.close();
  handle.close();
});
