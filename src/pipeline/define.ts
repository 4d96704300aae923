/**
 * Declaring a pipeline: `definePipeline`, with what `declare.ts` declares. What can be checked without running the transform is
 * checked here, when the file is imported; the transform runs when it is traced.
 *
 * @module
 */
import { NdpipeError, PipelineError, type Place } from "../errors.ts";
import type {
  CarryDeclaration,
  CarryOptions,
  InputDeclaration,
  Inputs,
  Limits,
  Outputs,
  ParamDeclaration,
  Params,
  PipelineDeclaration,
} from "../expr/declaration_types.ts";
import {
  asCarried,
  asTensor,
  authorPlace,
  type Graph,
  GraphBuilder,
  MissingMember,
  placeInStack,
  showArgument,
  TracedCarried,
  TracedTensor,
  UNKNOWN_MEMBERS,
} from "../expr/mod.ts";
import { editDistance, nearestNames } from "../wording/nearest_names.ts";
import type { InputRequest } from "../schema/schema.ts";
import { isIdentifier, numElements } from "../shape/mod.ts";
import { checkKeys, invalid, nullPolicy, placed, placeOf, selection } from "./declare.ts";
import type { DeclaredParam } from "./param_value.ts";

export { carry, input, param } from "./declare.ts";

/** A declaration under its name. */
export interface Named<T> {
  readonly name: string;
  readonly declaration: T;
}

/** An input as the engine has it: a carried column is the numbers of its rows. */
export interface EngineInput extends InputDeclaration {
  /** absent: it is computed with */
  readonly carry?: CarryOptions;
}

type Transform = (inputs: Record<string, unknown>, params: Record<string, unknown>) => unknown;

/** A declared pipeline. It has not run its transform: `trace` does. */
export class Pipeline {
  readonly name: string;
  /** in the order of the declaration */
  readonly inputs: readonly Named<EngineInput>[];
  readonly params: readonly Named<ParamDeclaration>[];
  readonly limits: Limits;
  /** where `definePipeline` was called */
  readonly declarationPlace: Place | null;
  readonly #transform: Transform;

  /** @throws PipelineError PIP003 when the declaration is not valid */
  constructor(declaration: unknown, place: Place | null) {
    if (typeof declaration !== "object" || declaration === null) {
      throw invalid(
        "definePipeline takes an object",
        "definePipeline({ name, inputs, params, transform })",
        place,
      );
    }
    checkKeys("a pipeline", declaration, {
      known: ["name", "inputs", "params", "limits", "transform"],
      place,
    });
    const { name, inputs, params = {}, limits = {}, transform } = declaration as Readonly<
      Record<string, unknown>
    >;
    if (typeof name !== "string" || name.trim() === "") {
      throw invalid("the pipeline has no name", 'give it one: name: "profile-scoring"', place);
    }
    if (typeof transform !== "function") {
      throw invalid("the pipeline has no transform", "add transform({ input }, { param }) { ... }", place);
    }
    this.name = name;
    this.declarationPlace = place;
    this.inputs = withRows(named<InputDeclaration | CarryDeclaration>("input", inputs, place));
    this.params = named<ParamDeclaration>("param", params, place);
    this.limits = checkLimits(limits, place);
    this.#transform = transform.bind(declaration);
    this.#checkNames();
  }

  #checkNames(): void {
    const place = this.declarationPlace, [first, ...others] = this.inputs;
    if (first === undefined) {
      throw invalid("the pipeline has no input", 'add inputs: { x: input("f32", ["N"]) }', place);
    }
    const both = this.params.find(({ name }) => this.inputs.some((one) => one.name === name));
    if (both !== undefined) {
      throw invalid(`${both.name} is an input and a param`, "give one of them another name", place);
    }
    const rows = first.declaration.shape[0];
    const odd = others.find(({ declaration }) => declaration.shape[0] !== rows);
    if (odd === undefined) return;
    throw invalid(
      `inputs ${first.name} and ${odd.name} have different rows: ${rows} and ${odd.declaration.shape[0]}`,
      `all inputs are columns of one table: write ${rows} as the first axis of ${odd.name}`,
      place,
    );
  }

  /**
   * Runs the transform on tensors that stand for the inputs and params.
   *
   * @throws ShapeError, DTypeError what the transform does wrong, with its place; PipelineError PIP001 what it throws
   *   itself, PIP003 when it does not return an object of tensors
   */
  trace(): Graph {
    const builder = new GraphBuilder();
    const leaves = (kind: "input" | "param", list: readonly Named<EngineInput | ParamDeclaration>[]) =>
      Object.fromEntries(list.map(({ name, declaration }) => {
        const { dtype, shape } = declaration, id = builder.addLeaf(kind, name, { dtype, shape });
        const isCarried = "carry" in declaration;
        return [
          name,
          isCarried ? asCarried(new TracedCarried(builder, id)) : asTensor(new TracedTensor(builder, id)),
        ];
      }));
    const returned = this.#run(leaves("input", this.inputs), leaves("param", this.params));
    return builder.finish(this.#outputs(returned, builder));
  }

  #run(inputs: Record<string, unknown>, params: Record<string, unknown>): unknown {
    try {
      return this.#transform(inputs, params);
    } catch (cause) {
      if (cause instanceof MissingMember) throw withNearest(cause);
      if (cause instanceof NdpipeError) throw cause;
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      throw new PipelineError("PIP001", `the transform of ${this.name} throws ${reason}`, {
        place: (cause instanceof Error ? placeInStack(cause.stack ?? "") : null) ?? this.declarationPlace,
        help: OF_FROZEN_LIST.test(reason)
          ? "neither a tensor's shape nor another frozen list is changed in place: .reshape(...) gives a tensor " +
            "of another shape, [...list] a list of your own"
          : RUN_ONCE,
        cause,
      });
    }
  }

  #outputs(returned: unknown, builder: GraphBuilder): { name: string; node: number }[] {
    const place = this.declarationPlace;
    const help = "return an object of tensors by name: return { score }";
    if (returned instanceof Promise) {
      throw invalid("the transform is async", "leave async out: it awaits nothing", place);
    }
    if (
      typeof returned !== "object" || returned === null || Array.isArray(returned) ||
      returned instanceof TracedTensor || returned instanceof TracedCarried
    ) {
      throw invalid("the transform does not return an object of tensors", help, place);
    }
    const entries = Object.entries(returned);
    if (entries.length === 0) throw invalid("the transform returns no output", help, place);
    return entries.map(([name, value]) => {
      checkOutputName(name, place);
      const isTraced = value instanceof TracedTensor || value instanceof TracedCarried;
      if (isTraced && value.builder === builder) return { name, node: value.id };
      const what = value instanceof TracedTensor ? "a tensor of another one" : showArgument(value);
      throw invalid(
        `output ${name} is no tensor of this transform, but ${what}`,
        outputHelp(value) ?? help,
        place,
      );
    });
  }
}

function checkName(kind: "input" | "param", name: string, place: Place | null): void {
  if (isIdentifier(name)) return;
  throw invalid(
    `${JSON.stringify(name)} is no name for ${kind === "input" ? "an input" : "a param"}`,
    kind === "input"
      ? `use letters, digits and underscores, and name the column: { column: ${JSON.stringify(name)} }`
      : "use letters, digits and underscores, and begin with no digit",
    place,
  );
}

/**
 * An output's name is a column's, which may be any text; but whole numbers that an array may have as its indices, up to
 * 2**32 - 2, lose their place among an object's keys.
 */
function checkOutputName(name: string, place: Place | null): void {
  const isWholeNumber = /^(0|[1-9]\d{0,9})$/.test(name) && Number(name) < 2 ** 32 - 1;
  if (!isWholeNumber && name !== "" && name.isWellFormed()) return;
  throw invalid(
    `${JSON.stringify(name)} is no name for an output`,
    isWholeNumber
      ? `JavaScript puts keys that are whole numbers of 32 bits before all others: name it ${
        JSON.stringify(`c${name}`)
      }`
      : "give the column a name that is not empty, of whole characters",
    place,
  );
}

/** Gives carried inputs the rows of the others. */
function withRows(inputs: readonly Named<InputDeclaration | CarryDeclaration>[]): Named<EngineInput>[] {
  const computed = inputs.flatMap(({ declaration }) => declaration.kind === "input" ? [declaration] : []);
  const rows = computed[0]?.shape[0] ?? "N";
  return inputs.map(({ name, declaration }) => {
    if (declaration.kind === "input") return { name, declaration };
    const { column } = declaration.options;
    const options = column === undefined ? {} : { column };
    const engine: EngineInput = {
      kind: "input",
      dtype: "u32",
      shape: [rows],
      options,
      carry: declaration.options,
    };
    return { name, declaration: placed(engine, placeOf(declaration)) };
  });
}

function named<T extends InputDeclaration | CarryDeclaration | ParamDeclaration>(
  kind: "input" | "param",
  record: unknown,
  place: Place | null,
): Named<T>[] {
  if (typeof record !== "object" || record === null) {
    throw invalid(`${kind}s is not an object of declarations`, `write ${kind}s: { x: ${kind}(...) }`, place);
  }
  return Object.entries(record).map(([name, declaration]) => {
    checkName(kind, name, place);
    if (typeof declaration === "object" && declaration !== null && isKind(declaration.kind, kind)) {
      return { name, declaration };
    }
    throw invalid(
      `${kind} ${name} is not made with ${kind}(...)`,
      `write ${name}: ${kind}("f32", ${kind === "input" ? '["N"]' : '["feature=10"]'})`,
      place,
    );
  });
}

function isKind(found: string, kind: "input" | "param"): boolean {
  return found === kind || (kind === "input" && found === "carry");
}

function checkLimits(limits: unknown, place: Place | null): Limits {
  checkKeys("limits", limits ?? {}, { known: ["memory", "elements"], place });
  const { memory, elements } = (limits ?? {}) as Readonly<Record<string, unknown>>;
  if (memory !== undefined && typeof memory !== "string") {
    throw invalid("limits.memory is no size", 'write a size with its unit: memory: "512MiB"', place);
  }
  if (elements !== undefined && !(typeof elements === "number" && elements >= 1)) {
    throw invalid("limits.elements is no number of elements", "write elements: 1e8", place);
  }
  return { ...(memory === undefined ? {} : { memory }), ...(elements === undefined ? {} : { elements }) };
}

/**
 * Declares a pipeline; the default export of a pipeline file.
 *
 * @throws PipelineError PIP003 when the declaration is not valid
 * @example
 * ```ts
 * import { definePipeline, input, param } from "ndpipe";
 * import { deepStrictEqual } from "node:assert/strict";
 * const pipeline = definePipeline({
 *   name: "centre",
 *   inputs: { x: input("f32", ["N", "feature=3"]) },
 *   params: { mean: param("f32", ["feature=3"]) },
 *   transform: ({ x }, { mean }) => ({ centred: x.sub(mean) }),
 * });
 * deepStrictEqual(pipeline.trace().outputs.map(({ name }) => name), ["centred"]);
 * ```
 */
export function definePipeline<
  I extends Inputs,
  P extends Params = Record<never, never>,
  O extends Outputs = Outputs,
>(
  declaration: PipelineDeclaration<I, P, O>,
): Pipeline {
  return new Pipeline(declaration, authorPlace());
}

/** What a source needs to know of each input. */
export function toInputRequests({ inputs }: Pipeline): InputRequest[] {
  return inputs.map(({ name, declaration }) => {
    const { dtype, shape, options, carry } = declaration;
    return {
      input: name,
      place: placeOf(declaration),
      dtype,
      width: numElements(shape.slice(1)),
      isScalar: shape.length === 1,
      selection: selection(options) ?? { kind: "name", name },
      nulls: nullPolicy(dtype, options.nulls),
      ...(carry === undefined ? {} : { carry: { bytesPerRow: carry.maxBytesPerRow ?? null } }),
    };
  });
}

/** What the loading of params needs to know of each. */
export function toDeclaredParams({ params }: Pipeline): DeclaredParam[] {
  return params.map(({ name, declaration }) => {
    const { dtype, shape, options: { value, finite = true } } = declaration;
    return {
      name,
      dtype,
      shape,
      finite,
      place: placeOf(declaration),
      ...(value === undefined ? {} : { value }),
    };
  });
}

/** What to return in place of a value that is no tensor; null: it cannot be told. */
function outputHelp(value: unknown): string | null {
  if (value instanceof Promise) return "leave await and async out: a step gives its tensor at once";
  if (typeof value === "number" || typeof value === "boolean") {
    return `for a column of it, give a param with that value, repeated for each row: .broadcastTo(["N"])`;
  }
  if (!Array.isArray(value) || !value.every((one) => one instanceof TracedTensor)) return null;
  return "return each under a name of its own, or one column of them: stack([a, b], 1)";
}

const RUN_ONCE = "the transform is run once, on tensors without elements, before any data is read";

/** A shape that is written to, pushed to or cut, or another list that is frozen. */
const OF_FROZEN_LIST = new RegExp(
  "^TypeError: Cannot (?:assign to read only property '(?:\\d+|length)' of object '\\[object Array\\]'" +
    "|add property \\d+, object is not extensible|delete property '\\d+' of \\[object Array\\])$",
);

/** What classes of tensors have beside the methods that authors call. */
const NO_METHODS: ReadonlySet<string> = new Set([
  "constructor",
  "call",
  "describe",
  "name",
  "dtype",
  "shape",
]);

/** With the method that was meant: of `age.sqroot`, sqrt. */
function withNearest(missing: MissingMember): MissingMember {
  if (missing.help !== null) return missing;
  const methods: string[] = [], { member, place } = missing;
  let type: object = TracedTensor.prototype;
  for (; type !== UNKNOWN_MEMBERS; type = Object.getPrototypeOf(type)) {
    methods.push(...Object.getOwnPropertyNames(type).filter((method) => !NO_METHODS.has(method)));
  }
  const plain = member.replaceAll("_", ""), [nearest = ""] = nearestNames(plain, methods, 1);
  // a third of the letters may be others
  const isNear = editDistance(plain, nearest) <= plain.length / 3;
  const help = isNear ? `did you mean .${nearest}()?` : RUN_ONCE;
  return new MissingMember(member, { name: missing.owner, place, help });
}
