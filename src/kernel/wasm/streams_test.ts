import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import type { FunctionBuilder, Local } from "./function_builder.ts";
import { ModuleBuilder } from "./module_builder.ts";

/** the function `run(numbers)` gives what `emit` computes of two f64 */
function compile(emit: (f: FunctionBuilder, registers: readonly Local[]) => Local[]) {
  const module = new ModuleBuilder({ prints: true });
  module.add("run", ["f64", "f64"], ["f64", "f64"], (f) => {
    const results = emit(f, f.params);
    for (const result of results) f.get(result);
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  return { run: exports["run"] as (a: number, b: number) => [number, number], text: module.print() };
}

const f64 = (f: FunctionBuilder) => {
  const local = f.local("f64");
  f.set(local);
  return local;
};

Deno.test("interleave() promises the code for each list of arguments, on locals of its own, in turns", () => {
  const { run, text } = compile((f, registers) => {
    const shared = f64(f.f64(10));
    const results = f.interleave(registers.map((x) => [x, shared]), ([x, ten]) => {
      const square = f64(f.get(x!).get(x!).op("f64.mul"));
      const result = f64(f.get(square).get(ten!).op("f64.add"));
      f.release(square);
      return result;
    });
    // what was released may be taken again, what was handed out may not
    for (let i = 0; i < 4; i++) f.f64(-1).set(f.local("f64"));
    return results;
  });
  deepStrictEqual(run(3, 4), [19, 26]);
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => /^f64\.(mul|add)/.test(line));
  deepStrictEqual(lines, ["f64.mul", "f64.mul", "f64.add", "f64.add"]);
});

Deno.test("choose() promises the first branch to all registers where one of them needs it", () => {
  const choice = (f: FunctionBuilder, x: Local) => {
    const result = f64(f.f64(0));
    f.choose(
      () => f.get(x).f64(100).op("f64.gt"),
      () => f.get(x).f64(1).op("f64.add").set(result),
      () => f.get(x).f64(2).op("f64.add").set(result),
    );
    return result;
  };
  const { run, text } = compile((f, registers) =>
    f.interleave(registers.map((x) => [x]), ([x]) => choice(f, x!))
  );
  deepStrictEqual(run(1, 2), [3, 4]);
  deepStrictEqual(run(1, 200), [2, 201]);
  deepStrictEqual(run(200, 1), [201, 2]);
  strictEqual(text.match(/^ *if$/gm)?.length, 1);
  // alone, each decides for itself
  const alone = compile((f, registers) => registers.map((x) => choice(f, x)));
  deepStrictEqual(alone.run(1, 200), [3, 201]);
});

Deno.test("interleave() in pairs promises one choice by the largest lanes of all registers, and a seed for each pair", () => {
  const module = new ModuleBuilder({ prints: true });
  module.add("run", ["f64", "f64", "f64", "f64"], Array(4).fill("f64"), (f) => {
    const xs = f.params.map((x) => {
      const register = f.local("v128");
      f.get(x).op("f64x2.splat").set(register);
      return [register];
    });
    const results = f.interleave(xs, ([x]) => {
      const result = f.local("v128"), hundred = f.hoist(new Uint8Array(new Float64Array([100, 100]).buffer));
      // of positive f64, the upper halves of their bits are above those of 100
      const limit = f.hoist(
        new Uint8Array(new Int32Array([2 ** 31 - 1, 0x40590000, 2 ** 31 - 1, 0x40590000]).buffer),
      );
      f.leaf(x!);
      f.choosePairs(
        () => f.get(x!),
        limit,
        () => f.get(x!).get(hundred).op("f64x2.sub").set(result),
        () => f.get(x!).get(hundred).op("f64x2.add").set(result),
      );
      f.seed(result);
      return result;
    }, { inPairs: true });
    for (const result of results) f.get(result).op("f64x2.extract_lane", 0);
  });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const run = exports["run"] as (...numbers: number[]) => number[];
  deepStrictEqual(run(1, 2, 3, 4), [101, 102, 103, 104]);
  // together, wherever the one is that is above
  for (const above of [0, 1, 2, 3]) {
    const numbers = [1, 2, 3, 4].map((x, i) => i === above ? 200 : x);
    deepStrictEqual(run(...numbers), numbers.map((x) => x - 100));
  }
  // and where both of a pair are
  deepStrictEqual(run(200, 201, 3, 4), [100, 101, -97, -96]);
  const lines = module.print().split("\n").map((line) => line.trim());
  strictEqual(lines.filter((line) => line === "i32x4.bitmask").length, 1);
  strictEqual(lines.filter((line, i) => line === "drop" && lines[i - 1] === "i32x4.add").length, 2);
});

Deno.test("choosePairs(), seed() and seedPairs() are refused where registers are not in pairs, alone or odd in number", () => {
  const never = () => {};
  throws(
    () => compile((f, [x]) => [f.choosePairs(never, x!, never, never), x!] as never),
    /outside of them/,
  );
  throws(
    () => compile((f, [x, y]) => f.interleave([[x!], [y!]], ([a]) => (f.seed(a!), a!))),
    /outside of pairs/,
  );
  throws(
    () => compile((f, [x, y]) => f.interleave([[x!], [y!]], ([a]) => (f.seedPairs([]), a!))),
    /interleaved code/,
  );
  throws(
    () => compile((f, [x]) => f.interleave([[x!]], ([a]) => a!, { inPairs: true }) as never),
    /1 registers are not in pairs/,
  );
  throws(() => compile((f, [x]) => (f.seedPairs([x!]), [x!] as never)), /1 registers are not in pairs/);
});

Deno.test("interleave() refuses values left on the stack, and choices within expressions, blocks and conditions", () => {
  throws(
    () =>
      compile((f, registers) =>
        f.interleave(registers.map((x) => [x]), ([x]) => {
          f.f64(1);
          return x!;
        })
      ),
    /values left on the stack by interleaved code/,
  );
  throws(
    () =>
      compile((f, registers) =>
        f.interleave(registers.map((x) => [x]), ([x]) => {
          f.f64(1).choose(() => f.i32(1), () => {}, () => {});
          return x!;
        })
      ),
    /a choice within an expression/,
  );
  const choose = (f: FunctionBuilder) => f.choose(() => f.i32(1), () => {}, () => {});
  const within: ((f: FunctionBuilder) => void)[] = [
    (f) => f.i32(1).if(() => choose(f)),
    (f) => f.i32(1).if(() => {}, () => choose(f)),
    (f) => f.block(() => choose(f)),
    (f) => f.loop(() => choose(f)),
    (f) => f.choose(() => choose(f).i32(1), () => {}, () => {}),
    // of a branch as well, and in a block that is open in it
    (f) => f.choose(() => f.i32(1), () => f.i32(1).if(() => choose(f)), () => {}),
  ];
  for (const emit of within) {
    throws(
      () =>
        compile((f, registers) =>
          f.interleave(registers.map((x) => [x]), ([x]) => {
            emit(f);
            return x!;
          })
        ),
      /a choice within a block or a condition/,
    );
  }
});

Deno.test("ModuleBuilder emits the same bytes whether it prints or not, and prints only what it was made to", () => {
  const [silent, printing] = [false, true].map((prints) => {
    const module = new ModuleBuilder({ prints });
    module.add("f", ["i32", "v128"], ["v128"], (f) => {
      const zero = f.hoist(new Uint8Array(16));
      const [shifted] = f.interleave([[f.params[1]!], [zero]], ([x]) => {
        const result = f.local("v128");
        f.get(x!).i32(3).op("i32x4.shl").set(result);
        return result;
      });
      f.get(shifted!).get(f.params[0]!).op("i32x4.splat").op("i32x4.add");
    });
    return module;
  });
  deepStrictEqual(silent!.encode(), printing!.encode());
  match(printing!.print(), /i32x4\.shl/);
  throws(() => silent!.print(), /f: its builder was not made to print/);
});
