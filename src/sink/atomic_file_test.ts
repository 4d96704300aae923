import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { OutputError } from "../errors.ts";
import { abortOpenFiles, AtomicFile, StandardOutput } from "./atomic_file.ts";
import { BrokenPipe } from "./write_all.ts";

const BYTES = new TextEncoder().encode("new");

function inFolder(run: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    run(folder);
  } finally {
    Deno.chmodSync(folder, 0o700);
    Deno.removeSync(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
}

function refuses(run: () => void, code: "OUT001" | "OUT002", words: RegExp): OutputError {
  let caught: unknown;
  throws(run, (error) => {
    caught = error;
    return true;
  });
  ok(caught instanceof OutputError, String(caught));
  strictEqual(caught.code, code);
  strictEqual(caught.exitCode, 8);
  ok(words.test(`${caught.message} | ${caught.notes.join(" ")} | ${caught.help}`), caught.message);
  ok(caught.help !== null);
  return caught;
}

Deno.test("AtomicFile.commit() gives the file its name only when it is complete", () =>
  inFolder((folder) => {
    const path = `${folder}/out.arrow`;
    const file = AtomicFile.open(path, { force: false });
    file.write(BYTES);
    strictEqual(file.numBytes, 3);
    const [temporary, ...others] = namesIn(folder);
    deepStrictEqual(others, []);
    ok(/^\.out\.arrow\.\d+-\d+\.ndpipe-tmp$/.test(temporary ?? ""), temporary);
    file.commit();
    deepStrictEqual(namesIn(folder), ["out.arrow"]);
    deepStrictEqual(Deno.readFileSync(path), BYTES);
    file.abort();
    deepStrictEqual(namesIn(folder), ["out.arrow"]);
  }));

Deno.test("AtomicFile.abort() leaves the old output as it was, and no temporary file", () =>
  inFolder((folder) => {
    const path = `${folder}/out.arrow`;
    Deno.writeTextFileSync(path, "old");
    const file = AtomicFile.open(path, { force: true });
    file.write(BYTES);
    strictEqual(Deno.readTextFileSync(path), "old");
    file.abort();
    file.abort();
    deepStrictEqual(namesIn(folder), ["out.arrow"]);
    strictEqual(Deno.readTextFileSync(path), "old");
  }));

Deno.test("AtomicFile.open() refuses an existing target unless force is given", () =>
  inFolder((folder) => {
    const path = `${folder}/out.arrow`;
    Deno.writeTextFileSync(path, "old");
    refuses(() => AtomicFile.open(path, { force: false }), "OUT002", /--force/);
    deepStrictEqual(namesIn(folder), ["out.arrow"]);
    const file = AtomicFile.open(path, { force: true });
    file.write(BYTES);
    file.commit();
    strictEqual(Deno.readTextFileSync(path), "new");
  }));

Deno.test("AtomicFile.commit() refuses a target that appeared in the meantime", () =>
  inFolder((folder) => {
    const path = `${folder}/out.arrow`;
    const file = AtomicFile.open(path, { force: false });
    Deno.writeTextFileSync(path, "theirs");
    refuses(() => file.commit(), "OUT002", /exists/);
    deepStrictEqual(namesIn(folder), ["out.arrow"]);
    strictEqual(Deno.readTextFileSync(path), "theirs");
  }));

Deno.test("AtomicFile.open() keeps the mode of the file it replaces, and a symbolic link a link", () =>
  inFolder((folder) => {
    const path = `${folder}/secret.arrow`, link = `${folder}/link.arrow`;
    Deno.writeTextFileSync(path, "old", { mode: 0o600 });
    Deno.symlinkSync(path, link);
    const file = AtomicFile.open(link, { force: true });
    file.write(BYTES);
    file.commit();
    ok(Deno.lstatSync(link).isSymlink);
    strictEqual(Deno.readTextFileSync(path), "new");
    strictEqual((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test(
  "AtomicFile.commit() keeps what the umask would take from the file it replaces, its owner and its group",
  { ignore: Deno.build.os === "windows" },
  () =>
    inFolder((folder) => {
      const path = `${folder}/shared.arrow`, isRoot = Deno.uid() === 0;
      Deno.writeTextFileSync(path, "old");
      Deno.chmodSync(path, 0o664);
      if (isRoot) Deno.chownSync(path, 65534, 65534);
      const script = `
        Deno.umask(0o077);
        const file = AtomicFile.open(${JSON.stringify(path)}, { force: true });
        file.write(Uint8Array.of(1, 2, 3));
        say(() => file.commit());`;
      strictEqual(apart(script), "done\n");
      const { mode, uid, gid } = Deno.statSync(path);
      strictEqual(mode! & 0o777, 0o664);
      if (isRoot) deepStrictEqual([uid, gid], [65534, 65534]);
    }),
);

/**
 * What a script prints in a process of its own, which has `AtomicFile` and `say`. The working folder and the umask are
 * the process's: changed in this one, they change for the tests that run beside these.
 */
function apart(script: string, [...words]: readonly string[] = []): string {
  const [command = "", ...args] = [
    ...words,
    Deno.execPath(),
    "eval",
    "--quiet",
    `
    const { AtomicFile } = await import(${JSON.stringify(import.meta.resolve("./atomic_file.ts"))});
    const say = (run) => {
      try {
        run();
        console.log("done");
      } catch ({ code, message, notes, help }) {
        console.log([code, message, ...notes, help].join(" | "));
      }
    };
    ${script}`,
  ];
  const { stdout, stderr } = new Deno.Command(command, { args, env: { NO_COLOR: "1" } }).outputSync();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

/** A process that opens the path; root's may do all but what is a file owner's. */
function openApart(path: string): string {
  const script = `say(() => AtomicFile.open(${JSON.stringify(path)}, { force: true }).abort());`;
  const dropped = ["setpriv", "--inh-caps=-fowner", "--bounding-set=-fowner"];
  return apart(script, Deno.uid() === 0 ? dropped : []);
}

Deno.test(
  "AtomicFile.open() refuses another user's file in a folder where only owners replace files",
  { ignore: Deno.build.os !== "linux" },
  () =>
    inFolder((folder) => {
      const path = `${folder}/out.arrow`, isRoot = Deno.uid() === 0;
      Deno.writeTextFileSync(path, "old");
      const belongsTo = (ofFolder: number, ofFile: number) => {
        if (!isRoot) return;
        Deno.chownSync(folder, ofFolder, ofFolder);
        Deno.chownSync(path, ofFile, ofFile);
      };
      Deno.chmodSync(folder, 0o1777);
      belongsTo(1, 0);
      strictEqual(openApart(path), "done\n");
      belongsTo(0, 2);
      strictEqual(openApart(path), "done\n");
      belongsTo(1, 2);
      match(
        openApart(path),
        isRoot
          ? /^OUT001 .*another user's.*sticky bit.*the file that was there is as it was.*with -o/
          : /^done/,
      );
      deepStrictEqual(namesIn(folder), ["out.arrow"]);
      // root replaces it
      if (isRoot) AtomicFile.open(path, { force: true }).abort();
      Deno.chmodSync(folder, 0o777);
      strictEqual(openApart(path), "done\n");
      deepStrictEqual(namesIn(folder), ["out.arrow"]);
      belongsTo(0, 0);
    }),
);

Deno.test("AtomicFile says of a failure what stays under the name, and advises by the flag that named it", () =>
  inFolder((folder) => {
    const path = `${folder}/out.arrow`,
      unfinished = () => {
        const file = AtomicFile.open(path, { force: true, flag: "--report" });
        for (const name of namesIn(folder)) {
          if (name.endsWith(".ndpipe-tmp")) Deno.removeSync(`${folder}/${name}`);
        }
        return file;
      };
    refuses(() => unfinished().commit(), "OUT001", /0 bytes had been written; no output is left behind/);
    Deno.writeTextFileSync(path, "old");
    refuses(() => unfinished().commit(), "OUT001", /0 bytes .*; the file that was there is as it was/);
    strictEqual(Deno.readTextFileSync(path), "old");
    const open = () => AtomicFile.open(folder, { force: true, flag: "--report" });
    strictEqual(refuses(open, "OUT001", /directory/).help, "name a file: --report FOLDER/run.json");
  }));

Deno.test("AtomicFile.open() says why a target cannot be written", () =>
  inFolder((folder) => {
    refuses(() => AtomicFile.open(folder, { force: true }), "OUT001", /directory/);
    refuses(() => AtomicFile.open(`${folder}/`, { force: true }), "OUT001", /directory/);
    refuses(() => AtomicFile.open(`${folder}/none/out.arrow`, { force: false }), "OUT001", /ENOENT.*mkdir/);
    Deno.symlinkSync(`${folder}/none`, `${folder}/link`);
    refuses(() => AtomicFile.open(`${folder}/link`, { force: false }), "OUT001", /leads nowhere/);
    deepStrictEqual(namesIn(folder), ["link"]);
  }));

Deno.test(
  "AtomicFile says of a missing folder what can be done: make it, leave it, or write again",
  { ignore: Deno.build.os === "windows" },
  () =>
    inFolder((folder) => {
      const gone = JSON.stringify(`${folder}/gone`);
      const printed = apart(`
        const removed = (path) => {
          const file = AtomicFile.open(path, { force: true });
          for (const { name } of Deno.readDirSync(".")) Deno.removeSync(name);
          say(() => file.commit());
        };
        Deno.mkdirSync(${gone});
        Deno.chdir(${gone});
        removed("out.arrow");
        removed("./out.arrow");
        removed(${gone} + "/out.arrow");
        say(() => AtomicFile.open("-a b/out.arrow", { force: true }));
        Deno.removeSync(${gone});
        say(() => AtomicFile.open("out.arrow", { force: true }));`);
      const unfinished = /^OUT001 .*removed while it was written: run again/;
      const [whole, below, full, dashed, last, ...rest] = printed.trimEnd().split("\n");
      for (const line of [whole, below, full]) match(line!, unfinished);
      match(dashed!, /^OUT001 .*mkdir -p '\.\/-a b'$/);
      match(last!, /^OUT001 .*the working folder was removed/);
      deepStrictEqual(rest, []);
    }),
);

Deno.test("AtomicFile.open() takes a name of 255 bytes", () =>
  inFolder((folder) => {
    const name = "é".repeat(124) + ".arrow1".slice(0, 7);
    const file = AtomicFile.open(`${folder}/${name}`, { force: false });
    file.write(BYTES);
    file.commit();
    deepStrictEqual(namesIn(folder), [name]);
  }));

Deno.test("AtomicFile.write() to a full disk says so with the bytes written so far", () => {
  const file = AtomicFile.open("/dev/full", { force: false });
  refuses(() => file.write(BYTES), "OUT001", /No space left on device \(ENOSPC\).*0 bytes had been written/);
  file.abort();
  ok(Deno.statSync("/dev/full").isCharDevice);
});

Deno.test("AtomicFile.writeAt() writes at a place, and write() goes on behind the last byte", () =>
  inFolder((folder) => {
    const file = AtomicFile.open(`${folder}/a`, { force: false });
    file.write(Uint8Array.of(1, 2));
    file.writeAt!(Uint8Array.of(6, 7), 5);
    file.writeAt!(Uint8Array.of(4), 3);
    strictEqual(file.numBytes, 7);
    file.write(Uint8Array.of(8));
    file.rewriteStart(Uint8Array.of(9));
    file.write(Uint8Array.of(10));
    file.commit();
    deepStrictEqual([...Deno.readFileSync(`${folder}/a`)], [9, 2, 0, 4, 0, 6, 7, 8, 10]);
  }));

Deno.test("AtomicFile writes to a device as it is, and never replaces it", () => {
  const device = AtomicFile.open("/dev/null", { force: false });
  strictEqual(device.writeAt, undefined);
  device.abort();
  const file = AtomicFile.open("/dev/null", { force: false });
  file.write(BYTES);
  file.commit();
  ok(Deno.statSync("/dev/null").isCharDevice);
});

Deno.test("AtomicFile.write() takes views of shared wasm memory", () =>
  inFolder((folder) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const view = new Uint8Array(memory.buffer, 8, 3);
    view.set(BYTES);
    const file = AtomicFile.open(`${folder}/out`, { force: false });
    file.write(view);
    file.commit();
    deepStrictEqual(Deno.readFileSync(`${folder}/out`), BYTES);
  }));

Deno.test("StandardOutput.write() goes on after short and refused writes", () => {
  const taken: number[] = [];
  let calls = 0;
  const output = new StandardOutput({
    writeSync(view) {
      if (calls++ % 2 === 0) throw new Deno.errors.WouldBlock("full");
      taken.push(view[0]!);
      return 1;
    },
  });
  output.write(BYTES);
  deepStrictEqual(new Uint8Array(taken), BYTES);
  strictEqual(output.numBytes, 3);
});

Deno.test("StandardOutput.write() throws BrokenPipe when the reader went away, OUT001 for all else", () => {
  const closed = new StandardOutput({
    writeSync() {
      throw new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
    },
  });
  throws(() => closed.write(BYTES), BrokenPipe);
  const failed = new StandardOutput({
    writeSync() {
      throw new Error("Input/output error (os error 5)");
    },
  });
  refuses(() => failed.write(BYTES), "OUT001", /Input\/output error/);
});

Deno.test("abortOpenFiles() takes back what is open and leaves what is committed", () => {
  inFolder((folder) => {
    const done = AtomicFile.open(`${folder}/done`, { force: false });
    done.write(BYTES);
    done.commit();
    for (const name of ["a", "b"]) AtomicFile.open(`${folder}/${name}`, { force: false }).write(BYTES);
    strictEqual(namesIn(folder).length, 3);
    abortOpenFiles();
    deepStrictEqual(namesIn(folder), ["done"]);
    abortOpenFiles();
  });
});
