/**
 * No argument is passed over silently: every exported function, and every method, refuses what it does not use where
 * options stand, and options that it has not. The walk finds the functions itself, so one that is added fails here until it is in the table.
 *
 * @module
 */
import { deepStrictEqual, ok, throws } from "node:assert/strict";
import { NdpipeError } from "../errors.ts";
import * as nd from "./mod.ts";
import { optionNames } from "./storage/option_names.ts";
import {
  ALIKE,
  BEFORE,
  type Call,
  functionsIn,
  m,
  METHODS_BEFORE,
  parametersOf,
  TAKES_MORE,
  v,
  whole,
  withOptions,
} from "./testing/every_function.ts";

/** What a call says to a stray argument: the code of its refusal, or what it gave. */
function answer(call: Call): string {
  try {
    const given = call();
    // what is gone through refuses at the first step
    if (typeof given === "object" && given !== null && "next" in given) {
      [...given as unknown as Iterable<unknown>];
    }
    return "no refusal";
  } catch (error) {
    return error instanceof NdpipeError ? "refused" : `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** Positions from the first one that is not needed, at which a stray value is not refused. */
function passedOver(
  name: string,
  call: Call,
  args: () => unknown[],
  parameters = parametersOf(call),
): string[] {
  const given = args().length;
  const last = parameters.at(-1)?.startsWith("...") ? given + 8 : parameters.length;
  const found: string[] = [];
  for (let position = given; position < last; position++) {
    for (const stray of ["zzz", new Map(), { axs: 0 }]) {
      const before = [...args(), ...Array<undefined>(position - given).fill(undefined)];
      const said = nd.scope(() => answer(() => call(...before, stray)));
      if (said !== "refused") found.push(`${name}, argument ${position + 1}, ${String(stray)}: ${said}`);
    }
  }
  return found;
}

Deno.test("every exported function promises to refuse what stands where its options are and is none", () => {
  const before = new Map(BEFORE.flatMap(([args, names]) => names.split(" ").map((name) => [name, args])));
  const walked = withOptions(functionsIn(nd)), found: string[] = [];
  ok(walked.length > 300);
  const missing = walked.map(([name]) => name).filter((name) => !before.has(name));
  deepStrictEqual(missing, [], "functions that are not in the table of this test");
  const printed = nd.getPrintoptions();
  nd.scope(() => {
    for (const [name, call] of walked) found.push(...passedOver(name, call, before.get(name)!));
  });
  nd.setPrintoptions(printed);
  deepStrictEqual(found, []);
});

/** The methods that a class and its kin have, bound to one of them. */
function methodsOf(one: object): [string, Call][] {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(one)).flatMap((name): [string, Call][] => {
    const { value } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(one), name)!;
    const isMethod = typeof value === "function" && name !== "constructor" &&
      TAKES_MORE.test(parametersOf(value).join());
    return isMethod ? [[name, value as Call]] : [];
  });
}

Deno.test("every method promises to refuse what stands where its options are and is none", () => {
  const generator = () => nd.random.defaultRng(1), found: string[] = [], tested = new Set<string>();
  const makers: Record<string, () => object> = {
    NDArray: v,
    whole,
    matrix: m,
    Generator: generator,
    add: () => nd.add,
  };
  for (const [holder, rows] of Object.entries(METHODS_BEFORE)) {
    for (const [args, names] of rows) {
      for (const name of names.split(" ").filter((each) => each !== "")) {
        tested.add(name);
        const make = makers[holder]!, method = (make() as Record<string, Call>)[name]!;
        const call = (...given: unknown[]) => Reflect.apply(method, make(), given);
        nd.scope(() => found.push(...passedOver(`${holder}.${name}`, call, args, parametersOf(method))));
      }
    }
  }
  const all = [...methodsOf(v()), ...methodsOf(generator())].map(([name]) => name);
  deepStrictEqual(
    all.filter((name) => !tested.has(name) && !ALIKE.has(name)),
    [],
    "methods that are not in the table of this test",
  );
  deepStrictEqual(found, []);
});

Deno.test("an option that a function has not is refused by its name, with the name that is nearest", () => {
  nd.scope(() => {
    const a = nd.array([[1, 2], [3, 4]]);
    const calls: readonly (readonly [() => unknown, string, string])[] = [
      [() => a.sum({ axs: 0 } as object), 'sum has no option "axs"', "axis"],
      [() => a.sum(0, { keepdim: true } as object), 'sum has no option "keepdim"', "keepdims"],
      [() => a.sum({ axs: undefined, ais: 0 } as object), 'sum has no option "ais"', "axis"],
      [() => nd.cumsum(a, { axs: 0 } as object), 'cumsum has no option "axs"', "axis"],
      [() => nd.cumsum(a, 0, { typ: "f32" } as object), 'cumsum has no option "typ"', "dtype"],
      [() => a.add(1, { dtpye: "f32" } as object), 'add has no option "dtpye"', "dtype"],
      [() => nd.add.reduce(a, { initail: 1 } as object), 'add.reduce has no option "initail"', "initial"],
      [
        () => nd.gradient(a, 1, { edge_order: 2 } as object),
        'gradient has no option "edge_order"',
        "edgeOrder",
      ],
      [
        () => nd.linalg.diagonal(a, { ofset: 1 } as object),
        'linalg.diagonal has no option "ofset"',
        "offset",
      ],
      [() => nd.random.defaultRng(1).random({ sise: 3 } as object), 'random has no option "sise"', "size"],
      [() => nd.median(a, { ax: null } as object), 'median has no option "ax"', "axis"],
    ];
    for (const [call, message, nearest] of calls) {
      throws(call, (error: unknown) => {
        ok(error instanceof NdpipeError);
        deepStrictEqual([error.code, error.message, error.help], [
          "ARR002",
          message,
          `did you mean ${nearest}?`,
        ]);
        return true;
      });
    }
  });
});

/** What a function gives, given options behind what it needs; of a function that makes one, what that gives. */
type Given = (options: object) => nd.NDArray | null;

/** Whether results show that an option was used: beside what is given without options. */
const SHOWN: Readonly<Record<string, (plain: nd.NDArray, given: Given) => boolean>> = {
  out: (plain, given) => {
    const out = nd.zerosLike(plain);
    return given({ out }) === out;
  },
  dtype: (_, given) => given({ dtype: "f32" })?.dtype === "f32",
  where: (plain, given) => {
    const where = nd.zeros(3, "bool"),
      changed = (options: object) => {
        const result = given(options);
        return result !== null && !nd.arrayEqual(result, plain);
      };
    // where the result without any element is the same, an out stays as it is
    return changed({ where }) || changed({ where, out: nd.eq(plain, 0).astype(plain.dtype) });
  },
};

/** Functions whose results do not show that they use `where`. */
const SHOWN_ELSEWHERE = new Set(["copyto"]);

Deno.test("every exported function promises to use the options that it does not refuse", () => {
  const before = new Map(BEFORE.flatMap(([args, names]) => names.split(" ").map((name) => [name, args])));
  const found: string[] = [];
  let numShown = 0;
  const shows = (name: string, call: Call, option: string): void => {
    const args = before.get(name)!;
    const given = (...options: object[]): nd.NDArray | null => {
      const result = call(...args(), ...options);
      const one = typeof result === "function" ? (result as Call)(v()) : result;
      const first = Array.isArray(one) ? one[0] as unknown : one;
      return first instanceof nd.NDArray ? first : null;
    };
    try {
      if (!SHOWN[option]!(given() ?? nd.zeros(3), given)) found.push(`${name} passes over ${option}`);
      numShown++;
    } catch (error) {
      if (!(error instanceof NdpipeError)) throw error;
    }
  };
  nd.scope(() => {
    for (const [name, call] of withOptions(functionsIn(nd))) {
      const parameters = parametersOf(call), hasMore = parameters.at(-1)?.startsWith("...") === true;
      if (SHOWN_ELSEWHERE.has(name) || (!hasMore && before.get(name)!().length >= parameters.length)) {
        continue;
      }
      for (const option in SHOWN) shows(name, call, option);
    }
  });
  ok(numShown > 300);
  deepStrictEqual(found, []);
});

Deno.test("an axis that stands by position and among the options is refused, whatever the two are", () => {
  const a = nd.array([[1, 2], [3, 4]], "f64"), found: string[] = [];
  const names =
    "sum prod min max amin amax any all argmin argmax mean var std countNonzero ptp average median nansum nanprod nanmin " +
    "nanmax nanargmin nanargmax nanmean nanvar nanstd nanmedian cumsum cumprod sort argsort squeeze";
  const functions = new Map(functionsIn(nd));
  const calls: [string, Call][] = [
    ...names.split(" ").map((name): [string, Call] => [name, (...args) => functions.get(name)!(a, ...args)]),
    ..."quantile percentile nanquantile nanpercentile partition argpartition".split(" ")
      .map((name): [string, Call] => [name, (...args) => functions.get(name)!(a, 1, ...args)]),
    ..."sum prod min max any all argmin argmax mean var std countNonzero norm".split(" ").map((name) =>
      [
        `NDArray.${name}`,
        (...args) => Reflect.apply((a as unknown as Record<string, Call>)[name]!, a, args),
      ] as [
        string,
        Call,
      ]
    ),
    ["add.reduce", (...args) => (nd.add.reduce as Call)(a, ...args)],
  ];
  nd.scope(() => {
    for (const [name, call] of calls) {
      for (const axis of [1, null, 0]) {
        const said = answer(() => call(0, { axis }));
        if (said !== "refused") found.push(`${name}(0, { axis: ${axis} }): ${said}`);
      }
      deepStrictEqual(answer(() => call(null, { keepdims: undefined })), "no refusal", name);
    }
  });
  deepStrictEqual(found, []);
  throws(() => a.sum(0, { axis: 1 }), { code: "ARR002", message: /^sum is given axis twice/ });
  deepStrictEqual(a.sum({ axis: 1 }).toList(), [3, 7]);
  deepStrictEqual(a.sum(null, { axis: 1 }).toList(), [3, 7]);
});

/** Values of options, of which one at least shows: it gives what is not given without the option. */
const SHOWING: Readonly<Record<string, readonly unknown[]>> = {
  axis: [0, 1],
  bins: [2],
  correction: [1],
  ddof: [1],
  density: [true],
  endpoint: [false],
  includeInitial: [true],
  initial: [50, -50],
  keepdims: [true],
  method: ["lower", "inverted_cdf"],
  n: [2, 1],
  num: [3],
};

/** Functions of numbers, of vectors of a length, or of several ways, whose arguments here show no option. */
const NOT_SHOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  axis: new Set(["linspace", "logspace", "geomspace", "linalg.cross", "unpackbits", "compress", "trimZeros"]),
  correction: new Set(["cov"]),
  ddof: new Set(["cov"]),
};

/** Arguments with matrices in the place of vectors. */
function widened(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(widened);
  const isVector = given instanceof nd.NDArray && given.ndim === 1 && given.size === 3;
  return isVector ? nd.array([[3, 1, 2], [6, 5, 9]]).astype(given.dtype) : given;
}

/** A result as text; null for a refusal. */
function shown(call: () => unknown): string | null {
  const text = (value: unknown): string => {
    if (value instanceof nd.NDArray) return `${value.dtype} (${value.shape}) ${value}`;
    return typeof value === "object" && value !== null
      ? Object.values(value).map(text).join()
      : String(value);
  };
  try {
    return text(call());
  } catch (error) {
    if (!(error instanceof NdpipeError)) throw error;
    return null;
  }
}

Deno.test("every exported function promises to use its options of axes, sizes and starts", () => {
  const before = new Map(BEFORE.flatMap(([args, names]) => names.split(" ").map((name) => [name, args])));
  const found: string[] = [];
  let numShown = 0;
  for (const [name, call] of withOptions(functionsIn(nd))) {
    const args = before.get(name)!, parameters = parametersOf(call), names = optionNames(name);
    if (parameters.at(-1)?.startsWith("...") !== true && args().length >= parameters.length) continue;
    for (const option in SHOWING) {
      if (!names.has(option) || NOT_SHOWN[option]?.has(name)) continue;
      nd.scope(() => {
        const isShown = [() => args(), () => args().map(widened)].some((make) => {
          const plain = shown(() => call(...make()));
          const given = SHOWING[option]!.map((value) => shown(() => call(...make(), { [option]: value })));
          return given.some((text) => text !== null && text !== plain);
        });
        if (isShown) numShown++;
        else found.push(`${name} passes over ${option}`);
      });
    }
  }
  ok(numShown > 100);
  deepStrictEqual(found, []);
});
