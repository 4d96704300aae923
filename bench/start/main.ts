/**
 * `deno task bench:start [--processes N] [--json FILE]`: what the first call costs. Compilations, each in a process of
 * its own, and whole commands beside a Deno that does nothing. Medians over processes, started in turns.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { countOf, runCommand, writeResults } from "../command.ts";
import { describeMachine, loadAverage } from "../machine.ts";
import { type Sample, sample } from "../sample.ts";

const root = new URL("../../", import.meta.url).pathname;
const decoder = new TextDecoder();

/** One process with `deno`: what it prints, and the milliseconds until it ended. */
async function deno(
  args: readonly string[],
  cwd = root,
): Promise<{ readonly stdout: string; readonly ms: number }> {
  const started = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).output();
  const ms = performance.now() - started;
  if (!success) throw new Error(`deno ${args.join(" ")}:\n${decoder.decode(stderr)}`);
  return { stdout: decoder.decode(stdout), ms };
}

/** What compile.ts prints. */
interface ColdCompile {
  readonly numNodes: number;
  readonly trace: number;
  readonly plan: number;
  readonly probe: number;
  readonly compile: number;
}

const COMPILES = {
  example: "the example, pipelines/profile_scoring.ts",
  nodes: "a pipeline of 50 operations",
} as const;

interface CompileRow {
  readonly name: string;
  readonly numNodes: number;
  readonly trace: Sample;
  readonly plan: Sample;
  readonly compile: Sample;
}

async function measureCompile(name: keyof typeof COMPILES, processes: number): Promise<CompileRow> {
  const all: ColdCompile[] = [];
  // the first fills Deno's cache of compiled modules
  for (let i = -1; i < processes; i++) {
    const { stdout } = await deno(["run", "-A", "bench/start/compile.ts", name]);
    if (i >= 0) all.push(JSON.parse(stdout));
  }
  const of = (step: "trace" | "plan" | "compile") => sample(all.map((one) => one[step]));
  return {
    name: COMPILES[name],
    numNodes: all[0]!.numNodes,
    trace: of("trace"),
    plan: of("plan"),
    compile: of("compile"),
  };
}

interface CommandRow {
  readonly name: string;
  readonly time: Sample;
}

async function measureCommands(processes: number): Promise<CommandRow[]> {
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_start_" });
  try {
    Deno.writeTextFileSync(`${folder}/nothing.ts`, "");
    const lines = Deno.readTextFileSync(`${root}testdata/profiles/profiles.csv`).split("\n").slice(0, 11);
    Deno.writeTextFileSync(`${folder}/ten.csv`, lines.join("\n") + "\n");
    const ndpipe = ["run", "-A", `${root}main.ts`];
    const pipeline = `${root}pipelines/standardise.ts`, params = `${root}testdata/profiles/params.json`;
    const commands: readonly (readonly [string, readonly string[]])[] = [
      ["deno run of an empty file", ["run", "-A", `${folder}/nothing.ts`]],
      ["ndpipe --help", [...ndpipe, "--help"]],
      ["ndpipe plan, the example", [
        ...ndpipe,
        "plan",
        `${root}pipelines/profile_scoring.ts`,
        "--rows",
        "1000",
      ]],
      [
        "ndpipe run, 10 rows of CSV to Arrow",
        [...ndpipe, "run", pipeline, "-i", "ten.csv", "-o", "out.arrow", "--params", params, "--force"],
      ],
      ["ndpipe convert, 10 rows of CSV to Arrow", [
        ...ndpipe,
        "convert",
        "-i",
        "ten.csv",
        "-o",
        "c.arrow",
        "--force",
      ]],
    ];
    const times = new Map(commands.map(([name]) => [name, [] as number[]]));
    for (let i = -1; i < processes; i++) {
      for (const [name, args] of commands) {
        const { ms } = await deno(args, folder);
        if (i >= 0) times.get(name)!.push(ms);
      }
    }
    return [...times].map(([name, list]) => ({ name, time: sample(list) }));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      processes: { type: "string", default: "10" },
      json: { type: "string", default: `${root}out/bench_start.json` },
    },
  });
  const processes = countOf("processes", values.processes);
  const machine = describeMachine(), load = loadAverage();
  const text = ({ median, least }: Sample) => `${median.toFixed(1)} (${least.toFixed(1)})`;
  const compiles: CompileRow[] = [];
  console.log("| compilation, cold | operations | trace, ms | plan, ms | kernels, ms |");
  console.log("| --- | ---: | ---: | ---: | ---: |");
  for (const name of Object.keys(COMPILES) as (keyof typeof COMPILES)[]) {
    const row = await measureCompile(name, processes);
    compiles.push(row);
    console.log(
      `| ${row.name} | ${row.numNodes} | ${[row.trace, row.plan, row.compile].map(text).join(" | ")} |`,
    );
  }
  const commands = await measureCommands(processes);
  console.log("\n| process | ms |\n| --- | ---: |");
  for (const { name, time } of commands) console.log(`| ${name} | ${text(time)} |`);
  console.log(
    `\nmedians (and the least) of ${processes} processes; ${machine.cpu}, Deno ${Deno.version.deno}, load ${load}`,
  );
  writeResults(values.json, { machine, load, compiles, commands });
}

if (import.meta.main) await runCommand(main);
