import { strictEqual } from "node:assert/strict";
import { SignalWatch } from "./signal_watch.ts";

Deno.test("SignalWatch.breathe() closes both ports of its channel: a run of an hour makes 70,000", async () => {
  const watch = new SignalWatch(null), { prototype } = MessagePort, { close } = prototype;
  let numClosed = 0;
  prototype.close = function () {
    numClosed++;
    close.call(this);
  };
  try {
    for (const start = performance.now(); performance.now() - start < 51;);
    await watch.breathe();
  } finally {
    prototype.close = close;
    watch.close();
  }
  strictEqual(numClosed, 2);
});
