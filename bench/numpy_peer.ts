/**
 * NumPy in a process of its own, which is asked for one run at a time, so that the runs of both sides alternate.
 *
 * @module
 */

/** Versions that belong to a measurement. */
export type Versions = Readonly<Record<string, string>>;

/** Where `deno task bench:setup` puts the peers. */
export const PEERS_VENV = new URL("../out/peers", import.meta.url).pathname;

/** The first Python that can import NumPy: `NDPIPE_PYTHON`, the peers' own, then the system's. */
export async function findPython(): Promise<string | null> {
  const named = Deno.env.get("NDPIPE_PYTHON");
  for (const python of [...named === undefined ? [] : [named], `${PEERS_VENV}/bin/python3`, "python3"]) {
    try {
      const { success } = await new Deno.Command(python, { args: ["-c", "import numpy"], stderr: "null" })
        .output();
      if (success) return python;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

/** A running peer. */
export class NumpyPeer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#writer = process.stdin.getWriter();
    this.#lines = linesOf(process.stdout);
  }

  /** null where no Python with NumPy is found */
  static async start(): Promise<NumpyPeer | null> {
    const python = await findPython();
    if (python === null) return null;
    const script = new URL("./peers/numpy_peer.py", import.meta.url).pathname;
    return new NumpyPeer(
      new Deno.Command(python, { args: [script], stdin: "piped", stdout: "piped", stderr: "inherit" })
        .spawn(),
    );
  }

  async #ask(request: unknown): Promise<unknown> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the NumPy peer ended; its message is above");
    return JSON.parse(value);
  }

  async versions(): Promise<Versions> {
    return await this.#ask({ versions: true }) as Versions;
  }

  async load(folder: string, names: readonly string[]): Promise<void> {
    await this.#ask({ load: folder, names });
  }

  /** seconds of one run; `fresh`: its arrays get pages that the process has not touched before */
  async run(letter: string, { fresh }: { fresh: boolean } = { fresh: false }): Promise<number> {
    return (await this.#ask({ run: letter, fresh }) as { seconds: number }).seconds;
  }

  async save(folder: string): Promise<void> {
    await this.#ask({ save: folder });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#process.status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  let text = "";
  for await (
    const part of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
  ) {
    text += part;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}
