/**
 * numpy-ts, written as one would write NumPy.
 *
 * @module
 */
// deno-lint-ignore-file no-explicit-any -- the package is fetched by the bench, the project does not have its types
import type { JsPeer, NpyArray } from "./js_peer.ts";

const VERSION = "1.7.0";
const np: any = await import(`npm:numpy-ts@${VERSION}`);

// its addresses are wrong beyond 2 GiB
np.configureWasm({ maxMemory: 2 ** 31 - 2 ** 16 });

const rows = { axis: 1, keepdims: true };

const works: JsPeer["works"] = {
  a: ({ x, w, b }) => ({ y: np.reciprocal(np.add(np.exp(np.negative(np.add(np.multiply(x, w), b))), 1)) }),
  b: ({ x, m, s }) => ({ y: np.clip(np.divide(np.subtract(x, m), s), -3, 3) }),
  c: ({ x, w }) => ({ y: np.matmul(x, w) }),
  e: ({ x }) => ({ y: np.compress(np.greater(x, 0), x) }),
  f: ({ x, t, m }) => ({ y: np.where(np.greater(x, t), m, x) }),
  g: ({ x, m, s, w }) => {
    const z = np.clip(np.divide(np.subtract(x, m), s), -3, 3);
    const logits = np.matmul(z, w);
    const e = np.exp(np.subtract(logits, np.max(logits, rows.axis, rows.keepdims)));
    const p = np.divide(e, np.sum(e, rows.axis, rows.keepdims));
    return { cluster: np.argmax(p, rows.axis), score: np.max(p, rows.axis) };
  },
  h: ({ x, c }) => {
    const unit = np.divide(x, np.sqrt(np.sum(np.square(x), rows.axis, rows.keepdims)));
    const centroids = np.divide(c, np.sqrt(np.sum(np.square(c), rows.axis, rows.keepdims)));
    return { y: np.matmul(unit, np.transpose(centroids)) };
  },
  i: ({ x }) => ({ y: np.multiply(np.log1p(np.absolute(x)), np.sign(x)) }),
  j: ({ x, y }) => ({ z: np.matmul(x, y) }),
  k: ({ x }) => ({ y: np.subtract(x, np.mean(x, rows.axis, rows.keepdims)) }),
  l: ({ x, w }) => ({
    y: np.matmul(np.divide(np.ascontiguousarray(np.transpose(x)).astype("float32"), 255), w),
  }),
};

export const peer: JsPeer = {
  versions: { "numpy-ts": VERSION },
  works,
  hold: ({ shape, data }: NpyArray) => shape.length === 0 ? np.array(data) : np.array(data).reshape(shape),
  release: (value) => value.dispose?.(),
  values: (value) => Promise.resolve(np.ravel(value).data),
};
