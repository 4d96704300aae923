/**
 * TensorFlow.js on its WebAssembly backend, one thread; it has f32 only.
 *
 * @module
 */
// deno-lint-ignore-file no-explicit-any -- the package is fetched by the bench, the project does not have its types
import type { JsPeer, NpyArray } from "./js_peer.ts";

const VERSION = "4.22.0";
const tf: any = await import(`npm:@tensorflow/tfjs-core@${VERSION}`);
const backend: any = await import(`npm:@tensorflow/tfjs-backend-wasm@${VERSION}`);
backend.setThreadsCount(1);
await tf.setBackend("wasm");
await tf.ready();

const works: JsPeer["works"] = {
  a: ({ x, w, b }) => ({ y: tf.sigmoid(tf.add(tf.mul(x, w), b)) }),
  b: ({ x, m, s }) => ({ y: tf.clipByValue(tf.div(tf.sub(x, m), s), -3, 3) }),
  c: ({ x, w }) => ({ y: tf.matMul(x, w) }),
  e: async ({ x }) => ({ y: await tf.booleanMaskAsync(x, tf.greater(x, 0)) }),
  f: ({ x, t, m }) => ({ y: tf.where(tf.greater(x, t), tf.fill(x.shape, m.dataSync()[0]), x) }),
  g: ({ x, m, s, w }) => {
    const p = tf.softmax(tf.matMul(tf.clipByValue(tf.div(tf.sub(x, m), s), -3, 3), w));
    return { cluster: tf.argMax(p, 1), score: tf.max(p, 1) };
  },
  h: ({ x, c }) => ({
    y: tf.matMul(tf.div(x, tf.norm(x, 2, 1, true)), tf.div(c, tf.norm(c, 2, 1, true)), false, true),
  }),
  j: ({ x, y }) => ({ z: tf.matMul(x, y) }),
  k: ({ x }) => ({ y: tf.sub(x, tf.mean(x, 1, true)) }),
};

/** Frees what a work made on the way. */
function tidied(work: JsPeer["works"][string]): JsPeer["works"][string] {
  return async (operands) => {
    tf.engine().startScope();
    const outputs = await work(operands);
    for (const value of Object.values(outputs)) tf.keep(value);
    tf.engine().endScope();
    return outputs;
  };
}

export const peer: JsPeer = {
  versions: { "tfjs-backend-wasm": VERSION },
  works: Object.fromEntries(Object.entries(works).map(([letter, work]) => [letter, tidied(work)])),
  hold: ({ shape, data }: NpyArray) => tf.tensor(data, shape, "float32"),
  release: (value) => value.dispose(),
  values: (value) => value.data(),
};
