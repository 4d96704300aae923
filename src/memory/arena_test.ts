import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { MemoryError, NdpipeError } from "../errors.ts";
import { Arena, ARENA_OVERHEAD_BYTES } from "./arena.ts";
import { createMemory } from "./linear_memory.ts";
import { bytesOf } from "./region.ts";

const memory = createMemory({ bytes: 65536 });

Deno.test("Arena.over() keeps guards at both ends of the memory", () => {
  const arena = Arena.over(memory);
  strictEqual(arena.limit, 65536 - ARENA_OVERHEAD_BYTES);
  const all = arena.allocate(arena.limit, "all");
  strictEqual(all.byteOffset, 64);
  strictEqual(all.byteOffset + all.byteLength, 65536 - 64);
  strictEqual(Arena.over(createMemory({ bytes: 0 })).limit, 0);
});

Deno.test("new Arena() aligns its regions in a region that is not aligned", () => {
  const arena = new Arena({ memory, byteOffset: 100, byteLength: 300 });
  strictEqual(arena.limit, 256);
  strictEqual(arena.allocate(256, "all").byteOffset, 128);
  strictEqual(new Arena({ memory, byteOffset: 100, byteLength: 20 }).limit, 0);
});

Deno.test("allocate() refuses what is not left, by label and numbers, and changes nothing", () => {
  const arena = new Arena({ memory, byteOffset: 0, byteLength: 1024 });
  arena.allocate(500, "features");
  arena.allocate(10, "mask");
  throws(() => arena.allocate(449, "scores"), (error) => {
    if (!(error instanceof MemoryError)) return false;
    strictEqual(error.code, "MEM005");
    strictEqual(error.message, "449 B for scores do not fit the arena");
    deepStrictEqual(error.notes, ["576 B of 1,024 B are in use", "features: 512 B", "mask: 64 B"]);
    return true;
  });
  strictEqual(arena.used, 576);
  strictEqual(arena.allocate(448, "scores").byteOffset, 576);
});

Deno.test("allocate() refuses sizes that are no number of bytes", () => {
  const arena = Arena.over(memory);
  for (const size of [-1, 1.5, NaN, Infinity]) throws(() => arena.allocate(size, "x"), RangeError);
});

Deno.test("report() lists what the peak was made of, though it is long released", () => {
  const arena = Arena.over(memory);
  arena.allocate(64, "params");
  const mark = arena.mark();
  arena.allocate(640, "features");
  arena.allocate(128, "features");
  arena.allocate(128, "scores");
  const peak = [{ label: "features", bytes: 768 }, { label: "scores", bytes: 128 }, {
    label: "params",
    bytes: 64,
  }];
  deepStrictEqual(arena.report(), peak);
  arena.release(mark);
  arena.allocate(64, "later");
  strictEqual(arena.used, 128);
  strictEqual(arena.peak, 960);
  deepStrictEqual(arena.report(), peak);
  arena.allocate(1024, "larger");
  deepStrictEqual(arena.report()[0], { label: "larger", bytes: 1024 });
});

Deno.test("release() refuses a mark that is released already", () => {
  const arena = Arena.over(memory);
  const outer = arena.mark();
  arena.allocate(64, "a");
  const inner = arena.mark();
  arena.release(outer);
  throws(() => arena.release(inner), (error) => error instanceof NdpipeError && error.code === "BUG001");
});

Deno.test("lease() ends with its scope, and a lease that ended throws", () => {
  const arena = Arena.over(memory);
  const kept = arena.allocate(64, "kept");
  let escaped;
  {
    using lease = arena.lease(100, "scratch");
    bytesOf(lease.region).fill(1);
    strictEqual(lease.region.byteOffset, kept.byteOffset + 64);
    escaped = lease;
  }
  strictEqual(arena.used, 64);
  const isBug = (error: unknown) => error instanceof NdpipeError && error.code === "BUG001";
  throws(() => escaped.region, isBug);
  throws(() => escaped[Symbol.dispose](), isBug);
  using next = arena.lease(100, "scratch");
  throws(() => escaped.region, isBug, "another lease at the same place is not the old one");
  strictEqual(next.region.byteLength, 100);
});

Deno.test("Arena hands out aligned regions that never overlap, whatever is allocated and released", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("allocate" as const), size: fc.nat(3000) }),
    fc.record({ kind: fc.constant("mark" as const), size: fc.constant(0) }),
    fc.record({ kind: fc.constant("release" as const), size: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const arena = Arena.over(memory);
      const live: { offset: number; size: number }[] = [];
      const marks: { mark: ReturnType<Arena["mark"]>; numLive: number }[] = [];
      let peak = 0;
      for (const { kind, size } of steps) {
        if (kind === "mark") marks.push({ mark: arena.mark(), numLive: live.length });
        else if (kind === "release") {
          const last = marks.pop();
          if (last === undefined) continue;
          arena.release(last.mark);
          live.length = last.numLive;
        } else {
          const { byteOffset, byteLength } = arena.allocate(size, `${size}`);
          strictEqual(byteOffset % 64, 0);
          strictEqual(byteLength, size);
          for (const other of live) {
            const isApart = byteOffset >= other.offset + other.size ||
              byteOffset + byteLength <= other.offset;
            if (!isApart) throw new Error(`${byteOffset} overlaps ${other.offset}`);
          }
          live.push({ offset: byteOffset, size });
        }
        const used = live.reduce((sum, entry) => sum + Math.ceil(entry.size / 64) * 64, 0);
        peak = Math.max(peak, used);
        strictEqual(arena.used, used);
        strictEqual(arena.peak, peak);
        strictEqual(arena.report().reduce((sum, { bytes }) => sum + bytes, 0), peak);
      }
    }),
    { numRuns: 100 },
  );
});
