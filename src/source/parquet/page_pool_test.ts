import { deepStrictEqual, notStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { createPagePool, PagePool, pagePoolFor, poolBytes } from "./page_pool.ts";

/** a page of four bytes of its own number */
function filled(page: number) {
  return (memory: Uint8Array) => {
    memory.fill(page, 0, 4);
    return 4;
  };
}

Deno.test("PagePool.acquire() loads a page once for all that want it, and keeps it as long as it is held", () => {
  const plan = createPagePool({ entryBytes: [4, 100], compressedBytes: 10 }),
    one = new PagePool(plan),
    two = new PagePool(plan);
  ok(plan.memory.buffer.byteLength >= poolBytes({ entryBytes: [4, 100], compressedBytes: 10 }));
  const held = one.acquire(0, 7, filled(7));
  const again = two.acquire(0, 7, () => {
    throw new Error("loaded twice");
  });
  deepStrictEqual([...again.bytes], [7, 7, 7, 7]);
  const next = two.acquire(0, 8, filled(8));
  two.release(next);
  two.release(two.acquire(0, 9, filled(9)));
  deepStrictEqual([...held.bytes], [7, 7, 7, 7], "the page that nobody held made room");
  one.release(held);
  two.release(again);
  two.release(two.acquire(0, 10, filled(10)));
  deepStrictEqual([...one.acquire(0, 7, filled(77)).bytes], [77, 77, 77, 77], "the earliest went first");
});

Deno.test("PagePool.acquire() throws what loading throws, to everyone who tries", () => {
  const plan = createPagePool({ entryBytes: [4], compressedBytes: 0 }), pool = new PagePool(plan);
  const refuse = () => {
    throw new RangeError("corrupt");
  };
  throws(() => pool.acquire(0, 1, refuse), RangeError);
  throws(() => pool.acquire(0, 1, refuse), RangeError);
  deepStrictEqual([...pool.acquire(0, 1, filled(1)).bytes], [1, 1, 1, 1]);
});

Deno.test("PagePool gives four threads the pages that they ask for, whatever their order", async () => {
  const plan = createPagePool({ entryBytes: [4096], compressedBytes: 0 }),
    url = new URL("./page_pool.ts", import.meta.url).href;
  const source = `
    import { PagePool } from ${JSON.stringify(url)};
    self.onmessage = ({ data: { plan, seed } }) => {
      const pool = new PagePool(plan);
      let wrong = 0, state = seed;
      for (let i = 0; i < 500; i++) {
        state = Math.imul(state, 1664525) + 1013904223 >>> 0;
        const page = (i >> 3) + state % 3;
        const held = pool.acquire(0, page, (memory) => { memory.fill(page % 251); return 4096; });
        if (held.bytes.some((byte) => byte !== page % 251)) wrong++;
        pool.release(held);
      }
      self.postMessage(wrong);
      self.close();
    };`;
  const script = `data:application/javascript,${encodeURIComponent(source)}`;
  const wrong = await Promise.all([1, 2, 3, 4].map((seed) =>
    new Promise<number>((resolve, reject) => {
      const worker = new Worker(script, { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage({ plan, seed });
    })
  ));
  deepStrictEqual(wrong, [0, 0, 0, 0]);
});

Deno.test("pagePoolFor() gives the files of a run one memory, and none of them another one's pages", () => {
  const sizes = { entryBytes: [4, 100], compressedBytes: 10 }, run = { sizes: [[10, 5000, 100]] };
  const first = pagePoolFor(sizes, 3, run);
  const second = pagePoolFor({ entryBytes: [4, 90], compressedBytes: 0 }, 3, run);
  strictEqual(second.memory, first.memory);
  const one = new PagePool(first), two = PagePool.ofThread(second);
  const held = one.acquire(0, 2, filled(2)), other = two.acquire(0, 2, filled(22));
  deepStrictEqual([[...held.bytes], [...other.bytes]], [[2, 2, 2, 2], [22, 22, 22, 22]]);
  one.release(held);
  two.release(other);
  const larger = pagePoolFor({ entryBytes: [5000, 100], compressedBytes: 10 }, 3, run);
  strictEqual(larger.memory, first.memory, "it has room for the largest file of the run from the start");
  notStrictEqual(
    pagePoolFor(sizes, 2 ** 31 - 4, run).memory,
    larger.memory,
    "numbers of pages end somewhere",
  );
});

Deno.test("pagePoolFor() gives each run a memory of its own: one that was given up holds its pages for ever", () => {
  const sizes = { entryBytes: [4], compressedBytes: 0 };
  const plans = [{ sizes: [] }, { sizes: [] }, undefined, undefined].map((run) => pagePoolFor(sizes, 3, run));
  strictEqual(new Set(plans.map(({ memory }) => memory)).size, plans.length);
  for (const page of [0, 1]) new PagePool(plans[0]!).acquire(0, page, filled(page));
  const next = PagePool.ofThread(plans[1]!).acquire(0, 2, filled(2));
  deepStrictEqual([...next.bytes], [2, 2, 2, 2]);
});

Deno.test("PagePool.ofThread() promises one seat a thread and pool, and lets go of both when the run is over", async () => {
  const run = { sizes: [[1000, 4]] }, sizes = { entryBytes: [4], compressedBytes: 10 };
  const plans = [1, 2, 3].map(() => pagePoolFor(sizes, 3, run));
  for (const plan of plans) PagePool.ofThread(plan);
  const { memory, threadsWord } = plans[0]!;
  strictEqual(new Int32Array(memory.buffer)[threadsWord], 1);
  // a script of its own: there the collector can be called
  const code = `
    const { PagePool, pagePoolFor } = await import(${
    JSON.stringify(new URL("./page_pool.ts", import.meta.url).href)
  });
    const ended = [];
    const read = () => {
      const slots = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      const plan = pagePoolFor({ entryBytes: [4], compressedBytes: 10 }, 3, { sizes: [] });
      if (PagePool.ofThread(plan).native(slots) === null) throw new Error("no kernels");
      ended.push(new WeakRef(slots), new WeakRef(plan.memory));
    };
    for (let i = 0; i < 3; i++) read();
    for (let i = 0; i < 1000 && ended.some((one) => one.deref() !== undefined); i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      gc();
    }
    console.log(ended.filter((one) => one.deref() !== undefined).length);`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", "--v8-flags=--expose-gc", "--ext=ts", code],
  }).output();
  strictEqual(new TextDecoder().decode(stdout).trim(), "0", new TextDecoder().decode(stderr));
});

Deno.test("PagePool.ofThread() counts a worker once in a pool that it comes back to after many others", () => {
  const sent = Array.from({ length: 12 }, () => createPagePool({ entryBytes: [4], compressedBytes: 10 }))
    // as a message has it: the memory is known here as none that this thread made
    .map((plan) => ({ ...plan, memory: shared(plan.memory) }));
  for (let round = 0; round < 2; round++) for (const plan of sent) PagePool.ofThread(plan);
  for (const { memory, threadsWord } of sent) strictEqual(new Int32Array(memory.buffer)[threadsWord], 1);
});

/** the same memory as another object */
function shared(memory: WebAssembly.Memory): WebAssembly.Memory {
  return structuredClone(memory);
}
