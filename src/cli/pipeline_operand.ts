/** The word that names the pipeline file. @module */
import { UsageError } from "../errors.ts";
import { isModuleName } from "../pipeline/module_name.ts";
import { shellWord } from "../wording/shell_word.ts";

/**
 * Refuses a command line whose pipeline and input stand in each other's place: a table would be executed.
 *
 * @throws UsageError USE001
 */
export function refuseSwapped(command: string, file: string, inputs: readonly string[]): void {
  const pipeline = inputs.find(isModuleName);
  if (isModuleName(file) || pipeline === undefined) return;
  const others = inputs.map((input) => input === pipeline ? file : input).map(shellWord).join(" ");
  throw new UsageError("USE001", `${file} stands where the pipeline does, and ${pipeline} among the inputs`, {
    help: `swap them: ndpipe ${command} ${shellWord(pipeline)} -i ${others} …`,
  });
}
