import { strictEqual } from "node:assert/strict";
import { SignalWatch } from "./signal_watch.ts";

/** Runs a body in which time passes only where it says so: the machine may be as slow as it likes. */
async function withClock(body: (work: (milliseconds: number) => void) => Promise<void>): Promise<void> {
  const { now } = performance;
  let time = now.call(performance);
  performance.now = () => time;
  try {
    await body((milliseconds) => time += milliseconds);
  } finally {
    performance.now = now;
  }
}

Deno.test("SignalWatch.breathe() lets in what came meanwhile, where the last time was long ago", () =>
  withClock(async (work) => {
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
  }));

Deno.test("SignalWatch.breathe() closes both ports of its channel: a run of an hour makes 70,000", () =>
  withClock(async (work) => {
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
  }));
