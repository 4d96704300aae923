/**
 * The works of bench/ndarray in numpy-ts, written as one would write NumPy.
 *
 * @module
 */
// deno-lint-ignore-file no-explicit-any -- the package is fetched by the bench, the project does not have its types
import type { JsPeer, NpyArray } from "./js_peer.ts";

const VERSION = "1.7.0";
const np: any = await import(`npm:numpy-ts@${VERSION}`);

// its addresses are wrong beyond 2 GiB
np.configureWasm({ maxMemory: 2 ** 31 - 2 ** 16 });

export const peer: JsPeer = {
  versions: { "numpy-ts": VERSION },
  works: {
    add: ({ x, y }) => ({ r: np.add(x, y) }),
    multiply: ({ x, y }) => ({ r: np.multiply(x, y) }),
    exp: ({ x }) => ({ r: np.exp(x) }),
    sum: ({ x }) => ({ r: np.sum(x) }),
    mean0: ({ x }) => ({ r: np.mean(x, 0) }),
    mean1: ({ x }) => ({ r: np.mean(x, 1) }),
    sort: ({ x }) => ({ r: np.sort(x) }),
    argsort: ({ x }) => ({ r: np.argsort(x) }),
    median: ({ x }) => ({ r: np.median(x) }),
    cumsum: ({ x }) => ({ r: np.cumsum(x) }),
    mask: ({ x, m }) => ({ r: np.compress(m, x) }),
    take: ({ x, i }) => ({ r: np.take(x, i) }),
    where: ({ m, x, y }) => ({ r: np.where(m, x, y) }),
    transpose: ({ x }) => {
      const view = np.transpose(x), r = np.copy(view);
      view.dispose();
      return { r };
    },
    chain: ({ x, y }) => {
      const between: any[] = [np.multiply(x, 2)];
      between.push(np.add(between[0], y));
      between.push(np.absolute(between[1]));
      between.push(np.sqrt(between[2]));
      const r = np.subtract(between[3], 1);
      // what is not disposed of exhausts its memory
      for (const array of between) array.dispose();
      return { r };
    },
    matmul: ({ x, y }) => ({ r: np.matmul(x, y) }),
    fft: ({ x }) => ({ pairs: np.fft.fft(x) }),
  },
  hold: ({ shape, dtype, data }: NpyArray) =>
    dtype === "bool" ? np.array(data).astype("bool").reshape(shape) : np.array(data).reshape(shape),
  release: (value) => value?.dispose?.(),
  values: (value) =>
    Promise.resolve(typeof value === "number" ? Float64Array.of(value) : np.copy(np.ravel(value)).data),
};
