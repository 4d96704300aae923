import assert from "node:assert/strict";
import { Interrupted } from "../errors.ts";
import { interruptionOf } from "./signals.ts";

const MODULE = JSON.stringify(new URL("./signals.ts", import.meta.url).href);

/**
 * A process that works in chunks of 20 ms until it is told to stop; then it ends when its stdin does, which is when it
 * was sent all signals, or takes long to end.
 */
async function interrupt(
  signals: readonly Deno.Signal[],
  end: "soon" | "late",
  [command, ...words]: readonly [string, ...string[]] = [Deno.execPath()],
) {
  const script = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(
    script,
    `import { listenForInterrupts } from ${MODULE};
     using interrupts = await listenForInterrupts({
       onFirst: () => console.log("first"),
       onSecond: () => console.log("second"),
     });
     const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
     console.log("ready");
     for (let waits = 1; !interrupts.signal.aborted; waits++) {
       await sleep(20);
       if (waits === 50) console.log("alive");
     }
     ${
      end === "late"
        ? "await sleep(300_000);"
        : "await Deno.stdin.read(new Uint8Array(1));\nawait sleep(100);"
    }
     console.log("ended");
     Deno.exit(interrupts.exitCode() ?? 99);`,
  );
  const child = new Deno.Command(command, {
    args: [...words, "run", "--no-prompt", "--allow-run=cat", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let isTold = false;
  const printed: string[] = [];
  let sent = 0;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed.push(...text.trim().split("\n"));
    const signal = signals[sent];
    // one signal after each line: the first when it is ready, the second when it has said that it ends
    if (signal !== undefined && printed.length > sent) {
      sent++;
      child.kill(signal);
    }
    if (end === "soon" && sent === signals.length && printed.includes("first") && !isTold) {
      isTold = true;
      await child.stdin.close();
    }
  }
  if (!isTold) await child.stdin.abort();
  const { code } = await child.status;
  Deno.removeSync(script);
  return { code, printed };
}

const IGNORE = { ignore: Deno.build.os === "windows" };

Deno.test(
  "listenForInterrupts() lets the work end at the first signal, with the signal's exit code",
  IGNORE,
  async () => {
    assert.deepEqual(await interrupt(["SIGINT"], "soon"), {
      code: 130,
      printed: ["ready", "first", "ended"],
    });
    assert.deepEqual(await interrupt(["SIGTERM"], "soon"), {
      code: 143,
      printed: ["ready", "first", "ended"],
    });
    if (Deno.build.os !== "linux") return;
    assert.deepEqual(await interrupt(["SIGHUP"], "soon"), {
      code: 129,
      printed: ["ready", "first", "ended"],
    });
  },
);

Deno.test("listenForInterrupts() leaves SIGHUP ignored where nohup had it so", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const nohup = ["nohup", Deno.execPath()] as const;
  assert.deepEqual(await interrupt(["SIGHUP", "SIGTERM"], "soon", nohup), {
    code: 143,
    printed: ["ready", "alive", "first", "ended"],
  });
});

Deno.test("listenForInterrupts() quits at once at the second signal, after cleaning up", IGNORE, async () => {
  assert.deepEqual(await interrupt(["SIGINT", "SIGINT"], "late"), {
    code: 130,
    printed: ["ready", "first", "second"],
  });
  assert.equal((await interrupt(["SIGTERM", "SIGINT"], "late")).code, 130);
});

Deno.test("listenForInterrupts() takes a second SIGHUP for the same end of the terminal", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  assert.deepEqual(await interrupt(["SIGHUP", "SIGHUP"], "soon"), {
    code: 129,
    printed: ["ready", "first", "ended"],
  });
  assert.equal((await interrupt(["SIGHUP", "SIGTERM"], "late")).code, 143);
});

Deno.test("interruptionOf() gives a signal's exit code, and none to a system call that was broken off", () => {
  assert.equal(interruptionOf(new Interrupted("SIGINT")), 130);
  assert.equal(interruptionOf(new Interrupted("SIGTERM")), 143);
  assert.equal(interruptionOf(new Deno.errors.Interrupted("Interrupted system call (os error 4)")), null);
});
