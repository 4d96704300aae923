import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { FormatError } from "../errors.ts";
import { FileAccess, MemoryAccess, PipeStream } from "./random_access.ts";

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff);

function withFile(run: (path: string) => void): void {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeFileSync(path, BYTES);
    run(path);
  } finally {
    Deno.removeSync(path);
  }
}

function isRefusal(code: string, words: RegExp) {
  return (error: unknown) => {
    ok(error instanceof FormatError, String(error));
    strictEqual(error.code, code);
    strictEqual(error.exitCode, 7);
    ok(words.test(`${error.message} ${error.notes.join(" ")}`), `${error.message} ${error.notes.join(" ")}`);
    return true;
  };
}

Deno.test("FileAccess.readInto() fills views of shared wasm memory, at any position and in any order", () =>
  withFile((path) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const access = FileAccess.open(path);
    strictEqual(access.size, 1000);
    for (const position of [700, 0, 333, 999]) {
      const view = new Uint8Array(memory.buffer, 64, Math.min(300, 1000 - position));
      access.readInto(view, position);
      deepStrictEqual(view.slice(), BYTES.slice(position, position + view.byteLength));
    }
    access.close();
  }));

Deno.test("readInto() refuses what reaches beyond the end, with the numbers", () =>
  withFile((path) => {
    const access = FileAccess.open(path);
    for (const bytes of [access, new MemoryAccess(BYTES)]) {
      throws(
        () => bytes.readInto(new Uint8Array(20), 990),
        isRefusal("FMT003", /20 bytes from byte 990 were asked for, 10 are there/),
      );
      throws(() => bytes.readInto(new Uint8Array(20), 5000), isRefusal("FMT003", /0 are there/));
    }
    access.close();
  }));

Deno.test("FileAccess.open() and PipeStream.open() say why a path cannot be read", () => {
  throws(() => FileAccess.open("/nowhere/x"), isRefusal("FMT001", /cannot read \/nowhere\/x: No such file/));
  throws(() => FileAccess.open("/"), isRefusal("FMT001", /directory/));
  throws(() => PipeStream.open("/nowhere/x"), isRefusal("FMT001", /No such file/));
});

Deno.test("PipeStream reads in order, by either call, and gives null at the end", async () => {
  const path = Deno.makeTempFileSync();
  Deno.writeFileSync(path, BYTES);
  const stream = PipeStream.open(path);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const view = new Uint8Array(memory.buffer, 0, 600);
  strictEqual(await stream.read(view), 600);
  deepStrictEqual(view.slice(), BYTES.slice(0, 600));
  strictEqual(stream.readSync(view), 400);
  deepStrictEqual(view.slice(0, 400), BYTES.slice(600));
  strictEqual(stream.readSync(view), null);
  strictEqual(await stream.read(view), null);
  stream.close();
  Deno.removeSync(path);
});

Deno.test("MemoryAccess counts what is read", () => {
  const access = new MemoryAccess(BYTES);
  access.readInto(new Uint8Array(10), 5);
  access.readInto(new Uint8Array(20), 0);
  strictEqual(access.bytesRead, 30);
  strictEqual(access.numReads, 2);
});
