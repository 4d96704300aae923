import assert from "node:assert/strict";
import { zlib } from "./node_zlib.ts";

Deno.test("zlib() gives node:zlib, the same each time", async () => {
  assert.equal(zlib(), zlib());
  assert.equal(zlib().crc32, (await import("node:zlib")).crc32);
});
