/**
 * What a refusal advises works when it is done, letter by letter: each case is a command line that somebody gets wrong,
 * the help that it gets, and the line that follows it.
 *
 * @module
 */
import { ok, strictEqual } from "node:assert/strict";
import { dirname } from "node:path";
import { ndpipe } from "./support/ndpipe_process.ts";

interface Case {
  /** words of the command line; those in double quotes may hold spaces */
  readonly line: string;
  readonly code: number;
  /** stands in the help */
  readonly help: string;
  /** what follows it; absent: nothing is left to run */
  readonly followed?: string;
  /** what that prints; absent: it ends well */
  readonly prints?: string;
  readonly stdin?: string;
}

/** The usual run, whose inputs a case names. */
const RUN = "run first.ts -o - --to csv --param k=2";
const SCORED = "id,z\n1,3\n2,4\n";

const FILES: Readonly<Record<string, string>> = {
  "first.ts": `import { definePipeline, input, param } from "ndpipe";
export default definePipeline({
  name: "first",
  inputs: { id: input("i64", ["N"]), x: input("f64", ["N"]) },
  params: { k: param("f64", []) },
  transform: ({ id, x }, { k }) => ({ id, z: x.mul(k) }),
});
`,
  "small.ts": `import { definePipeline, input } from "ndpipe";
export default definePipeline({ name: "small", inputs: { id: input("u8", ["N"]) }, transform: (columns) => columns });
`,
  "i16.ts": `import { definePipeline, input } from "ndpipe";
export default definePipeline({ name: "i16", inputs: { id: input("i16", ["N"]) }, transform: (columns) => columns });
`,
  "float.ts": `import { definePipeline, input } from "ndpipe";
export default definePipeline({ name: "float", inputs: { id: input("f64", ["N"]) }, transform: (columns) => columns });
`,
  "carried.ts": `import { carry, definePipeline } from "ndpipe";
export default definePipeline({ name: "carried", inputs: { id: carry() }, transform: (columns) => columns });
`,
  "numbered.ts": `import { definePipeline, input } from "ndpipe";
export default definePipeline({
  name: "numbered",
  inputs: { id: input("i64", ["N"], { column: "column_0" }) },
  transform: (columns) => columns,
});
`,
  "flags.ts": `import { definePipeline, input } from "ndpipe";
export default definePipeline({ name: "flags", inputs: { b: input("bool", ["N"]) }, transform: (columns) => columns });
`,
  "a.csv": "id,x\n1,1.5\n2,2\n",
  "body": "1,1.5\n2,2\n",
  "labelled.csv": "1,1.5,one\n2,2,two\n",
  "decimal.csv": "id;x\n1;1,5\n2;2,0\n",
  "grouped.csv": "id;x\n1;1.234,5\n",
  "thousands.csv": "id;x\n1;1,234\n",
  "spaces.txt": "id x\n1 1.5\n2 2\n",
  "large.csv": "id\n99999999999999999999\n",
  "middle.csv": "id\n300\n",
  "words.csv": "b\nyes\nno\n",
  "twice.csv": "id,x,x\n1,2,3\n",
  "-dash.csv": "id,x\n1,1.5\n2,2\n",
  "fake.parquet": "id,x\n1,1.5\n2,2\n",
  "tables/README.md": "notes\n",
  "tables/a.csv": "id,x\n1,1.5\n2,2\n",
  "nested/notes": "notes\n",
  "nested/deep/a.csv": "id,x\n1,1.5\n2,2\n",
};

const CASES: readonly Case[] = [
  // text that is spelled otherwise
  {
    line: "run numbered.ts -o - --to csv -i body --from csv",
    code: 3,
    help: "--no-header; the columns are then column_0, column_1",
    followed: "run numbered.ts -o - --to csv -i body --from csv --no-header",
    prints: "id\n1\n2\n",
  },
  {
    line: `${RUN} -i labelled.csv`,
    code: 3,
    help: "if the first line is a row already, name its columns: --names NAME,…, or --no-header",
    followed: `${RUN} -i labelled.csv --names id,x,label`,
    prints: SCORED,
  },
  {
    line: `${RUN} -i decimal.csv --delimiter semicolon`,
    code: 5,
    help: "it is 1.5 with --decimal ,",
    followed: `${RUN} -i decimal.csv --delimiter semicolon --decimal ,`,
    prints: SCORED,
  },
  {
    line: `${RUN} -i grouped.csv --delimiter semicolon`,
    code: 5,
    help: "it is 1234.5 with --decimal , --thousands .",
    followed: `${RUN} -i grouped.csv --delimiter semicolon --decimal , --thousands .`,
    prints: "id,z\n1,2469\n",
  },
  {
    line: `${RUN} -i thousands.csv --delimiter semicolon`,
    code: 5,
    help: "it is 1234 with --thousands ,; or 1.234 with --decimal ,",
    followed: `${RUN} -i thousands.csv --delimiter semicolon --thousands ,`,
    prints: "id,z\n1,2468\n",
  },
  {
    line: `${RUN} -i spaces.txt`,
    code: 3,
    help: "--delimiter ' '",
    followed: `${RUN} -i spaces.txt --delimiter " "`,
    prints: SCORED,
  },
  {
    line: "run flags.ts -o - --to csv -i words.csv",
    code: 5,
    help: "--true-words yes,Y --false-words no,N",
    followed: "run flags.ts -o - --to csv -i words.csv --true-words yes,Y --false-words no,N",
    prints: "b\ntrue\nfalse\n",
  },
  // values that a dtype does not hold: only those that hold it are named
  {
    line: "run small.ts -o - --to csv -i middle.csv",
    code: 5,
    help: 'declare input id as "i16" or "u16"\n',
    followed: "run i16.ts -o - --to csv -i middle.csv",
    prints: "id\n300\n",
  },
  {
    line: "run small.ts -o - --to csv -i large.csv",
    code: 5,
    help: 'declare input id as "f64", which rounds it to 53 bits, or as carry()',
    followed: "run float.ts -o - --to csv -i large.csv",
    prints: "id\n100000000000000000000\n",
  },
  {
    line: "run small.ts -o - --to csv -i large.csv",
    code: 5,
    help: "carry(), which passes its text on",
    followed: "run carried.ts -o - --to csv -i large.csv",
    prints: "id\n99999999999999999999\n",
  },
  // files of several kinds
  {
    line: `${RUN} -i a.csv decimal.csv`,
    code: 3,
    help:
      "run the pipeline on it by itself: the header is one field with 2 names: give the delimiter, --delimiter semicolon",
    followed: `${RUN} -i decimal.csv --delimiter semicolon --decimal ,`,
  },
  {
    line: "convert -i a.csv decimal.csv -o - --to csv",
    code: 3,
    help:
      "convert it by itself, as flags hold for all inputs: the header is one field with 2 names: give the " +
      "delimiter, --delimiter semicolon",
    followed: "convert -i decimal.csv -o - --to csv --delimiter semicolon",
  },
  {
    line: "convert -i twice.csv -o - --to csv",
    code: 3,
    help: "--columns NAME,… names the others",
    followed: "convert -i twice.csv -o - --to csv --columns id",
    prints: "id\n1\n",
  },
  {
    line: `${RUN} -i tables`,
    code: 2,
    help: "name the tables by a pattern: 'tables/*.csv'",
    followed: `${RUN} -i tables/*.csv`,
    prints: SCORED,
  },
  {
    line: `${RUN} -i nested`,
    code: 2,
    help: "name the tables by a pattern: 'nested/**/*.csv'",
    followed: `${RUN} -i nested/**/*.csv`,
    prints: SCORED,
  },
  {
    line: "convert -i tables -o x.arrow",
    code: 2,
    help: "name the tables by a pattern: 'tables/*.csv'",
    followed: "convert -i tables/*.csv -o x.arrow",
  },
  {
    line: "convert -i a.csv -o - --to csv --types price=f32",
    code: 2,
    help: 'name one of its columns: "id", "x"',
    followed: "convert -i a.csv -o - --to csv --types x=f32",
    prints: "id,x\n1,1.5\n2,2\n",
  },
  { line: "inspect tables", code: 2, help: "ndpipe inspect tables/a.csv", followed: "inspect tables/a.csv" },
  { line: "inspect *.csv", code: 2, help: "ndpipe inspect ./-dash.csv", followed: "inspect ./-dash.csv" },
  {
    line: `${RUN} -i fake.parquet`,
    code: 7,
    help: "say it with --from csv",
    followed: `${RUN} -i fake.parquet --from csv`,
    prints: SCORED,
  },
  // standard input and output
  {
    line: `${RUN} -i /dev/stdin --from csv`,
    code: 7,
    help: "write - for standard input, and its format with --from",
    followed: `${RUN} -i - --from csv`,
    prints: SCORED,
    stdin: "id,x\n1,1.5\n2,2\n",
  },
  {
    line: `${RUN} -i -`,
    code: 7,
    help: "standard input has no name: give --from csv",
    followed: `${RUN} -i - --from csv`,
    prints: SCORED,
    stdin: "id,x\n1,1.5\n2,2\n",
  },
  {
    line: "run first.ts --param k=2 -i a.csv -o /dev/stdout",
    code: 2,
    help: "write - for standard output, and its format with --to",
    followed: `${RUN} -i a.csv`,
    prints: SCORED,
  },
  {
    line: "run first.ts --param k=2 -i a.csv -o /dev/fd/1 --to csv",
    code: 8,
    help: "write - for standard output, and its format with --to: -o -",
    followed: `${RUN} -i a.csv`,
    prints: SCORED,
  },
  // folders that Deno guards
  {
    line: `${RUN} -i /dev/shm/none.csv`,
    code: 7,
    help:
      "take another folder, or let the shell open it: - as the input, --from FORMAT, and < /dev/shm/none.csv",
  },
  {
    line: "run first.ts --param k=2 -i a.csv -o /dev/shm/none.csv",
    code: 8,
    help: "take another folder with -o, or let the shell open it: -o - > /dev/shm/none.csv",
  },
  {
    line: `${RUN} -i a.csv --report /dev/shm/none.json`,
    code: 8,
    help: "every permission only (-A for -P): take another folder with --report",
  },
  { line: "check /dev/shm/none.ts", code: 3, help: "(-A for -P): take another folder" },
  // words in another order
  {
    line: "run a.csv -i first.ts --param k=2 -o - --to csv",
    code: 2,
    help: "swap them: ndpipe run first.ts -i a.csv …",
    followed: `${RUN} -i a.csv`,
    prints: SCORED,
  },
  { line: "check a.csv", code: 3, help: "data is given with -i a.csv", followed: "check first.ts -i a.csv" },
  {
    line: "run first.ts a.csv -o - --to csv --param k=2",
    code: 2,
    help: "data goes behind -i: ndpipe run first.ts -i a.csv -o - …",
    followed: `${RUN} -i a.csv`,
    prints: SCORED,
  },
  {
    line: "convert a.csv b.parquet",
    code: 2,
    help: "data goes behind -i: ndpipe convert -i a.csv -o b.parquet\n",
    followed: "convert -i a.csv -o b.parquet",
  },
  {
    line: "inspect -i a.csv",
    code: 2,
    help: "the file stands by itself: ndpipe inspect a.csv",
    followed: "inspect a.csv",
  },
  {
    line: "inspect -dash.csv",
    code: 2,
    help: "a file whose name begins with a dash is written ./-dash.csv",
    followed: "inspect ./-dash.csv",
  },
  {
    line: "convert -i first.ts -o x.csv",
    code: 2,
    help: "a pipeline stands before -i: ndpipe run first.ts -i INPUT… -o OUTPUT",
  },
  { line: "help run extra", code: 2, help: "ndpipe help run", followed: "help run" },
  // values of flags
  {
    line: `${RUN} -i a.csv --chunk-rows 0`,
    code: 2,
    help: "leave --chunk-rows out, or give a number such as --chunk-rows 65536",
    followed: `${RUN} -i a.csv --chunk-rows 65536`,
    prints: SCORED,
  },
  {
    line: "convert -i a.csv -o - --to cvs",
    code: 2,
    help: "--to csv",
    followed: "convert -i a.csv -o - --to CSV",
    prints: "id,x\n1,1.5\n2,2\n",
  },
  {
    line: "convert -i a.csv -o a.json",
    code: 2,
    help: "JSON lines, an object a line, are --to ndjson",
    followed: "convert -i a.csv -o a.json --to ndjson",
  },
  {
    line: "convert -i a.csv -o tables",
    code: 2,
    help: "it is a folder: name a file in it, tables/scores.arrow",
    followed: "convert -i a.csv -o tables/scores.arrow",
  },
  { line: "convert -i a.csv -o none/a.arrow", code: 8, help: "mkdir -p none\n" },
  { line: "convert -i a.csv --output=-out/a.arrow", code: 8, help: "mkdir -p ./-out\n" },
  {
    line: `${RUN} -i a.csv --params none.json`,
    code: 7,
    help: "check the path; it is relative to the folder where the command runs",
  },
];

function words(line: string): string[] {
  return Array.from(line.matchAll(/"([^"]*)"|\S+/g), ([word, inner]) => inner ?? word);
}

/** The text behind "help:", on one line. */
function helpOf(stderr: string): string {
  return /= help: (.*\n)/.exec(stderr)?.[1] ?? "";
}

Deno.test("each help of the command line holds when it is followed", async () => {
  const cwd = Deno.makeTempDirSync();
  try {
    for (const [name, content] of Object.entries(FILES)) {
      Deno.mkdirSync(dirname(`${cwd}/${name}`), { recursive: true });
      Deno.writeTextFileSync(`${cwd}/${name}`, content);
    }
    const ask = async ({ line, code, help, followed, prints, stdin }: Case) => {
      const options = stdin === undefined ? { cwd } : { cwd, stdin };
      const refused = await ndpipe(words(line), options);
      strictEqual(refused.code, code, `${line}\n${refused.stderr}`);
      strictEqual(refused.stdout, "", line);
      ok(helpOf(refused.stderr).includes(help), `${line}\n${refused.stderr}`);
      if (followed === undefined) return;
      const done = await ndpipe(words(followed), options);
      strictEqual(done.code, 0, `${followed}\n${done.stderr}`);
      if (prints !== undefined) strictEqual(done.stdout, prints, followed);
    };
    // two at a time: most of a process is its start
    const [evens, odds] = [0, 1].map((rest) => CASES.filter((_, i) => i % 2 === rest));
    const all = async (cases: readonly Case[]) => {
      for (const one of cases) await ask(one);
    };
    await Promise.all([all(evens!), all(odds!)]);
  } finally {
    Deno.removeSync(cwd, { recursive: true });
  }
});
