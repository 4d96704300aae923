/**
 * jax-js on its WebAssembly device; each work is one jitted function. An array is consumed by the operation that
 * takes it, `ref` keeps it. A work in f64 never ended on this device (i).
 *
 * @module
 */
// deno-lint-ignore-file no-explicit-any -- the package is fetched by the bench, the project does not have its types
import type { JsPeer, NpyArray } from "./js_peer.ts";

const VERSION = "0.1.25";
const jax: any = await import(`npm:@jax-js/jax@${VERSION}`);
const np = jax.numpy;
await jax.init("wasm");
jax.defaultDevice("wasm");

const rows = { keepdims: true };

const functions: Record<string, (...operands: any[]) => any> = {
  a: (x, w, b) => jax.nn.sigmoid(x.mul(w).add(b)),
  b: (x, m, s) => np.clip(x.sub(m).div(s), -3, 3),
  c: (x, w) => np.matmul(x, w),
  f: (x, t, m) => np.where(np.greater(x.ref, t), m, x),
  g: (x, m, s, w) => {
    const p = jax.nn.softmax(np.matmul(np.clip(x.sub(m).div(s), -3, 3), w), 1);
    return { cluster: np.argmax(p.ref, 1), score: np.max(p, 1) };
  },
  h: (x, c) => {
    const unit = x.ref.div(np.sqrt(np.sum(np.square(x), 1, rows)));
    const centroids = c.ref.div(np.sqrt(np.sum(np.square(c), 1, rows)));
    return np.matmul(unit, np.transpose(centroids));
  },
  j: (x, y) => np.matmul(x, y),
  k: (x) => x.ref.sub(np.mean(x, 1, rows)),
};

const works: JsPeer["works"] = Object.fromEntries(
  Object.entries(functions).map(([letter, body]) => {
    const jitted = jax.jit(body);
    return [letter, async (operands) => {
      const result = jitted(...Object.values(operands).map((one: any) => one.ref));
      const outputs = letter === "g" ? result : letter === "j" ? { z: result } : { y: result };
      await jax.blockUntilReady(Object.values(outputs).map((one: any) => one.ref));
      return outputs;
    }];
  }),
);

export const peer: JsPeer = {
  versions: { "jax-js": VERSION },
  works,
  hold: ({ shape, data }: NpyArray) => np.array(data, { dtype: np.float32 }).reshape(shape),
  release: (value) => value.dispose(),
  values: (value) => value.ref.data(),
};
