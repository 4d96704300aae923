/** `ndpipe plan PIPELINE`: how a run would go. @module */
import { EXIT, type ExitCode } from "../error_codes.ts";
import type { ArgumentsOf, PLAN_FLAGS } from "./command_flags.ts";
import { refuseSwapped } from "./pipeline_operand.ts";
import { plannedOutput, prepareOptions } from "./prepare_options.ts";
import { printOut } from "./terminal.ts";

/** Prints the plan, as text or as JSON. */
export async function plan({ operands, flags }: ArgumentsOf<typeof PLAN_FLAGS>): Promise<ExitCode> {
  const [file = ""] = operands;
  refuseSwapped("plan", file, flags.input);
  const [{ loadPipeline }, { prepare }, { formatPlan, planJson }] = await Promise.all([
    import("../pipeline/load.ts"),
    import("../pipeline/prepare.ts"),
    import("./plan_text.ts"),
  ]);
  const pipeline = await loadPipeline(file, { mayExit: false });
  const options = prepareOptions(flags, {
    params: flags.params,
    assignments: flags.param,
    rows: flags.rows,
    mayLackParams: true,
    ...plannedOutput(flags),
  });
  const prepared = await prepare(pipeline, options);
  const text = flags.json
    ? JSON.stringify(await planJson(prepared), null, 2)
    : await formatPlan(prepared, { verbose: flags.verbose });
  printOut(text.endsWith("\n") ? text : `${text}\n`);
  return EXIT.ok;
}
