/** A table without rows goes through the formats, as a night without rows does. @module */
import { match, strictEqual } from "node:assert/strict";
import { ndpipe, type ProcessOptions } from "./support/ndpipe_process.ts";

const PIPELINE = `import { carry, definePipeline, input } from "ndpipe";
export default definePipeline({
  name: "first",
  inputs: {
    id: input("i64", ["N"]),
    name: carry(),
    m: input("f64", ["N", "m=2"]),
    p: input("f64", ["N", "p=3"], { columns: "p*" }),
    q: input("f64", ["N", "q=2"], { columns: ["p1", "q"] }),
  },
  transform: ({ id, name, m, p, q }) => ({ id, name, z: m.sum("m").add(p.sum("p")).add(q.sum("q")) }),
});
`;
const HEADER = "id,name,m_0,m_1,p0,p1,p2,q\n";
const WANTED = "id,name,z\n";

async function inFolder(
  body: (nd: (line: string, options?: ProcessOptions) => ReturnType<typeof ndpipe>) => Promise<void>,
): Promise<void> {
  const cwd = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${cwd}/pipeline.ts`, PIPELINE);
  Deno.writeTextFileSync(`${cwd}/header.csv`, HEADER);
  Deno.writeTextFileSync(`${cwd}/one.csv`, `${HEADER}1,a,1,2,3,4,5,6\n`);
  try {
    await body((line, options = {}) => ndpipe(line.split(" "), { cwd, ...options }));
  } finally {
    Deno.removeSync(cwd, { recursive: true });
  }
}

Deno.test("run takes a table without rows, and JSON lines without a line", async () => {
  await inFolder(async (nd) => {
    for (const ending of ["ndjson", "parquet"]) {
      const types = "--types id=i64,name=utf8";
      const made = await nd(`convert -i header.csv -o t.${ending} ${types}`);
      strictEqual(made.code, 0, made.stderr);
      const { code, stdout, stderr } = await nd(`run pipeline.ts -i t.${ending} -o - --to csv`);
      strictEqual(code, 0, stderr);
      strictEqual(stdout, WANTED, ending);
    }
    const header = await nd("run pipeline.ts -i header.csv -o - --to csv");
    match(header.stderr, new RegExp(`^read ${HEADER.length} B in `, "m"));
    const piped = await nd("run pipeline.ts -i - --from ndjson -o - --to csv", { stdin: "\n" });
    strictEqual(piped.stdout, WANTED, piped.stderr);
  });
});

Deno.test("an empty part of JSON lines among others adds no rows, to run and to convert", async () => {
  await inFolder(async (nd) => {
    strictEqual((await nd("convert -i one.csv -o one.ndjson")).code, 0);
    strictEqual((await nd("convert -i header.csv -o none.ndjson")).code, 0);
    for (const parts of ["one.ndjson none.ndjson", "none.ndjson one.ndjson"]) {
      const { stdout, stderr } = await nd(`run pipeline.ts -i ${parts} -o - --to csv`);
      strictEqual(stdout, `${WANTED}1,a,25\n`, stderr);
    }
    const converted = await nd("convert -i one.ndjson none.ndjson -o - --to csv");
    strictEqual(converted.stdout, `${HEADER}1,a,1,2,3,4,5,6\n`, converted.stderr);
  });
});

Deno.test("inspect and convert refuse JSON lines without a line: nobody says which columns there are", async () => {
  await inFolder(async (nd) => {
    for (const line of ["inspect - --from ndjson", "convert -i - --from ndjson -o x.csv"]) {
      const { code, stderr } = await nd(line, { stdin: "" });
      strictEqual(code, 7);
      match(stderr, /^error\[FMT003\]: stdin has no line, so nothing says which columns it has\n/);
      match(stderr, /help: leave it out; ndpipe run takes it/);
    }
  });
});
