/** `ndpipe run PIPELINE -i INPUT… -o OUTPUT`. @module */
import type { ExitCode } from "../error_codes.ts";
import { loadModule } from "../load_module.ts";
import type { ArgumentsOf, RUN_FLAGS } from "./command_flags.ts";
import { execute } from "./execute.ts";
import { refuseSwapped } from "./pipeline_operand.ts";
import { plannedOutput, prepareOptions } from "./prepare_options.ts";
import { askOfHangup } from "./signals.ts";

/** Proves the pipeline and runs it. */
export async function run(
  { operands, flags }: ArgumentsOf<typeof RUN_FLAGS, "input" | "output">,
): Promise<ExitCode> {
  const [file = ""] = operands;
  refuseSwapped("run", file, flags.input);
  void askOfHangup();
  const [{ loadPipeline }, { prepare }] = await Promise.all([
    import("../pipeline/load.ts"),
    import("../pipeline/prepare.ts"),
  ]);
  const pipeline = await loadPipeline(file, { mayExit: false });
  const given = { params: flags.params, assignments: flags.param, ...plannedOutput(flags) };
  const options = prepareOptions(flags, given);
  const reads = [{ role: "pipeline", path: file }];
  if (flags.params !== null) reads.push({ role: "file of params", path: flags.params });
  const prepared = await prepare(pipeline, options);
  if (flags.params !== null && prepared.ignoredParams.length > 0) {
    const { warnOfMisspelt } = await loadModule<typeof import("./ignored_params.ts")>(
      import.meta.resolve("./ignored_params.ts"),
    );
    warnOfMisspelt(prepared, flags.params, flags.log);
  }
  return await execute(prepared, flags, reads);
}
