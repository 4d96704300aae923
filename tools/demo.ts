/**
 * `deno task demo`: scores a real table of 10,000 profiles, then the same table five hundred times over, and then
 * lets the incident be refused. Each step is the real command line in a process of its own; what it writes is read
 * with the `apache-arrow` package and compared with NumPy's answer. Ends with exit 1 when anything is not as it
 * must be, and leaves no file behind.
 *
 * @module
 */
import { tableFromIPC } from "apache-arrow";
import { formatByteRate, formatDuration } from "../src/cli/format.ts";
import { formatProgress } from "../src/cli/progress.ts";
import { formatSummary } from "../src/cli/summary.ts";
import { paintFor, printOut } from "../src/cli/terminal.ts";
import { bytesText } from "../src/wording/bytes_text.ts";
import { countText } from "../src/wording/count_text.ts";
import type { Summary } from "../src/exec/run.ts";
import { openNpz } from "../src/source/npy/mod.ts";
import { MemoryAccess } from "../src/source/random_access.ts";

const ROOT = new URL("../", import.meta.url);
const DATA = "testdata/fashion-mnist";
const SCORING = [
  "pipelines/profile_scoring.ts",
  "-i",
  `${DATA}/profiles.arrow`,
  "--params",
  `${DATA}/params.npz`,
];
/** as many rows as the job had that this program came of */
const TIMES = 500;
const SHOWN_ROWS = 14;
const LABELS = [
  "T-shirt/top",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle boot",
];

const paint = paintFor(Deno.stdout);
const say = (text = "") => printOut(`${text}\n`);
const heading = (text: string) => say(`\n${paint("strong", text)}\n`);

/** What is not as it must be. */
const faults: string[] = [];

/** The flags of `deno task ndpipe`: no step of the demo may do more. */
function permissionFlags(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  return tasks.ndpipe.command.split(" ").filter((word: string) => word.startsWith("--"));
}

/** How a step came out. */
interface Step {
  readonly code: number;
  readonly milliseconds: number;
}

/** Shows the command and runs it; what it prints goes where the demo's own output goes. */
async function ndpipe(args: readonly string[], shown = args.join(" ")): Promise<Step> {
  say(paint("dim", `$ ndpipe ${shown}`));
  const start = performance.now();
  const isReported = args.includes("json");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...permissionFlags(), "main.ts", ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "inherit",
    stderr: isReported ? "piped" : "inherit",
  }).spawn();
  const [{ code }] = await Promise.all([child.status, isReported ? printEvents(child.stderr) : null]);
  return { code, milliseconds: performance.now() - start };
}

/**
 * Events of `--progress json` in the words of the command line itself. A terminal shows its live line; without one
 * it would print a line every five seconds, and the demo is over before that.
 */
async function printEvents(stream: ReadableStream<Uint8Array>): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = line.startsWith("{") ? JSON.parse(line) : null;
      if (event?.event === "progress") say(formatProgress(event));
      else printOut(event?.event === "summary" ? formatSummary(event) : `${line}\n`);
    }
  }
  printOut(rest);
}

/** Runs a pipeline and gives its summary, which it writes as a report. */
async function score(folder: string, inputs: readonly string[], shown: string): Promise<Summary> {
  const [pipeline = "", , , ...params] = SCORING;
  const files = ["-o", `${folder}/scores.arrow`, "--report", `${folder}/report.json`, "--force"];
  const progress = Deno.stderr.isTerminal() ? [] : ["--progress", "json"];
  const { code } = await ndpipe(["run", pipeline, "-i", ...inputs, ...params, ...files, ...progress], shown);
  if (code !== 0) throw new Error(`the run ended with exit ${code}`);
  return JSON.parse(Deno.readTextFileSync(`${folder}/report.json`)).summary;
}

/** The columns that the scoring writes. */
interface Scores {
  readonly ids: ArrayLike<bigint>;
  readonly labels: ArrayLike<number>;
  readonly clusters: ArrayLike<bigint>;
  readonly scores: ArrayLike<number>;
}

function readScores(path: string): Scores {
  const table = tableFromIPC(Deno.readFileSync(path));
  const column = (name: string) => table.getChild(name)?.toArray();
  return {
    ids: column("profile_id"),
    labels: column("label"),
    clusters: column("cluster"),
    scores: column("score"),
  };
}

function printFirstRows({ ids, labels, clusters, scores }: Scores): void {
  say(`${"profile".padStart(9)}  ${"is".padEnd(11)}  ${"scored as".padEnd(11)}  score`);
  for (let row = 0; row < SHOWN_ROWS; row++) {
    const truth = LABELS[labels[row]!]!, found = LABELS[Number(clusters[row]!)]!;
    const mark = truth === found ? "" : paint("warning", "  wrong");
    say(
      `${`${ids[row]}`.padStart(9)}  ${truth.padEnd(11)}  ${found.padEnd(11)}  ${
        scores[row]!.toFixed(4)
      }${mark}`,
    );
  }
  say(`      …  ${countText(ids.length - SHOWN_ROWS)} more`);
}

/** Accuracy, and how far NumPy's answer is away. */
function judge({ labels, clusters, scores }: Scores): void {
  const expected = openNpz(new MemoryAccess(Deno.readFileSync(new URL(`${DATA}/expected.npz`, ROOT))));
  const numpyClusters = expected.read("cluster").data, numpyScores = expected.read("score").data;
  let numRight = 0, numSame = 0, worst = 0;
  for (let row = 0; row < labels.length; row++) {
    if (Number(clusters[row]) === labels[row]) numRight++;
    if (clusters[row] === numpyClusters[row]) numSame++;
    worst = Math.max(worst, Math.abs(scores[row]! - Number(numpyScores[row])));
  }
  const accuracy = ((100 * numRight) / labels.length).toFixed(2);
  line("accuracy", `${accuracy} %  (NumPy: 84.26 %)`, accuracy === "84.26");
  const same = `${countText(numSame)} of ${countText(labels.length)} clusters are NumPy's`;
  line(
    "NumPy",
    `${same}; the scores differ by ${worst.toExponential(1)} at most`,
    numSame === 10_000 && worst < 1e-4,
  );
}

function measure({ rows, bytesRead, elapsedMs, peakRssBytes, predictedPeakBytes, workers }: Summary): void {
  const rate = formatByteRate((bytesRead * 1000) / elapsedMs);
  const threads = workers === 1 ? "one thread" : `${workers} workers`;
  line(
    "time",
    `${countText(rows)} rows, ${bytesText(bytesRead)} in ${formatDuration(elapsedMs)}: ${rate}, ${threads}`,
  );
  line(
    "memory",
    `peak ${bytesText(peakRssBytes)} measured, ${bytesText(predictedPeakBytes)} predicted`,
    peakRssBytes <= predictedPeakBytes,
  );
}

/** One finding; one that is not as it must be fails the demo. */
function line(what: string, text: string, isOk = true): void {
  say(`  ${what.padEnd(9)} ${text}${isOk ? "" : paint("error", "  not as it must be")}`);
  if (!isOk) faults.push(what);
}

async function showScoring(folder: string): Promise<void> {
  heading("1. The plan: every shape, every copy and the peak of memory, before a byte of data is read");
  const { code } = await ndpipe(["plan", ...SCORING]);
  if (code !== 0) faults.push("plan");

  heading("2. The run: 10,000 images of garments, 784 features each, into ten clusters");
  const shown = `run ${SCORING.join(" ")} -o scores.arrow`;
  const summary = await score(folder, [`${DATA}/profiles.arrow`], shown);
  const scores = readScores(`${folder}/scores.arrow`);
  say();
  printFirstRows(scores);
  say();
  judge(scores);
  measure(summary);

  heading(`3. The same table ${TIMES} times over: five million rows, in the memory that was predicted`);
  const inputs = Array.from({ length: TIMES }, () => `${DATA}/profiles.arrow`);
  const many = await score(folder, inputs, shown.replace("profiles.arrow", `profiles.arrow (× ${TIMES})`));
  say();
  measure(many);
}

async function showIncident(): Promise<void> {
  heading("4. The incident: 5,000,000 rows, and an axis that nobody meant");
  const { code, milliseconds } = await ndpipe(["plan", "pipelines/broken/incident.ts", "--rows", "5000000"]);
  say();
  line(
    "refused",
    `exit ${code} after ${formatDuration(milliseconds)}, nothing read, nothing allocated`,
    code === 3,
  );
  const fixed = await ndpipe(["check", "pipelines/broken/incident_fixed.ts"]);
  if (fixed.code !== 0) faults.push("incident_fixed");
}

async function main(): Promise<number> {
  const start = performance.now();
  const folder = Deno.makeTempDirSync({ prefix: "ndpipe_demo_" });
  const clean = () => Deno.removeSync(folder, { recursive: true });
  const interrupt = () => {
    clean();
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    await showScoring(folder);
    await showIncident();
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
    clean();
  }
  const took = formatDuration(performance.now() - start);
  say(
    faults.length === 0
      ? `\nAll of it as it must be, in ${took}.`
      : `\nNot as it must be: ${faults.join(", ")}.`,
  );
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
