import assert from "node:assert/strict";
import { GarbageWatch } from "./garbage_watch.ts";
import { currentRssBytes } from "./rss.ts";

const MIB = 1024 ** 2;

/** `numObjects` that nobody holds on to, and a watch on whether they are collected. */
function litter(numObjects: number): WeakRef<object>[] {
  return Array.from({ length: numObjects }, () => new WeakRef({}));
}

/** A reference keeps its object until the turn ends. */
const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));

const collected = (refs: readonly WeakRef<object>[]) =>
  refs.filter((ref) => ref.deref() === undefined).length;

Deno.test("garbage is collected where the memory comes near what was predicted, and left where it does not", async () => {
  const refs = litter(100), rss = currentRssBytes();
  await nextTurn();
  new GarbageWatch(() => rss + 64 * MIB).collectIfNear();
  await nextTurn();
  assert.equal(collected(refs), 0);
  await nextTurn();
  new GarbageWatch(() => rss + MIB).collectIfNear();
  await nextTurn();
  assert.ok(collected(refs) > 90, `${collected(refs)} of ${refs.length}`);
});

Deno.test("memory that is in use is not searched for garbage again until there is more", async () => {
  const watch = new GarbageWatch(() => MIB);
  watch.collectIfNear();
  const refs = litter(100);
  await new Promise((resolve) => setTimeout(resolve, 10));
  watch.collectIfNear();
  await nextTurn();
  assert.equal(collected(refs), 0);
});

Deno.test("a thread of its own collects its own garbage", async () => {
  const file = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(
    file,
    `import { GarbageWatch } from ${JSON.stringify(import.meta.resolve("./garbage_watch.ts"))};
     const refs = Array.from({ length: 100 }, () => new WeakRef({}));
     setTimeout(() => new GarbageWatch(() => 0).collectIfNear(), 0);
     setTimeout(() => self.postMessage(refs.filter((ref) => ref.deref() === undefined).length), 5);`,
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
