import { deepStrictEqual } from "node:assert/strict";
import { DTYPES } from "../../dtype/mod.ts";
import { array, NDArray, random, sort } from "../mod.ts";

/** rows of any bits, with zeros of both signs, infinities and NaN among floats */
function rowsOf(dtype: typeof DTYPES[number], numRows: number, length: number): NDArray {
  const generator = random.defaultRng(numRows * 1000 + length), size = [numRows, length];
  using bits = generator.integers(0, 250, { size });
  if (dtype === "bool") return bits.gt(100);
  if (dtype !== "f32" && dtype !== "f64") return bits.mul(bits).mul(1 + (length % 7) * 2 ** 20).astype(dtype);
  using values = generator.choice(array([0, -0, NaN, Infinity, -Infinity, 1.5, -2.5, 1e-40]), size);
  using isSpecial = bits.lt(30), numbers = bits.sub(125).mul(0.37);
  return numbers.astype(dtype).add(isSpecial.astype(dtype).mul(values.astype(dtype)));
}

Deno.test("sort() of many rows sorts each as if it were alone, of every dtype, length and number of rows", () => {
  for (const dtype of DTYPES) {
    for (const length of [2, 7, 8, 9, 16, 33, 64, 100, 257]) {
      for (const numRows of [1, 2, 3, 7, 16, 17]) {
        using rows = rowsOf(dtype, numRows, length), sorted = sort(rows), columns = sort(rows.T, 0);
        for (let row = 0; row < numRows; row++) {
          const elements = rows.slice([row]).toTypedArray().sort();
          deepStrictEqual(numbers(sorted.slice([row])), numbers(elements), `${dtype} ${numRows}, ${length}`);
        }
        deepStrictEqual(columns.T.toList(), sorted.toList());
      }
    }
  }
});

/** elements of which zeros have one sign: typed arrays have -0 before 0, NumPy and sort() have them equal */
function numbers(elements: NDArray | ArrayLike<number | bigint>): (number | bigint)[] {
  const list = elements instanceof NDArray ? elements.toTypedArray() : elements;
  return Array.from(list as ArrayLike<number | bigint>, (element) => element === 0 ? 0 : element);
}

Deno.test("sort() of rows keeps the order in which zeros of both signs were", () => {
  for (const dtype of ["f32", "f64"] as const) {
    using rows = array([[1, 0, -0, -1, 0], [1, -0, 0, -1, -0], [3, 2, 0, 0, 5], [-0, 3, -0, 2, 1]], dtype);
    deepStrictEqual(sort(rows).toList(), [[-1, 0, -0, 0, 1], [-1, -0, 0, -0, 1], [0, 0, 2, 3, 5], [
      -0,
      -0,
      1,
      2,
      3,
    ]]);
  }
});
