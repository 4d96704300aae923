import { deepStrictEqual, rejects } from "node:assert/strict";
import { DataError } from "../errors.ts";
import { stampOf } from "./input_stamp.ts";
import { runFramed } from "./run_frame.ts";

Deno.test("runFramed() blames a file that was cut off meanwhile rather than the data that was found in it", async () => {
  const folder = Deno.makeTempDirSync(), path = `${folder}/in.csv`;
  Deno.writeTextFileSync(path, "x\n1\n2\n");
  const stamp = stampOf(path), found = new DataError("DAT002", '"" is no number');
  const run = (isCut: boolean) =>
    runFramed({
      open: () => ({ abort: () => {} }),
      move: () => {
        if (isCut) Deno.truncateSync(path, 3);
        return Promise.reject(found);
      },
      inputs: () => [{ path, info: { format: "csv" }, stamp }],
      end: () => {},
      close: () => {},
    }, null);
  try {
    await rejects(run(false), found);
    await rejects(run(true), { code: "FMT004", message: `${path} changed while it was read`, cause: found });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("runFramed() says what ended a run, whatever fails after it, and leaves nothing at its signal", async () => {
  const ended = new Error("ended"), untidy = new Error("untidy"), { signal } = new AbortController();
  const listening = new Set<unknown>();
  signal.addEventListener = (_: string, listener: unknown) => void listening.add(listener);
  signal.removeEventListener = (_: string, listener: unknown) => void listening.delete(listener);
  const fail = () => {
    throw untidy;
  };
  const run = (move: () => Promise<void>) =>
    runFramed(
      { open: () => ({ abort: fail }), move, inputs: () => [], end: () => "done", close: fail },
      signal,
    );
  await rejects(run(() => Promise.reject(ended)), ended);
  // what could not be closed after a whole run is said
  await rejects(run(() => Promise.resolve()), untidy);
  deepStrictEqual([...listening], []);
});
