import assert from "node:assert/strict";
import type { ProcessedChunk } from "./chunk_computer.ts";
import { createPlaces, HandedOut, HandOut, MAX_CHUNKS } from "./hand_out.ts";

const CHUNK: ProcessedChunk = {
  numRows: 7,
  copiedBytes: 3,
  carried: [],
  counts: {
    reads: { numBytes: 2 ** 40, numCalls: 2, milliseconds: 0.1 },
    decodeMs: 1 / 3,
    computeMs: 2.5,
    busyMs: 4,
    stages: Float64Array.of(1, 2.25, 0, 1e-9),
  },
};

/** @param numBefore chunks that were handed out before */
function bothEnds(numBefore = 0) {
  const news = new Int32Array(new SharedArrayBuffer(4)), places = createPlaces(news);
  places.state.fill(numBefore, 0, 2);
  const sender = new HandOut(places);
  assert.equal(sender.hasBegun, false);
  return { sender, worker: new HandedOut(places), news };
}

Deno.test("HandOut.send() and take() pass chunks and answers on, in order, and count them", () => {
  // a pipe of small batches comes to the end of 31 bits in a day
  for (const numBefore of [0, 2 ** 31 - 3, -3]) passThreeRounds(bothEnds(numBefore));
});

function passThreeRounds({ sender, worker, news }: ReturnType<typeof bothEnds>): void {
  assert.ok(sender.hasBegun);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < MAX_CHUNKS; i++) {
      sender.send({ slot: i, round }, round, () => assert.fail("it is short"));
    }
    assert.equal(sender.take(true), null);
    for (let i = 0; i < MAX_CHUNKS; i++) {
      assert.deepEqual(worker.next(), { chunk: { slot: i, round }, numMessages: round });
      worker.answer({ ...CHUNK, numRows: i }, () => assert.fail("it is short"));
      assert.deepEqual(sender.take(false), { ...CHUNK, numRows: i });
    }
  }
  assert.equal(news[0], 3 * MAX_CHUNKS);
}

Deno.test("HandOut.take() gives answers with carried columns without a message", () => {
  const { sender, worker } = bothEnds();
  const carried: ProcessedChunk["carried"] = [
    { validity: null, offsets: null, pointer: 0, firstBit: 0 },
    { validity: { pointer: 2 ** 32 - 8, firstBit: 3 }, offsets: 0, pointer: 64, firstBit: 7 },
    { validity: { pointer: 0, firstBit: 0 }, offsets: 2 ** 31, pointer: 2 ** 32 - 1, firstBit: 0 },
  ];
  for (const stages of [CHUNK.counts.stages, new Float64Array()]) {
    const chunk: ProcessedChunk = { ...CHUNK, carried, counts: { ...CHUNK.counts, stages } };
    sender.send({}, 0, () => assert.fail("it is short"));
    worker.next();
    worker.answer(chunk, () => assert.fail("these are numbers"));
    assert.deepEqual(sender.take(false), chunk);
  }
});

Deno.test("HandOut has messages sent for what is long, or no plain data, and waits for those of the worker", () => {
  const { sender, worker } = bothEnds();
  const posted: string[] = [];
  sender.send({ place: "x".repeat(20_000) }, 0, () => posted.push("long"));
  sender.send({ value: 5n }, 1, () => posted.push("bigint"));
  assert.deepEqual(posted, ["long", "bigint"]);
  assert.deepEqual(worker.next(), { chunk: null, numMessages: 1 });
  worker.answer(null, () => posted.push("failed"));
  assert.deepEqual(worker.next(), { chunk: null, numMessages: 2 });
  const view = { validity: null, offsets: null, pointer: 0, firstBit: 0 };
  worker.answer({ ...CHUNK, carried: Array(300).fill(view) }, () => posted.push("carried"));
  assert.deepEqual(posted.slice(2), ["failed", "carried"]);
  assert.equal(sender.take(false), null);
  assert.equal(sender.take(true), "message");
  assert.equal(sender.take(true), "message");
  assert.equal(sender.take(true), null);
  sender.send({}, 2, () => assert.fail("it is short"));
  assert.deepEqual(worker.next(), { chunk: {}, numMessages: 2 });
  const stages = new Float64Array(5000);
  worker.answer({ ...CHUNK, counts: { ...CHUNK.counts, stages } }, () => posted.push("stages"));
  assert.equal(posted.at(-1), "stages");
});

Deno.test("HandedOut.next() goes on waiting where it is woken for a chunk that it has already", async () => {
  const places = createPlaces(new Int32Array(new SharedArrayBuffer(4))), sender = new HandOut(places);
  const code = `import { HandedOut } from "${new URL("./hand_out.ts", import.meta.url).href}";
    onmessage = ({ data }) => { const handed = new HandedOut(data); postMessage([handed.next(), handed.next()]); };`;
  const worker = new Worker(`data:application/typescript,${encodeURIComponent(code)}`, { type: "module" });
  const answered = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
  });
  worker.postMessage(places);
  sender.send({ slot: 0 }, 0, () => {});
  // between a chunk's counter and its call the worker may take the chunk and wait for the next: the call comes late
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  while (Atomics.notify(places.state, 0) === 0) await pause(1);
  await Promise.race([answered, pause(50)]);
  sender.send({ slot: 1 }, 0, () => {});
  assert.deepEqual(await answered, [{ chunk: { slot: 0 }, numMessages: 0 }, {
    chunk: { slot: 1 },
    numMessages: 0,
  }]);
  worker.terminate();
});
