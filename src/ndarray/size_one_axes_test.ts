/**
 * An axis of one element has a stride that says nothing: every function gives of any layout what it gives of the
 * row-major copy, to the bit.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import * as nd from "./mod.ts";
import { BEFORE, type Call, functionsIn } from "./testing/every_function.ts";

/** Shapes with axes of one element. */
const SHAPES = [[1], [1, 3], [3, 1], [1, 1], [2, 1, 3], [1, 3, 1]];
/** Functions whose result is none of the elements: text of layouts, uncleared memory, generators. */
const OTHERS = new Set(["emptyLike", "nditer", "ndenumerate", "setPrintoptions", "withPrintoptions"]);

/** The elements of an array in other layouts, above all of its axes of one element. */
const LAYOUTS: Readonly<Record<string, (a: nd.NDArray) => nd.NDArray>> = {
  reversed: (a) => a.slice(a.shape.map(() => "::-1")).copy().slice(a.shape.map(() => "::-1")),
  "every third": (a) => {
    const apart = nd.full(a.shape.map((size) => 3 * size - 2), 1, a.dtype), every = a.shape.map(() => "::3");
    apart.set(every, a);
    return apart.slice(every);
  },
  "every third of one": (a) => {
    const apart = nd.full(a.shape.map((size) => size === 1 ? 3 : size), 1, a.dtype);
    const every = a.shape.map((size) => size === 1 ? "2::3" : ":");
    apart.set(every, a);
    return apart.slice(every);
  },
  transposed: (a) => a.T.copy().T,
  strange: (a) => {
    const copy = a.copy(), strange = [7, -8, 1e6, 0].map((steps) => steps * a.itemsize);
    const strides = copy.strides.map((stride, axis) => copy.shape[axis] === 1 ? strange[axis]! : stride);
    return nd.lib.strideTricks.asStrided(copy, copy.shape, strides);
  },
  repeated: (a) => {
    const wide = a.copy().broadcastTo(a.shape.map((size) => size === 1 ? 4 : size));
    return wide.slice(a.shape.map((size) => size === 1 ? "2:3" : ":"));
  },
};

/** A result as text, floats by their bits. */
function told(value: unknown): unknown {
  if (value instanceof nd.NDArray) {
    return [value.dtype, value.shape, Array.from(value.tobytes())];
  }
  if (Array.isArray(value)) return value.map(told);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).map(([key, each]) => [key, told(each)]);
  }
  return typeof value === "bigint" || typeof value === "function" ? String(value) : value;
}

function answer(call: () => unknown): unknown {
  try {
    return told(call());
  } catch (error) {
    return error instanceof NdpipeError ? error.code : `RAW ${error}`;
  }
}

Deno.test("every function of one array promises the same of every stride of an axis of one element", () => {
  const functions = new Map(functionsIn(nd)), found: string[] = [], layouts = Object.entries(LAYOUTS);
  let numCalls = 0, numRefused = 0;
  for (const dtype of ["f32", "f64", "i64", "u8", "bool"] as const) {
    for (const [args, names] of BEFORE) {
      nd.scope(() => {
        const [first, ...rest] = args();
        if (!(first instanceof nd.NDArray)) return;
        for (const name of names.split(" ")) {
          if (OTHERS.has(name) || name.startsWith("testing.")) continue;
          // all pairs would take half a minute: each call takes the next of each, and has another one in each dtype
          const shape = SHAPES[numCalls % SHAPES.length]!;
          const [layout, make] = layouts[Math.floor(numCalls / SHAPES.length) % layouts.length]!;
          numCalls++;
          nd.scope(() => {
            const count = shape.reduce((a, b) => a * b);
            const plain = nd.arange(count).add(1).mul(3).mod(8).reshape(shape).astype(dtype);
            const call = functions.get(name) as Call;
            // what is written to is told, too
            const run = (a: nd.NDArray) => [answer(() => call(a, ...rest)), told(a)];
            const wanted = run(plain.copy()), given = run(make(plain));
            if (typeof wanted[0] === "string") numRefused++;
            // what is repeated is not written to
            if (given[0] === "ARR001" || JSON.stringify(given) === JSON.stringify(wanted)) return;
            found.push(`${name} of ${dtype} ${shape}, ${layout}: ${JSON.stringify(given)}`);
          });
        }
      });
    }
  }
  ok(numCalls > 1000 && numRefused < numCalls / 3, `${numRefused} of ${numCalls} are refused`);
  deepStrictEqual(found, []);
});
