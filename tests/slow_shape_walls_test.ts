/** Both walls of shape checking, driven by one table: they give the same answers in the same words. */
import assert from "node:assert/strict";
import { type DType, DTYPES, floatOf, promoteTypes, sumOf } from "../src/dtype/mod.ts";
import { elementwiseRule } from "../src/expr/operand_dtypes.ts";
import { ELEMENTWISE, isElementwiseOp } from "../src/expr/primitives.ts";
import type { TracedTensor } from "../src/expr/mod.ts";
import { codeOfSentence } from "../src/expr/sentences.ts";
import { typeCheck, type TypeFinding } from "../src/pipeline/type_check.ts";
import { isRefusal, type Rule, type Shape } from "../src/shape/mod.ts";
import { OPERANDS, SHAPE_CASES, type ShapeCase } from "./support/shape_cases.ts";
import { evaluateShapes } from "./support/traced_expression.ts";

type Expected = ShapeCase["expected"];

function expectedOf(answer: Rule<TracedTensor>): Expected {
  return isRefusal(answer)
    ? { code: answer.code, sentence: answer.sentence }
    : { dtype: answer.dtype, shape: answer.shape };
}

// ---------------------------------------------------------------- the generated file
const SOURCE = new URL("../src/", import.meta.url).href;

function tensorType(dtype: DType, shape: Shape): string {
  return `Tensor<"${dtype}", ${JSON.stringify(shape)}>`;
}

/** Declarations that the lines need; `exact` wants a second argument where dtype or shape differ. */
function headLines(): string[] {
  return [
    `import type { Arg, Concat, Operand, Stack, Tensor, Where } from "${SOURCE}expr/tensor_types.ts";`,
    `import type { CheckShape, Plain } from "${SOURCE}shape/types/mod.ts";`,
    "declare const concat: Concat, stack: Stack, where: Where;",
    'declare function input<const D extends Operand["dtype"], const S extends Operand["shape"]>' +
    "(dtype: D, shape: Arg<CheckShape<S>, S>): Tensor<D, S>;",
    "declare const param: typeof input;",
    "type Same<A, B> = [A, B] extends [B, A] ? [] : [differs: A];",
    "declare function exact<D, S>(): <T extends Operand>" +
    '(tensor: T, ...differs: Same<[T["dtype"], Plain<T["shape"]>], [D, S]>) => void;',
    ...Object.entries(OPERANDS).map(([name, [d, s]]) => `declare const ${name}: ${tensorType(d, s)};`),
    ...DTYPES.map((dtype) => `declare const $${dtype}: ${tensorType(dtype, ["N", 3])};`),
  ];
}

/** `exact` on a statement of its own: a wrong dtype or shape is a fault on that line. */
function exactLine(text: string, dtype: DType, shape: Shape): string {
  return `exact<"${dtype}", ${JSON.stringify(shape)}>()(${text});`;
}

function caseLine({ text, expected }: ShapeCase): string {
  return "code" in expected ? `${text};` : exactLine(text, expected.dtype, expected.shape);
}

/** The dtype of every primitive and reduction over all dtypes, and of `add` over all pairs. */
function dtypeLines(): string[] {
  const lines: string[] = [];
  for (const a of DTYPES) {
    for (const b of DTYPES) lines.push(exactLine(`$${a}.add($${b})`, promoteTypes(a, b), ["N", 3]));
    for (const op of Object.keys(ELEMENTWISE).filter(isElementwiseOp)) {
      const isUnary = ELEMENTWISE[op].arity === 1;
      const rule = elementwiseRule(op, isUnary ? [a] : [a, a]);
      if (isRefusal(rule)) continue;
      lines.push(exactLine(`$${a}.${op}(${isUnary ? "" : `$${a}`})`, rule.result, ["N", 3]));
    }
    lines.push(exactLine(`$${a}.sum(1)`, sumOf(a), ["N"]));
    lines.push(exactLine(`$${a}.mean(1)`, a === "f32" ? "f32" : "f64", ["N"]));
    lines.push(exactLine(`$${a}.softmax(1)`, floatOf(a), ["N", 3]));
  }
  return lines;
}

/** Runs `deno check` once over the lines and gives the findings of each. */
async function checkLines(lines: readonly string[]): Promise<TypeFinding[][]> {
  const head = headLines();
  const directory = await Deno.realPath(await Deno.makeTempDir());
  try {
    const file = `${directory}/cases.ts`;
    await Deno.writeTextFile(file, [...head, ...lines].join("\n"));
    const findings = lines.map((): TypeFinding[] => []);
    for (const finding of await typeCheck(file)) {
      const index = (finding.place?.line ?? 0) - head.length - 1;
      const ofLine = findings[index];
      assert(ofLine && finding.place?.file === file, `outside the cases: ${JSON.stringify(finding)}`);
      ofLine.push(finding);
    }
    return findings;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

// ---------------------------------------------------------------- tests
Deno.test("SHAPE_CASES has a case for every code of a shape rule, and no name twice", () => {
  const codes = new Set(SHAPE_CASES.flatMap(({ expected }) => "code" in expected ? [expected.code] : []));
  const numRules = 15;
  for (let i = 1; i <= numRules; i++) assert(codes.has(`SHP${`${i}`.padStart(3, "0")}` as never), `SHP ${i}`);
  assert.equal(new Set(SHAPE_CASES.map(({ name }) => name)).size, SHAPE_CASES.length);
});

Deno.test("the run-time rules give what the table says", async (t) => {
  for (const { name, text, expected } of SHAPE_CASES) {
    await t.step(name, () => assert.deepEqual(expectedOf(evaluateShapes(text, OPERANDS)), expected));
  }
});

Deno.test("codeOfSentence() gives every sentence of the table its own code", () => {
  for (const { expected } of SHAPE_CASES) {
    if ("code" in expected) assert.equal(codeOfSentence(expected.sentence), expected.code, expected.sentence);
  }
});

Deno.test("the types give what the run-time rules give, with the same sentence, hint and code", async () => {
  const dtypes = dtypeLines();
  const findings = await checkLines([...SHAPE_CASES.map(caseLine), ...dtypes]);
  for (const [i, { name, text, expected }] of SHAPE_CASES.entries()) {
    const found = findings[i]!.map(({ code, sentence, hint }) => ({ code, sentence, hint }));
    const answer = evaluateShapes(text, OPERANDS);
    const { code, sentence, hint = null } = "code" in expected ? { hint: null, ...answer, ...expected } : {};
    assert.deepEqual(found, code === undefined ? [] : [{ code, sentence, hint }], `${name}: ${text}`);
  }
  for (const [i, line] of dtypes.entries()) assert.deepEqual(findings[SHAPE_CASES.length + i], [], line);
});
