/** `ndpipe check PIPELINE`: every proof, no data read; lists what was checked. @module */
import { bytesText } from "../wording/bytes_text.ts";
import { countText } from "../wording/count_text.ts";
import { EXIT, type ExitCode } from "../error_codes.ts";
import { NdpipeError, ShapeError } from "../errors.ts";
import type { Prepared } from "../exec/prepared.ts";
import { unusedSteps } from "../plan/unused_steps.ts";
import { meantParam, nameOfParams } from "./ignored_params.ts";
import { isModuleName } from "../pipeline/module_name.ts";
import type { TypeFinding } from "../pipeline/type_check.ts";
import type { ArgumentsOf, CHECK_FLAGS } from "./command_flags.ts";
import { formatDiagnostic } from "./diagnostic.ts";
import { formatPlural } from "./format.ts";
import { refuseSwapped } from "./pipeline_operand.ts";
import { plannedOutput, prepareOptions } from "./prepare_options.ts";
import { paintFor, printErr, printOut, terminalColumns, visibleText } from "./terminal.ts";

type CheckFlags = ArgumentsOf<typeof CHECK_FLAGS>["flags"];

/** One proof that was made. */
export interface CheckedItem {
  readonly what: string;
  /** absent: a proof that was made; true: no proof, but worth a look */
  readonly isNote?: true;
  /** what was found, in words */
  readonly detail: string;
}

/** Makes every proof that a run would make, and the type check that a run leaves to the editor. */
export async function check({ operands, flags }: ArgumentsOf<typeof CHECK_FLAGS>): Promise<ExitCode> {
  const [file = ""] = operands;
  refuseSwapped("check", file, flags.input);
  const { typeCheck } = await import("../pipeline/type_check.ts");
  // the two walls are independent of each other, so neither waits for the other
  const [types, plan] = await Promise.allSettled([
    isModuleName(file) ? typeCheck(file) : [],
    prepareFor(file, flags),
  ]);
  const refusals = [
    ...(types.status === "rejected" ? [types.reason] : findingsBeside(types.value, plan)),
    ...(plan.status === "rejected" ? [plan.reason] : []),
  ];
  if (plan.status === "rejected" || refusals.length > 0) return reportAll(refusals, flags);
  const items = [...checkedItems(plan.value), ...notesOf(plan.value, flags)];
  const { closePrepared } = await import("../exec/prepared.ts");
  closePrepared(plan.value);
  printOut(flags.json ? formatJson(plan.value, items) : formatItems(plan.value, items));
  return EXIT.ok;
}

async function prepareFor(file: string, flags: CheckFlags): Promise<Prepared> {
  const [{ loadPipeline }, { prepare }] = await Promise.all([
    import("../pipeline/load.ts"),
    import("../pipeline/prepare.ts"),
  ]);
  const pipeline = await loadPipeline(file, { mayExit: false });
  return await prepare(
    pipeline,
    prepareOptions(flags, {
      params: flags.params,
      assignments: flags.param,
      rows: flags.rows,
      mayLackParams: true,
      ...plannedOutput(flags),
    }),
  );
}

/** What the types found, less what the planner says of the same line with more words. */
function findingsBeside(
  findings: readonly TypeFinding[],
  plan: PromiseSettledResult<Prepared>,
): NdpipeError[] {
  const refusal = plan.status === "rejected" && plan.reason instanceof NdpipeError ? plan.reason : null;
  return findings
    .filter(({ code, place }) => code !== refusal?.code || place?.line !== refusal.place?.line)
    .map(({ code, sentence, hint, place }) => new ShapeError(code, sentence, { place, help: hint }));
}

/** Prints all refusals but the last, which is thrown: it gives the exit code. */
function reportAll(refusals: readonly unknown[], { log }: CheckFlags): never {
  const known = refusals.filter((refusal) => refusal instanceof NdpipeError);
  const unknown = refusals.find((refusal) => !(refusal instanceof NdpipeError));
  if (unknown !== undefined) throw unknown;
  const columns = Deno.stderr.isTerminal() ? terminalColumns() : null;
  for (const refusal of known.slice(0, -1)) {
    printErr(formatDiagnostic(refusal, { log: log ?? "text", paint: paintFor(Deno.stderr), columns }));
  }
  throw known.at(-1);
}

/** The proofs of a prepared pipeline, in the order in which they were made. */
function checkedItems(prepared: Prepared): CheckedItem[] {
  const { graph, requests, params, paramOrigins, inputs, outputs, memory, budget, maxElements } = prepared;
  const items: CheckedItem[] = [
    { what: "types", detail: "deno check finds nothing" },
    {
      what: "shapes",
      detail: `${formatPlural(graph.steps.length, "step")}, ${formatPlural(outputs.length, "output")}; ` +
        "every shape and dtype follows, and none grows unasked",
    },
  ];
  if (params === null) {
    items.push({ what: "params", detail: "declared; not given, so their values were not checked" });
  } else if (params.size > 0) {
    const origins = new Set([...params.keys()].map((name) => paramOrigins.get(name) ?? ""));
    items.push({
      what: "params",
      detail: `${formatPlural(params.size, "param")} from ${[...origins].join(", ")}`,
    });
  }
  if (inputs.length === 0) {
    items.push({
      what: "input",
      detail: `none given: ${formatPlural(requests.length, "declaration")} taken at ` +
        (requests.length === 1 ? "its word" : "their word"),
    });
  }
  for (const { path, numRows, bindings } of inputs) {
    const numColumns = new Set(bindings.flatMap(({ fieldIndices }) => fieldIndices)).size;
    const rows = numRows === null ? "rows not known before reading" : formatPlural(numRows, "row");
    items.push({ what: "input", detail: `${path}: ${formatPlural(numColumns, "column")} bound, ${rows}` });
  }
  items.push({
    what: "memory",
    detail: `${bytesText(memory.peakBytes)} of ${bytesText(budget.bytes)} (${budget.source}), ` +
      `chunks of ${formatPlural(memory.chunkRows, "row")}, ${formatPlural(memory.workers, "worker")}; ` +
      `no intermediate beyond ${countText(maxElements)} elements`,
  });
  return items;
}

/** Steps, or entries of a file of params, that a note names. */
const MAX_NAMED = 3;

/** The first few of what a note names, and how many more there are. */
function fewOf<Item>(items: readonly Item[], show: (item: Item) => string): string {
  const named = items.slice(0, MAX_NAMED).map(show).join(", ");
  return items.length > MAX_NAMED ? `${named} and ${items.length - MAX_NAMED} more` : named;
}

/** What is no fault, but worth a look. */
function notesOf(prepared: Prepared, { params }: CheckFlags): CheckedItem[] {
  const ignored = prepared.ignoredParams.length === 0 || params === null
    ? null
    : ignoredItem(prepared, params);
  return [ignored, unusedItem(prepared)].filter((item) => item !== null);
}

/** What the file of params has, and no param. */
function ignoredItem(prepared: Prepared, file: string): CheckedItem {
  const { ignoredParams } = prepared;
  const named = fewOf(ignoredParams, (name) => {
    const meant = meantParam(name, prepared, file);
    return meant === null ? name : `${name} (did you mean ${meant}?)`;
  });
  const entries = formatPlural(ignoredParams.length, "entry", "entries");
  return {
    what: "params",
    isNote: true,
    detail: `${entries} of ${nameOfParams(file)} that no param takes: ${named}`,
  };
}

/** What the transform does for no output: nearly always left over, or a tensor where JavaScript wants true or false. */
function unusedItem({ graph }: Prepared): CheckedItem | null {
  const unused = unusedSteps(graph).map((index) => graph.steps[index]!);
  if (unused.length === 0) return null;
  const named = fewOf(unused, ({ text, place }) => place === null ? text : `${text} (line ${place.line})`);
  const isChoice = unused.some(({ result }) => graph.nodes[result]!.dtype === "bool");
  return {
    what: "unused",
    isNote: true,
    detail: `${formatPlural(unused.length, "step")} for no output: ${named}` +
      (isChoice ? "; a tensor in an if is true, whatever its elements: where(condition, a, b) chooses" : ""),
  };
}

function formatItems({ name }: Prepared, items: readonly CheckedItem[]): string {
  const width = Math.max(...items.map(({ what }) => what.length));
  const markWidth = items.some(({ isNote }) => isNote) ? "note".length + 2 : "ok".length + 2;
  const lines = items.map(({ what, detail, isNote }) =>
    `${(isNote ? "note" : "ok").padEnd(markWidth)}${what.padEnd(width)}  ${visibleText(detail)}`
  );
  return [`${visibleText(name)}: all proofs hold, no data was read`, ...lines].join("\n") + "\n";
}

function formatJson({ name }: Prepared, items: readonly CheckedItem[]): string {
  return JSON.stringify({ pipeline: name, ok: true, checked: items }, null, 2) + "\n";
}
