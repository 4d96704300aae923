import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Bell, BLOCK, Desk } from "./desk.ts";

Deno.test("Desk.interrupt() ends every wait, whatever bytes still come into the blocks", () => {
  const desk = new Desk(new Bell()), other = new Desk(desk.bell, desk.buffer);
  const [taken, asked, ready] = [0, 1000, 2000].map((position) => desk.claim(position, 1000));
  desk.setState(taken!, BLOCK.taken);
  desk.finish(ready!, BLOCK.ready, 1000);
  strictEqual(other.interruptedBy, null);
  desk.interrupt("SIGTERM");
  // the request that was under way writes on
  desk.data(taken!).fill(0x7b);
  strictEqual(other.interruptedBy, "SIGTERM");
  deepStrictEqual([taken, asked, ready].map((block) => other.state(block!)), [
    BLOCK.failed,
    BLOCK.failed,
    BLOCK.ready,
  ]);
});
