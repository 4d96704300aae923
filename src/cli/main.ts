/**
 * The command line: finds the command, runs it, and turns what it throws into a diagnostic and an exit code.
 * Only small modules are imported here; everything else when it is needed.
 *
 * @module
 */
import { EXIT, type ExitCode } from "../error_codes.ts";
import { loadModule } from "../load_module.ts";

/** How messages are written: for people, or one JSON object a line. */
export type LogFormat = "text" | "json";

/**
 * Runs one command line (without the program's name) and returns the exit code. Nothing is thrown: what escapes a
 * command is printed to stderr. A reader of stdout that went away is no failure.
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  // a pipeline file that is being loaded is refused to call it
  const log = logFormat(args), { exit } = Deno;
  /** what was thrown behind a command's back decides how the process ends, though the command gets to its end first */
  let ending: Promise<never> | null = null;
  const reportBug = (event: Event, error: unknown) => {
    event.preventDefault();
    ending ??= endWith(error);
  };
  const endWith = async (error: unknown): Promise<never> => {
    const exitCode = await report(await thrownByPipeline(error, args) ?? error, log);
    const { abortOpenFiles } = await loadModule<typeof import("../sink/atomic_file.ts")>(
      import.meta.resolve("../sink/atomic_file.ts"),
    );
    abortOpenFiles();
    return exit(exitCode);
  };
  await keepStdoutForData(log);
  globalThis.addEventListener("error", (event) => reportBug(event, event.error));
  globalThis.addEventListener("unhandledrejection", (event) => reportBug(event, event.reason));
  let exitCode: ExitCode;
  try {
    exitCode = await dispatch(args);
  } catch (error) {
    exitCode = await report(error, log);
  }
  return await (ending ?? exitCode);
}

/**
 * What a pipeline file prints goes to stderr: on standard output it would be among the bytes of `-o -`. Where messages
 * are JSON it is a message too.
 */
async function keepStdoutForData(log: LogFormat): Promise<void> {
  const { error } = console;
  const methods = ["log", "info", "debug", "dir", "dirxml", "table", "count", "timeLog", "timeEnd"] as const;
  if (log === "text") {
    for (const method of methods) console[method] = error;
    return;
  }
  const [{ format }, { logLine }] = await Promise.all([import("node:util"), import("./log_line.ts")]);
  const printAs = (level: "info" | "warning" | "error") => (...values: unknown[]) =>
    error(logLine({ level, event: "printed" }, { message: format(...values) }).trimEnd());
  const print = printAs("info");
  for (const method of methods) console[method] = print;
  console.warn = printAs("warning");
  console.error = printAs("error");
}

/** What a pipeline file throws behind our back, in a timer or a promise of its own, as its refusal; else null. */
async function thrownByPipeline(error: unknown, args: readonly string[]): Promise<Error | null> {
  const [{ NdpipeError, PipelineError }, { placeInStack }, { resolve }] = await Promise.all([
    import("../errors.ts"),
    loadModule<typeof import("../expr/author_place.ts")>(import.meta.resolve("../expr/author_place.ts")),
    import("node:path"),
  ]);
  if (!(error instanceof Error) || error instanceof NdpipeError) return null;
  const place = placeInStack(error.stack ?? "");
  const file = args.find((arg) => place !== null && resolve(arg) === place.file);
  if (file === undefined) return null;
  return new PipelineError("PIP001", `${file} threw outside of its transform: ${error.message}`, {
    place,
    help: "a pipeline file declares; leave timers and promises of its own out",
    cause: error,
  });
}

async function dispatch(args: readonly string[]): Promise<ExitCode> {
  const [first, ...rest] = args;
  if (first === "--version" || first === "-V" || first === "version") return await printVersion();
  if (first === undefined) return await noCommand();
  const isHelp = first === "help" || first === "--help" || first === "-h";
  const name = isHelp ? rest[0] : first;
  if (name === undefined) return await printHelp(null);
  const { COMMANDS } = await import("./commands.ts");
  const command = COMMANDS.find(({ syntax }) => syntax.name === name);
  if (command === undefined) throw await unknownCommand(name);
  if (isHelp && rest.length > 1 && !rest[1]!.startsWith("-")) throw await extraWord(name, rest[1]!);
  if (isHelp || asksForHelp(rest)) return await printHelp(command);
  return await command.execute(rest);
}

/** Before all else, so that help is had even where the rest is wrong; but not behind "--". */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end === -1 ? args : args.slice(0, end);
  return flags.includes("--help") || flags.includes("-h");
}

async function printHelp(command: import("./commands.ts").CommandRow | null): Promise<ExitCode> {
  const { formatCommandHelp, formatOverview } = await import("./help.ts");
  const { printOut, terminalColumns } = await import("./terminal.ts");
  const columns = terminalColumns();
  printOut(command === null ? formatOverview(columns) : formatCommandHelp(command, columns));
  return EXIT.ok;
}

async function noCommand(): Promise<never> {
  const { UsageError } = await import("../errors.ts");
  throw new UsageError("USE001", "no command is given", { help: "see ndpipe --help" });
}

async function extraWord(name: string, word: string): Promise<Error> {
  const { UsageError } = await import("../errors.ts");
  return new UsageError("USE001", `help does not know what to do with ${JSON.stringify(word)}`, {
    help: `ndpipe help ${name}`,
  });
}

async function unknownCommand(name: string): Promise<Error> {
  const [{ UsageError }, { COMMANDS }, { suggest }] = await Promise.all([
    import("../errors.ts"),
    import("./commands.ts"),
    import("./suggest.ts"),
  ]);
  const nearest = suggest(name, [
    ...COMMANDS.map(({ syntax }) => syntax.name),
    "help",
    "--version",
    "--help",
  ]);
  const kind = name.startsWith("-") ? "flag before the command" : "command";
  return new UsageError("USE001", `there is no ${kind} ${JSON.stringify(name)}`, {
    help: nearest === null ? "see ndpipe --help" : `did you mean ${nearest}?`,
  });
}

async function printVersion(): Promise<ExitCode> {
  const { default: project } = await import("../../deno.json", { with: { type: "json" } });
  const { printOut } = await import("./terminal.ts");
  printOut(`ndpipe ${project.version} (deno ${Deno.version.deno}, v8 ${Deno.version.v8})\n`);
  return EXIT.ok;
}

/** Found without the parser, so that a command line that cannot be parsed is still reported as it asked for. */
function logFormat(args: readonly string[]): LogFormat {
  const index = args.indexOf("--log");
  return args.includes("--log=json") || (index !== -1 && args[index + 1] === "json") ? "json" : "text";
}

async function report(error: unknown, log: LogFormat): Promise<ExitCode> {
  if (error instanceof Error && error.name === "BrokenPipe") return EXIT.ok;
  const { interruptionOf } = await import("./signals.ts"), interrupted = interruptionOf(error);
  if (interrupted !== null) return interrupted;
  const [{ formatDiagnostic, toNdpipeError }, { paintFor, printErr, terminalColumns }] = await Promise.all([
    import("./diagnostic.ts"),
    import("./terminal.ts"),
  ]);
  const known = toNdpipeError(error);
  const paint = paintFor(Deno.stderr);
  const options = { log, paint, columns: Deno.stderr.isTerminal() ? terminalColumns() : null };
  printErr(formatDiagnostic(known, options));
  return known.exitCode;
}
