/**
 * Every help that a refusal of shapes gives works when it is applied: all pairs of shapes that pipelines have, under
 * each kind of operation, `concat` and `stack` among them. The step then passes, and so does the rule of rows where the result has rows.
 *
 * @module
 */
import assert from "node:assert/strict";
import { NdpipeError } from "../src/errors.ts";
import { concat, GraphBuilder, stack, TracedTensor, where } from "../src/expr/mod.ts";
import { checkRows } from "../src/plan/rows.ts";
import { type Shape, showShape } from "../src/shape/mod.ts";

const SHAPES: Readonly<Record<string, Shape>> = {
  value: ["N"],
  column: ["N", 1],
  features: ["N", "f=8"],
  plain: ["N", 8],
  labelled: ["N", "g=8"],
  image: ["N", "a=2", "f=8"],
  spread: ["N", 1, "f=8"],
  deep: ["N", "f=8", 1],
  other: ["N", "a=2", 1],
  row: [1, "f=8"],
  perFeature: ["f=8"],
  eight: [8],
  perCluster: ["k=5"],
  tall: ["f=8", 1],
  weights: ["f=8", "k=5"],
  centroids: ["k=5", "f=8"],
  pair: ["a=2", "f=8"],
  halfLabelled: [4, "f=3"],
  crossed: ["f=4", "h=3"],
  one: [1],
  scalar: [],
  cube: [8, 5, 2],
};

type Operation = (a: TracedTensor, b: TracedTensor) => TracedTensor;
// deno-lint-ignore no-explicit-any -- methods are taken from the run-time class, beside its types
const method = (name: string): Operation => (a: any, b) => a[name](b);
const OPERATIONS: Readonly<Record<string, Operation>> = {
  mul: method("mul"),
  sub: method("sub"),
  matmul: method("matmul"),
  maximum: method("maximum"),
  isclose: method("isclose"),
  // deno-lint-ignore no-explicit-any -- where's types speak of tensors
  where: (a: any, b: any) => where(a.gt(0), b, 0) as any,
  // deno-lint-ignore no-explicit-any -- as above
  concat: (a: any, b: any) => concat([a, b], 1) as any,
  // deno-lint-ignore no-explicit-any -- as above
  stack: (a: any, b: any) => stack([a, b], 1) as any,
};

type Tensors = Readonly<Record<string, TracedTensor>>;

/** Traces the operation with the tensors of the table, and checks its rows where it has any. */
function trace(
  names: readonly string[],
  build: (tensors: Tensors) => TracedTensor,
  shapes: Readonly<Record<string, Shape>> = SHAPES,
): void {
  const builder = new GraphBuilder();
  const leaf = (name: string, shape: Shape) =>
    new TracedTensor(
      builder,
      builder.addLeaf(shape.includes("N") ? "input" : "param", name, { dtype: "f64", shape }),
    );
  const tensors = Object.fromEntries(names.map((name) => [name, leaf(name, shapes[name]!)]));
  leaf("rows", ["N"]);
  const { id, shape } = build(tensors);
  if (shape.includes("N")) checkRows(builder.finish([{ name: "y", node: id }]));
}

const list = (text: string): Shape => JSON.parse(text.replaceAll("'", '"'));

/** Helps that change one operand: words with a text that the change takes, and the operand's shape. */
const CHANGES: readonly (readonly [RegExp, (x: TracedTensor, text: string) => TracedTensor])[] = [
  [/use ()\.squeeze\(-1\) on (?:\S+ )?(\([^()]*\))$/, (x) => x.squeeze(-1)],
  [/^if ()(\(.*?\)) belongs to the last axes, use \.squeeze\(-1\) on it$/, (x) => x.squeeze(-1)],
  [/^if ()(\(.*?\)) belongs to the leading axes, use \.expandDims\(-1\) on it$/, (x) => x.expandDims(-1)],
  [/^if ()(\(.*?\)) lacks the axis behind the first, use \.expandDims\(1\) on it$/, (x) => x.expandDims(1)],
  [
    /use \.expandDims\(-1\)\.broadcastTo\((.*)\) on (\(.*\))$/,
    (x, to) => x.expandDims(-1).broadcastTo(list(to)),
  ],
  [
    /use \.expandDims\(1\)\.broadcastTo\((.*)\) on (\(.*\))$/,
    (x, to) => x.expandDims(1).broadcastTo(list(to)),
  ],
  [
    /(?:use|write) \.broadcastTo\((\[.*?\])\)(?:\.\w+\(\w+\))? on [\w.()]+ (\(.*\))$/,
    (x, to) => x.broadcastTo(list(to)),
  ],
  [/rename it: \.as\((.*)\) on (\(.*\))$/, (x, to) => x.as(list(to))],
  [/^use ()\.expandDims\(-1\) on (\(.*\))$/, (x) => x.expandDims(-1)],
  [/^use ()\.transpose\(\) on (\(.*\))$/, (x) => x.transpose()],
];

/** What a call in a help gives, of the tensors by their names: `x.matmul(w.transpose())`. */
function evaluate(call: string, tensors: Tensors): TracedTensor {
  const scope = { ...tensors, concat, stack };
  return new Function(...Object.keys(scope), `return ${call};`)(...Object.values(scope));
}

/** The table with one shape in place of another. */
function withShape(name: string, text: string): Readonly<Record<string, Shape>> {
  const shape = text === "" ? [] : text.split(", ").map((dim) => /^\d+$/.test(dim) ? Number(dim) : dim);
  return { ...SHAPES, [name]: shape };
}

/** Applies a help that names the operands; false: it is none. */
function applyNamed(help: string, [a, b]: readonly [string, string], operation: Operation): boolean {
  const names = [...new Set([a, b])];
  const written = /write ((?:\w+\.|concat\(|stack\().*?)(?:, and (\w+) needs shape \((.*)\))?$/.exec(help);
  if (written !== null && !help.includes("...")) {
    const [, call = "", other, shape = ""] = written;
    trace(names, (t) => evaluate(call, t), other === undefined ? SHAPES : withShape(other, shape));
    return true;
  }
  const needed =
    /^(\w+) needs shape \(([^()]*)\)(?:, and (\.broadcastTo\(\[.*?\]\))(?:, beside (\.\S+) on \w+)?)?$/.exec(
      help,
    );
  if (needed !== null) {
    const [, name = "", shape = "", repeated = "", beside = ""] = needed;
    const changed = (one: string, t: Tensors) => evaluate(one + (one === name ? repeated : beside), t);
    trace(names, (t) => operation(changed(a, t), changed(b, t)), withShape(name, shape));
    return true;
  }
  const used =
    /(?:use|rename them:) (\.\S.*?) on (?!it$)(\w+)(?: and (\..*) on (\w+))?(, and \.mul\(\.\.\.\))?$/
      .exec(help);
  if (used === null) return false;
  const [, change, name, second, , product] = used, act = product === undefined ? operation : method("mul");
  const attempt = (isLeft: boolean) =>
    trace(names, (t) => {
      const other = isLeft ? b : a, changed = evaluate(`${name}${change}`, t);
      const beside = second === undefined ? t[other]! : evaluate(`${other}${second}`, t);
      return isLeft ? act(changed, beside) : act(beside, changed);
    });
  // of one tensor with itself, either may be meant
  if (a !== b) attempt(name === a);
  else {
    try {
      attempt(true);
    } catch {
      attempt(false);
    }
  }
  return true;
}

/** Applies one part of a help; false: it tells what no operation on these operands makes good. */
function apply(help: string, [a, b]: readonly [string, string], operation: Operation): boolean {
  const names = [...new Set([a, b])];
  const first = /^rows come first: use (\..*) on (\(.*?\)) and (\..*) on \(.*\)$/.exec(help);
  if (first !== null) {
    const [, change = "", rows, other = ""] = first, isLeft = showShape(SHAPES[a]!) === rows;
    trace(
      names,
      (t) =>
        operation(
          evaluate(`${a}${isLeft ? change : other}`, t),
          evaluate(`${b}${isLeft ? other : change}`, t),
        ),
    );
    return true;
  }
  // what is compared by where has the shape of what it is made of
  if (applyNamed(help.replaceAll(".gt(0)", ""), [a, b], operation)) return true;
  for (const [words, change] of CHANGES) {
    const [, text = "", shape] = words.exec(help) ?? [];
    if (shape === undefined) continue;
    // labels and transposes are of the right operand, whatever the left one is
    const isLeft = showShape(SHAPES[a]!) === shape && !/rename|transpose/.test(help);
    trace(
      names,
      (t) => isLeft ? operation(change(t[a]!, text), t[b]!) : operation(t[a]!, change(t[b]!, text)),
    );
    return true;
  }
  const reshape = /^if (\(.*?\)) belongs to the leading axes, use \.reshape\((.*)\) on it$/.exec(help);
  if (reshape !== null) {
    const to = list(reshape[2]!), isLeft = showShape(SHAPES[a]!) === reshape[1];
    trace(names, (t) => isLeft ? operation(t[a]!.reshape(to), t[b]!) : operation(t[a]!, t[b]!.reshape(to)));
    return true;
  }
  const outer = /write \.outer\((\w+)\) on (\w+) without the axis of size 1$/.exec(help);
  if (outer !== null) {
    trace(names, (t) => t[outer[2]!]!.squeeze(-1).outer(t[outer[1]!]));
  } else if (help.startsWith("rows come first: use .matmul(...)")) {
    trace(names, (t) => t[b]!.matmul(t[a]!));
  } else if (help === "for the product of matrices, use .matmul(...)") {
    trace(names, (t) => t[a]!.matmul(t[b]!));
  } else if (help === "for a multiple, use .mul(...)") {
    trace(names, (t) => method("mul")(t[a]!, t[b]!));
  } else if (help === "for one product a row, use .mul(...) and .sum(-1)") {
    trace(names, (t) => method("mul")(t[a]!, t[b]!).sum(-1));
  } else return false;
  return true;
}

Deno.test("each help that a refusal of shapes gives works when it is applied", () => {
  const tried = new Map<string, number>(), failures: string[] = [];
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    for (const a of Object.keys(SHAPES)) {
      for (const b of Object.keys(SHAPES)) {
        let error: unknown;
        try {
          trace([...new Set([a, b])], (t) => operation(t[a]!, t[b]!));
          continue;
        } catch (thrown) {
          error = thrown;
        }
        assert(error instanceof NdpipeError, String(error));
        if (!error.code.startsWith("SHP")) continue;
        if (error.help === null) {
          failures.push(`${name} of ${a} and ${b} has no help: ${error.message}`);
          continue;
        }
        for (const part of error.help.split("; ")) {
          try {
            const isApplied = apply(part, [a, b], operation);
            const isOfOther =
              /are not paired with each other|^for one weight a|by the same mask|^(?:the|a new) axis of \w+ is (?:at )?0, or -1$/
                .test(part);
            assert.equal(isApplied, !isOfOther, `nothing applies ${JSON.stringify(part)}`);
            tried.set(name, (tried.get(name) ?? 0) + (isApplied ? 1 : 0));
          } catch (failure) {
            failures.push(`${name} of ${a} and ${b}: ${part}: ${failure}`);
          }
        }
      }
    }
  }
  assert.deepEqual(failures, []);
  for (const name of Object.keys(OPERATIONS)) {
    assert((tried.get(name) ?? 0) > 10, `${name}: ${tried.get(name)}`);
  }
});

Deno.test("each help of a shape that is asked for works when it is applied", () => {
  const failures: string[] = [];
  let tried = 0;
  for (const name of ["as", "reshape", "broadcastTo"]) {
    for (const a of Object.keys(SHAPES)) {
      for (const [b, to] of Object.entries(SHAPES)) {
        const asked = `.${name}(${JSON.stringify(to)})`;
        try {
          trace([a], (t) => evaluate(a + asked, t));
          continue;
        } catch (error) {
          assert(error instanceof NdpipeError, String(error));
          if (!error.code.startsWith("SHP")) continue;
          const help = error.help ?? "none";
          const before = /(?:rename them:|use) (\.\S.*) on \w+(?: first)?$/.exec(help)?.[1];
          const instead = /(\.(?:as|reshape|broadcastTo)\(\[.*\]\))$/.exec(help)?.[1];
          const change = before === undefined ? instead : before + asked;
          if (change === undefined) {
            if (help !== "write 'N' as an axis of its own") failures.push(`${name} of ${a} to ${b}: ${help}`);
            continue;
          }
          try {
            trace([a], (t) => evaluate(a + change, t));
            tried++;
          } catch (failure) {
            failures.push(`${name} of ${a} to ${b}: ${help}: ${failure}`);
          }
        }
      }
    }
  }
  assert.deepEqual(failures, []);
  assert(tried > 300, `${tried}`);
});

/** Of what a help tells axes, its first and its last: "the axes of x behind its rows are 1 and 2, or -1 for the last". */
const TOLD_AXES =
  /^(?:the|a new) ax(?:is|es) of (\w+)(?: behind its rows)? (?:is|is at|are|may be at) (\d+)(?: (?:and|to) (\d+))?, or -1(?: for the last)?$/;
const ROWS_ONLY = /^(\w+) has its rows only: use \.expandDims\(-1\) on it, and axis 1$/;

Deno.test("concat and stack refuse any axis with a help that works when it is applied", () => {
  const failures: string[] = [];
  let tried = 0, told = 0;
  // deno-lint-ignore no-explicit-any -- lists' types speak of tensors
  const LISTS: Readonly<Record<string, any>> = { concat, stack };
  const along = (kind: string, axis: number): Operation => (a, b) => LISTS[kind]([a, b], axis);
  for (const kind of Object.keys(LISTS)) {
    for (const axis of [0, -1, -2, -3, -5, 0.5, 7, NaN, -Infinity]) {
      for (const a of Object.keys(SHAPES)) {
        for (const b of Object.keys(SHAPES)) {
          const names = [...new Set([a, b])], operation = along(kind, axis);
          let error: unknown;
          try {
            trace(names, (t) => operation(t[a]!, t[b]!));
            continue;
          } catch (thrown) {
            error = thrown;
          }
          const what = `${kind} of ${a} and ${b} along ${axis}`;
          if (!(error instanceof NdpipeError)) {
            failures.push(`${what}: ${error}`);
            continue;
          }
          if (!error.code.startsWith("SHP")) continue;
          const help = error.help ?? "none", axes = TOLD_AXES.exec(help), model = ROWS_ONLY.exec(help)?.[1];
          if (help.startsWith("give tables that follow one another")) continue;
          if (axes !== null || model !== undefined) {
            told++;
            const [, of = model!, first = 1, last = first] = axes ?? [];
            for (const there of [first, last, -1].map(Number)) {
              try {
                trace([of], (t) => {
                  const one = model === undefined ? t[of]! : t[of]!.expandDims(-1);
                  // of an operand with itself the axis may be rows, or a size; it is one of its axes
                  return along(kind, there)(one, one);
                });
              } catch (failure) {
                const isOther = failure instanceof NdpipeError && failure.code !== "SHP004";
                if (!isOther) failures.push(`${what}: ${help}: ${failure}`);
              }
            }
            continue;
          }
          try {
            assert.ok(apply(help, [a, b], operation), "nothing applies it");
            tried++;
          } catch (failure) {
            failures.push(`${what}: ${help}: ${failure}`);
          }
        }
      }
    }
  }
  assert.deepEqual(failures.slice(0, 20), []);
  assert.ok(tried > 1000 && told > 1000, `${tried}, ${told}`);
});

/** All orders of a list. */
function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

/** Lists that a method of the shape may be given: some are right, others lack an axis or have it elsewhere. */
function listsOf(method: string, shape: Shape): Shape[] {
  if (method !== "transpose") {
    return Object.values(SHAPES).flatMap((to) => [to, to.toReversed(), to.slice(1), [-1, ...to.slice(1)]]);
  }
  const names = shape.map((dim, axis) => typeof dim === "string" ? dim.split("=")[0]! : axis);
  const orders = [...permutations([...shape.keys()]), ...permutations(names)];
  return [...orders, ...orders.map((order) => order.slice(1)), ...orders.map((order) => [...order, 0])];
}

Deno.test("axes that are given in no list are answered with that list where it is right, else with one that works", () => {
  const failures: string[] = [], tried = { right: 0, other: 0 };
  for (const method of ["reshape", "as", "broadcastTo", "transpose"]) {
    for (const [name, shape] of Object.entries(SHAPES)) {
      for (const list of listsOf(method, shape).filter(({ length }) => length > 0)) {
        const call = (axes: string) => trace([name], (t) => evaluate(`${name}.${method}(${axes})`, t));
        const axes = list.map((dim) => JSON.stringify(dim)).join(", ");
        let help = "none", isRight = true;
        try {
          call(axes);
        } catch (error) {
          help = error instanceof NdpipeError ? error.help ?? help : String(error);
        }
        try {
          call(`[${axes}]`);
        } catch {
          isRight = false;
        }
        const what = `${name}.${method}(${axes}): ${help}`;
        if (method === "transpose" && /^leave \.transpose\(\.\.\.\) out: /.test(help)) {
          if (shape.length > 2 || (shape.length === 2 && shape[0] !== "N")) failures.push(what);
          continue;
        }
        const change = /(?:^write |: )(\.(?:expandDims\(-1\)\.)?\w+\(\[.*\]\))$/.exec(help)?.[1] ?? "none";
        const told = change.replaceAll("'", '"');
        if (isRight && told !== `.${method}([${axes}])`) failures.push(`${what} is not the list`);
        try {
          trace([name], (t) => evaluate(name + change, t));
          tried[isRight ? "right" : "other"]++;
        } catch (failure) {
          failures.push(`${what}: ${failure}`);
        }
      }
    }
  }
  assert.deepEqual(failures.slice(0, 20), []);
  assert.ok(tried.right > 300 && tried.other > 300, JSON.stringify(tried));
});
