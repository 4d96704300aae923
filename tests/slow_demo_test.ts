/** `deno task demo` as a newcomer runs it: by its own flags, in a log. @module */
import assert from "node:assert/strict";

const ROOT = new URL("../", import.meta.url);

/** Entries of the folder for temporary files that the demo made. */
function demoFolders(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
    name.startsWith("ndpipe_demo_")
  );
}

Deno.test("deno task demo scores the table, refuses the incident, and leaves nothing", async () => {
  const temporary = Deno.makeTempDirSync();
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "demo"],
      cwd: ROOT,
      env: { NO_COLOR: "1", TMPDIR: temporary },
      stdin: "null",
    }).output();
    const [shown, messages] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.equal(code, 0, `${shown}${messages}`);
    for (
      const pattern of [
        /^pipeline profile-scoring$/m,
        /^ {2}1000000 {2}ankle boot {3}ankle boot {3}0\.88\d\d$/m,
        /^ {2}accuracy {2}84\.26 %/m,
        /10,000 of 10,000 clusters are NumPy's/,
        /5,000,000 rows, 3\.69 GiB in/,
        /^ {2}memory {4}peak .* measured, .* predicted$/m,
        /^ {2}refused {3}exit 3 after \d+ ms/m,
      ]
    ) assert.match(shown!, pattern);
    assert.match(messages!, /186\.3 GiB at N = 5,000,000/);
    assert.deepEqual(demoFolders(temporary), []);
  } finally {
    Deno.removeSync(temporary, { recursive: true });
  }
});
