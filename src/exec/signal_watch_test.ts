import { strictEqual } from "node:assert/strict";
import { SignalWatch } from "./signal_watch.ts";

/** Works without a pause, as a run does. */
function work(milliseconds: number): void {
  for (const start = performance.now(); performance.now() - start < milliseconds;);
}

Deno.test("SignalWatch.breathe() lets in what came meanwhile, where the last time was long ago", async () => {
  const watch = new SignalWatch(null);
  let numCame = 0;
  const comes = () => setTimeout(() => numCame++, 0);
  comes();
  await watch.breathe();
  strictEqual(numCame, 0);
  work(205);
  await watch.breathe();
  strictEqual(numCame, 1);
  comes();
  await watch.breathe();
  strictEqual(numCame, 1);
  work(205);
  await watch.breathe();
  strictEqual(numCame, 2);
  watch.close();
});

Deno.test("SignalWatch.breathe() closes both ports of its channel: a run of an hour makes 70,000", async () => {
  const watch = new SignalWatch(null), { prototype } = MessagePort, { close } = prototype;
  let numClosed = 0;
  prototype.close = function () {
    numClosed++;
    close.call(this);
  };
  try {
    work(51);
    await watch.breathe();
  } finally {
    prototype.close = close;
    watch.close();
  }
  strictEqual(numClosed, 2);
});
