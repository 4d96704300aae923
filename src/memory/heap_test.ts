import { notStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { MemoryError } from "../errors.ts";
import { type Allocation, Heap } from "./heap.ts";
import { bytesOf, view } from "./region.ts";

const isRefused = (code: string) => (error: unknown) => error instanceof MemoryError && error.code === code;

Deno.test("allocate() gives aligned bytes that can be written and read", () => {
  const heap = new Heap({ limitBytes: 1 << 20 });
  const allocations = [0, 1, 63, 64, 65, 1000].map((size) => heap.allocate(size));
  allocations.forEach((allocation, i) => bytesOf(allocation).fill(i));
  allocations.forEach((allocation, i) => {
    strictEqual(allocation.byteOffset % 64, 0);
    notStrictEqual(allocation.byteOffset, 0);
    ok(bytesOf(allocation).every((byte) => byte === i));
  });
  strictEqual(bytesOf(allocations[5]!).length, 1000);
  strictEqual(heap.statistics().bytesInUse, 64 * 4 + 128 + 1024);
});

Deno.test("allocate() grows the memory, and views made afterwards see the bytes written before", () => {
  const heap = new Heap({ limitBytes: 64 << 20, initialBytes: 65536 });
  strictEqual(heap.statistics().bytesReserved, 65536);
  const small = heap.allocate(4096);
  view(small, "i32").fill(-7);
  const large = heap.allocate(20 << 20);
  view(large, "f64").fill(0.5);
  ok(heap.statistics().bytesReserved >= 20 << 20);
  ok(view(small, "i32").every((value) => value === -7));
  ok(small.byteOffset + small.byteLength <= large.byteOffset);
});

Deno.test("allocate() starts from an empty memory", () => {
  const heap = new Heap({ initialBytes: 0 });
  const first = heap.allocate(65536);
  strictEqual(first.byteOffset, 64);
  ok(first.byteOffset + first.byteLength + 64 <= heap.memory.buffer.byteLength);
});

Deno.test("allocate() leaves 64 bytes behind the last block for kernels that read vectors", () => {
  const heap = new Heap({ limitBytes: 65536 });
  const all = heap.allocate(65536 - 128);
  strictEqual(all.byteOffset + all.byteLength + 64, heap.memory.buffer.byteLength);
});

Deno.test("allocate() refuses beyond the limit, with numbers, and changes nothing", () => {
  const heap = new Heap({ limitBytes: 1 << 20, initialBytes: 0 });
  const first = heap.allocate(600_000);
  const before = heap.statistics();
  throws(() => heap.allocate(500_000), (error) => {
    if (!(error instanceof MemoryError)) return false;
    strictEqual(error.code, "MEM005");
    strictEqual(error.message, "500,000 B do not fit the heap's limit of 1,048,576 B");
    ok(error.notes[0]!.includes("600,000 B in 1 allocations"), error.notes[0]);
    return true;
  });
  strictEqual(JSON.stringify(heap.statistics()), JSON.stringify(before));
  first.free();
  strictEqual(heap.allocate(1_000_000).byteOffset, 64);
});

Deno.test("new Heap() refuses a limit beyond 4 GiB", () => {
  throws(() => new Heap({ limitBytes: 2 ** 32 + 1 }), isRefused("MEM005"));
});

Deno.test("allocate() refuses sizes that are no number of bytes", () => {
  const heap = new Heap({ limitBytes: 65536 });
  for (const size of [-1, 0.5, NaN, Infinity]) throws(() => heap.allocate(size), RangeError);
});

Deno.test("free() twice throws, and so does a view on freed bytes, though the bytes are in use again", () => {
  const heap = new Heap({ limitBytes: 65536 });
  const first = heap.allocate(128);
  const { byteOffset } = first;
  first.free();
  strictEqual(first.isFreed, true);
  const second = heap.allocate(128);
  strictEqual(second.byteOffset, byteOffset);
  throws(() => first.free(), isRefused("MEM006"));
  throws(() => view(first, "f32"), isRefused("MEM006"));
  strictEqual(second.isFreed, false);
});

Deno.test("an allocation in a `using` scope is freed at its end, unless it was freed inside", () => {
  const heap = new Heap({ limitBytes: 65536 });
  {
    using _kept = heap.allocate(64);
    using freed = heap.allocate(64);
    freed.free();
    strictEqual(heap.statistics().numLive, 1);
  }
  strictEqual(heap.statistics().numLive, 0);
});

Deno.test("free() merges neighbours in every order, so that all bytes can be had in one piece again", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), (order) => {
      const heap = new Heap({ limitBytes: 65536 });
      const pieces = order.map(() => heap.allocate(10_000));
      for (const index of order) pieces[index]!.free();
      const { numFreeBlocks, largestFreeBlock } = heap.statistics();
      strictEqual(numFreeBlocks, 1);
      strictEqual(largestFreeBlock, 65536 - 128);
      heap.allocate(65536 - 128);
    }),
    { numRuns: 60 },
  );
});

Deno.test("Heap hands out bytes that never overlap and counts them, whatever is allocated and freed", () => {
  const sizes = fc.oneof(
    fc.nat(300),
    fc.nat(20_000),
    fc.constantFrom(0, 64, 128, 192, 256, 320, 4096, 65536),
  );
  const step = fc.record({ isAllocation: fc.boolean(), size: sizes, which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const heap = new Heap({ limitBytes: 512 * 1024, initialBytes: 0 });
      const live: { allocation: Allocation; stamp: number }[] = [];
      let stamp = 0, peak = 0;
      for (const { isAllocation, size, which } of steps) {
        if (isAllocation) {
          const before = JSON.stringify(heap.statistics());
          try {
            const allocation = heap.allocate(size);
            stamp = (stamp + 1) % 251;
            bytesOf(allocation).fill(stamp);
            live.push({ allocation, stamp });
          } catch (error) {
            if (!isRefused("MEM005")(error)) throw error;
            strictEqual(JSON.stringify(heap.statistics()), before);
          }
        } else if (live.length > 0) {
          const [{ allocation, stamp: expected }] = live.splice(which % live.length, 1) as [
            typeof live[number],
          ];
          ok(bytesOf(allocation).every((byte) => byte === expected), "another allocation wrote here");
          allocation.free();
        }
        const used = live.reduce(
          (sum, { allocation: { byteLength } }) => sum + Math.max(64, Math.ceil(byteLength / 64) * 64),
          0,
        );
        peak = Math.max(peak, used);
        const statistics = heap.statistics();
        strictEqual(statistics.bytesInUse, used);
        strictEqual(statistics.peakBytesInUse, peak);
        strictEqual(statistics.numLive, live.length);
      }
      for (const { allocation, stamp: expected } of live) {
        ok(bytesOf(allocation).every((byte) => byte === expected), "another allocation wrote here");
        allocation.free();
      }
      const { numFreeBlocks, largestFreeBlock, bytesReserved } = heap.statistics();
      strictEqual(numFreeBlocks, bytesReserved === 0 ? 0 : 1);
      strictEqual(largestFreeBlock, Math.max(0, bytesReserved - 128));
    }),
    { numRuns: 150 },
  );
});
