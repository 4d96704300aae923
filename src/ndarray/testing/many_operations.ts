/** Many operations of all kinds, to see whether what they allocate comes back. @module */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as nd from "../mod.ts";

/** Runs so many operations, whose results are disposed of. No storage may stay, and the peak may not rise. */
export function runOperations(count: number): void {
  const x = nd.arange(256).reshape([16, 16]), mask = x.mod(3).eq(0);
  const step = (i: number): nd.NDArray => {
    switch (i % 10) {
      case 0:
        return x.add(i).T.copy();
      case 1:
        return x.std(0);
      case 2:
        return x.astype("f32").softmax(1);
      case 3:
        return x.matmul(x.T);
      case 4:
        return x.mask(mask);
      case 5:
        return x.take([i % 16, 0], 1);
      case 6:
        return nd.concatenate([x, x.T]).reshape(-1);
      case 7:
        return x.slice("::-1").set("0", [i]).argmax();
      case 8:
        return nd.where(mask, x, 0).fillNan(0);
      default:
        return x.dot(nd.ones([2, 16, 3])).mean([0, 1]);
    }
  };
  for (let i = 0; i < 10; i++) nd.scope(() => step(i)).dispose();
  const before = nd.memoryStatistics();
  for (let i = 0; i < count; i++) nd.scope(() => step(i)).dispose();
  const after = nd.memoryStatistics();
  deepStrictEqual([after.numStorages, after.bytesInUse], [before.numStorages, before.bytesInUse]);
  strictEqual(after.peakBytesInUse, before.peakBytesInUse);
  x.dispose();
  mask.dispose();
}
