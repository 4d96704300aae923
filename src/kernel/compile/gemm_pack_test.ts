import { deepStrictEqual } from "node:assert/strict";
import { ModuleBuilder } from "../wasm/module_builder.ts";
import { packB, packedBytes } from "./gemm.ts";
import { emitPackB, writePackDescriptor } from "./gemm_pack.ts";

Deno.test("emitPackB() writes what packB() writes, and nothing else, for every size and stride", () => {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
  const bytes = new Uint8Array(memory.buffer);
  for (let i = 0; i < 65536; i++) bytes[i] = i * 37 % 251;
  for (const dtype of ["f32", "f64"] as const) {
    const module = new ModuleBuilder();
    emitPackB(module, "pack", dtype);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
      env: { memory },
    });
    const pack = exports["pack"] as (descriptor: number) => void;
    const itemsize = dtype === "f32" ? 4 : 8;
    for (let n = 0; n <= 19; n++) {
      for (const k of [0, 1, 2, 8, 19]) {
        for (
          const [row, column] of [[n, 1], [n + 3, 1], [1, k], [-n, 1], [n, -1], [40, 2], [0, 1], [
            1,
            0,
          ]] as const
        ) {
          const source = {
            pointer: 32768,
            rowStride: row * itemsize,
            columnStride: column * itemsize,
            k,
            n,
          };
          const numBytes = packedBytes(k, n, dtype);
          bytes.fill(0xa5, 65536);
          packB(memory, { ...source, dtype }, 65536);
          writePackDescriptor(memory, 196608, { ...source, destination: 131072 });
          pack(196608);
          const [expected, actual] = [65536, 131072].map((start) =>
            bytes.slice(start, start + numBytes + 64)
          );
          deepStrictEqual(actual, expected, `${dtype} k=${k} n=${n} strides ${row} ${column}`);
        }
      }
    }
  }
});
