import assert from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import type { ProcessedChunk } from "./chunk_computer.ts";
import { createPlaces, HandedOut, HandOut } from "./hand_out.ts";
import type { PackedPlace } from "./packed_values.ts";

const NUM_PLACES = 4;
const noRoom = () => assert.fail("it is short");
const noMessage = () => assert.fail("these are numbers");

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
  const places = createPlaces(NUM_PLACES);
  // both counters of chunks
  places.state[0] = places.state[32] = numBefore;
  const sender = new HandOut(places);
  assert.equal(sender.hasBegun, false);
  return { places, sender, workers: [new HandedOut(places), new HandedOut(places)] as const };
}

/** The chunk that the worker has next. */
function takeNext(worker: HandedOut) {
  const { place, numMessages } = worker.next()!;
  return { place, numMessages, chunk: worker.read(place) };
}

Deno.test("HandedOut.next() gives the chunks in order, each to one, and HandOut.answerAt() their answers", () => {
  // a pipe of small batches comes to the end of 31 bits in a day
  for (const numBefore of [0, 2 ** 31 - 3, -3]) passThreeRounds(bothEnds(numBefore));
});

function passThreeRounds({ sender, workers: [one, other] }: ReturnType<typeof bothEnds>): void {
  assert.ok(sender.hasBegun);
  for (let round = 0; round < 3; round++) {
    const places = [];
    for (let i = 0; i < NUM_PLACES; i++) {
      places.push(sender.nextPlace);
      sender.publish({ slot: i, round }, round, noRoom);
    }
    assert.deepEqual(places.toSorted(), [0, 1, 2, 3]);
    for (const i of [0, 1]) {
      const taken = takeNext([one, other][i]!);
      assert.deepEqual(taken, { place: places[i], numMessages: round, chunk: { slot: i, round } });
    }
    assert.equal(sender.takeBack(), places[2]);
    assert.equal(takeNext(one).place, places[3]);
    assert.equal(sender.takeBack(), null);
    for (const i of [3, 1, 0]) {
      assert.equal(sender.answerAt(places[i]!), null);
      one.answer(places[i]!, { ...CHUNK, numRows: i }, noMessage);
      assert.deepEqual(sender.answerAt(places[i]!), { ...CHUNK, numRows: i });
    }
  }
  assert.equal(sender.numNews, 3 * 3);
}

Deno.test("HandOut.answerAt() gives answers with carried columns without a message", () => {
  const { sender, workers: [worker] } = bothEnds();
  const carried: ProcessedChunk["carried"] = [
    { validity: null, offsets: null, pointer: 0, firstBit: 0 },
    { validity: { pointer: 2 ** 32 - 8, firstBit: 3 }, offsets: 0, pointer: 64, firstBit: 7 },
    { validity: { pointer: 0, firstBit: 0 }, offsets: 2 ** 31, pointer: 2 ** 32 - 1, firstBit: 0 },
  ];
  for (const stages of [CHUNK.counts.stages, new Float64Array()]) {
    const chunk: ProcessedChunk = { ...CHUNK, carried, counts: { ...CHUNK.counts, stages } };
    sender.publish({}, 0, noRoom);
    const { place } = takeNext(worker);
    worker.answer(place, chunk, noMessage);
    assert.deepEqual(sender.answerAt(place), chunk);
  }
});

Deno.test("HandOut.publish() has larger rooms posted for what is long, once a place, and refuses what is not plain", () => {
  const { sender, workers: [worker, other] } = bothEnds();
  const chunkOf = (i: number) => ({ place: `${i}`.repeat(20_000), reads: new Float64Array(30_000).fill(i) });
  const posted: { readonly place: number; readonly room: PackedPlace }[] = [];
  for (let i = 0; i < 2 * NUM_PLACES; i++) {
    const place = sender.nextPlace, numBefore = posted.length;
    assert.throws(
      () => sender.publish({ value: new Map() }, posted.length, noRoom),
      (error: unknown) => error instanceof NdpipeError && error.code === "BUG001",
    );
    sender.publish(chunkOf(i), posted.length, (room) => posted.push({ place, room }));
    assert.equal(posted.length, Math.min(i + 1, NUM_PLACES));
    // every worker reads every message, sooner or later
    for (const { place, room } of posted.slice(numBefore)) worker.setRoom(place, room);
    const next = worker.next();
    assert.deepEqual(next, { place, numMessages: posted.length });
    assert.deepEqual(worker.read(place), chunkOf(i));
  }
  for (const { place, room } of posted) other.setRoom(place, room);
  sender.publish(chunkOf(9), posted.length, noRoom);
  assert.deepEqual(takeNext(other).chunk, chunkOf(9));
});

Deno.test("HandedOut.answer() has a message sent for what is long, or an error", () => {
  const { sender, workers: [worker] } = bothEnds();
  const posted: string[] = [];
  const view = { validity: null, offsets: null, pointer: 0, firstBit: 0 };
  const stages = new Float64Array(5000);
  const answers = {
    failed: null,
    carried: { ...CHUNK, carried: Array(300).fill(view) },
    stages: { ...CHUNK, counts: { ...CHUNK.counts, stages } },
  };
  for (const [name, answer] of Object.entries(answers)) {
    sender.publish({}, 0, noRoom);
    const { place } = takeNext(worker);
    assert.equal(sender.answerAt(place), null);
    worker.answer(place, answer, () => posted.push(name));
    assert.equal(sender.answerAt(place), "message");
  }
  assert.deepEqual(posted, Object.keys(answers));
});

Deno.test("HandedOut.next() promises null once HandOut.end() was called, whatever waits", () => {
  const { sender, workers: [one, other] } = bothEnds();
  sender.publish({}, 0, noRoom);
  assert.ok(one.next());
  sender.publish({}, 0, noRoom);
  sender.end();
  assert.deepEqual([one.next(), other.next(), sender.takeBack()], [null, null, null]);
});

Deno.test("HandedOut.next() goes on waiting where it is woken for a chunk that someone has already", async () => {
  const places = createPlaces(NUM_PLACES), sender = new HandOut(places);
  const code = `import { HandedOut } from "${new URL("./hand_out.ts", import.meta.url).href}";
    onmessage = ({ data }) => {
      const handed = new HandedOut(data);
      const slots = [handed.next(), handed.next()].map(({ place }) => handed.read(place).slot);
      postMessage(slots);
    };`;
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(code)}`, { type: "module" });
  const answered = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
  });
  worker.postMessage(places);
  sender.publish({ slot: 0 }, 0, noRoom);
  // between a chunk's counter and its call the worker may take the chunk and wait for the next: the call comes late
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  while (Atomics.notify(places.state, 0) === 0) await pause(1);
  await Promise.race([answered, pause(50)]);
  sender.publish({ slot: 1 }, 0, noRoom);
  assert.deepEqual(await answered, [0, 1]);
  worker.terminate();
});

Deno.test("HandedOut.next() gives each chunk to one thread, while several and the main thread take them", async () => {
  const numChunks = 20_000, numThreads = 2;
  const places = createPlaces(NUM_PLACES), sender = new HandOut(places);
  const code = `import { HandedOut } from "${new URL("./hand_out.ts", import.meta.url).href}";
    onmessage = ({ data: { places, chunk } }) => {
      const handed = new HandedOut(places);
      for (let next = handed.next(); next !== null; next = handed.next()) {
        handed.answer(next.place, { ...chunk, numRows: handed.read(next.place).index }, () => {});
      }
      close();
    };`;
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const threads = Array.from({ length: numThreads }, () => new Worker(url, { type: "module" }));
  for (const thread of threads) thread.postMessage({ places, chunk: CHUNK });
  const held = Array.from({ length: NUM_PLACES }, () => -1);
  let numDone = 0, numTakenBack = 0;
  for (let index = 0; numDone < numChunks;) {
    while (index < numChunks && held[sender.nextPlace] === -1) {
      held[sender.nextPlace] = index;
      sender.publish({ index: index++ }, 0, noRoom);
    }
    const seen = sender.numNews;
    let numFound = 0;
    for (const [place, expected] of held.entries()) {
      const answer = expected === -1 ? null : sender.answerAt(place);
      if (answer === null) continue;
      assert.ok(answer !== "message" && answer.numRows === expected, `the answer of chunk ${expected}`);
      held[place] = -1;
      numFound += 1;
    }
    const own = index % 3 === 0 ? sender.takeBack() : null;
    if (own !== null) {
      assert.notEqual(held[own], -1);
      held[own] = -1;
      numFound += 1;
      numTakenBack += 1;
    }
    numDone += numFound;
    if (numFound === 0) await sender.news(seen);
  }
  assert.equal(sender.numNews + numTakenBack, numChunks);
  sender.end();
});
