import assert from "node:assert/strict";
import { GarbageWatch } from "./garbage_watch.ts";

const MIB = 1024 ** 2;

/** `numObjects` that nobody holds on to, and a watch on whether they are collected. */
function litter(numObjects: number): WeakRef<object>[] {
  return Array.from({ length: numObjects }, () => new WeakRef({}));
}

/** A reference keeps its object until the turn ends. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** The watch looks again only some time after it looked. */
const nextLook = () => new Promise((resolve) => setTimeout(resolve, 10));

const collected = (refs: readonly WeakRef<object>[]) =>
  refs.filter((ref) => ref.deref() === undefined).length;

/** Whether the watch, asked now, collects garbage. */
async function collects(watch: GarbageWatch): Promise<boolean> {
  const refs = litter(100);
  await nextLook();
  watch.collectIfNear();
  await nextTurn();
  const count = collected(refs);
  assert.ok(count === 0 || count > 90, `${count} of ${refs.length}`);
  return count > 0;
}

// the memory of the process is a number here: that of tests in other threads is in the true one
Deno.test("garbage is collected where the memory comes near what was predicted, and left where it does not", async () => {
  let rss = 50 * MIB;
  const watch = new GarbageWatch(() => 200 * MIB, () => rss);
  assert.equal(await collects(watch), false);
  rss = 183 * MIB;
  assert.equal(await collects(watch), false);
  rss = 185 * MIB;
  assert.equal(await collects(watch), true);
});

Deno.test("memory that is in use is not searched for garbage again until there is more", async () => {
  let rss = 50 * MIB;
  const watch = new GarbageWatch(() => 100 * MIB, () => rss);
  rss = 110 * MIB;
  assert.equal(await collects(watch), true);
  assert.equal(await collects(watch), false);
  rss = 120 * MIB;
  assert.equal(await collects(watch), true);
});

Deno.test("a process that had more than the plan before the run is searched for what came since", async () => {
  let rss = 300 * MIB;
  const watch = new GarbageWatch(() => 100 * MIB, () => rss);
  assert.equal(await collects(watch), false);
  rss = 330 * MIB;
  assert.equal(await collects(watch), true);
});

Deno.test("a thread of its own collects its own garbage", async () => {
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(
    file,
    `import { GarbageWatch } from ${JSON.stringify(import.meta.resolve("./garbage_watch.ts"))};
     const refs = Array.from({ length: 100 }, () => new WeakRef({}));
     let rss = 0;
     const watch = new GarbageWatch(() => 0, () => rss);
     rss = 2 ** 30;
     setTimeout(() => {
       watch.collectIfNear();
       setTimeout(() => self.postMessage(refs.filter((ref) => ref.deref() === undefined).length), 0);
     }, 0);`,
  );
  const worker = new Worker(new URL(`file://${file}`), { type: "module" });
  try {
    const count = await new Promise<number>((resolve) => worker.onmessage = ({ data }) => resolve(data));
    assert.ok(count > 90, `${count} of 100`);
  } finally {
    worker.terminate();
    Deno.removeSync(file);
  }
});
