/**
 * Another library in a process of its own, which is asked for one run at a time, so that the runs of all sides
 * alternate. peers/serve.py says what is asked and answered.
 *
 * @module
 */
import { REVECTORIZE_FLAG } from "../src/kernel/vector_bits.ts";
import { linesOf } from "./lines.ts";

/** Versions that belong to a measurement. */
export type Versions = Readonly<Record<string, string>>;

/** Where `deno task bench:setup` puts the Python peers. */
export const PEERS_VENV = new URL("../out/peers", import.meta.url).pathname;

/** Libraries of Python, each with peers/NAME_works.py. NumPy comes first: the others are checked against it too. */
export const PYTHON_PEERS = ["numpy", "numexpr", "polars", "duckdb", "pyarrow"] as const;

/** Libraries from npm, each with peers/NAME_works.ts, and the packages that they load. */
export const NPM_PEERS = {
  numpy_ts: ["numpy-ts@1.7.0"],
  jax_js: ["@jax-js/jax@0.1.25"],
  tfjs: ["@tensorflow/tfjs-core@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0"],
} as const;

/** ndpipe itself, where V8 is told to join pairs of 128-bit operations; nothing has to be installed. */
export const WIDE_PEER = "vectors_256";

export type PeerName = typeof PYTHON_PEERS[number] | keyof typeof NPM_PEERS | typeof WIDE_PEER;

/** How a peer is called in a table. */
export const PEER_TITLES: Readonly<Record<PeerName, string>> = {
  numpy: "NumPy",
  numexpr: "numexpr",
  polars: "Polars",
  duckdb: "DuckDB",
  pyarrow: "pyarrow",
  numpy_ts: "numpy-ts",
  jax_js: "jax-js",
  tfjs: "tfjs-wasm",
  vectors_256: "ndpipe with 256-bit vectors",
};

/** The first Python that can import the module: `NDPIPE_PYTHON`, the peers' own, then the system's. */
export async function findPython(module = "numpy"): Promise<string | null> {
  const named = Deno.env.get("NDPIPE_PYTHON");
  for (const python of [...named === undefined ? [] : [named], `${PEERS_VENV}/bin/python3`, "python3"]) {
    try {
      const { success } = await new Deno.Command(python, { args: ["-c", `import ${module}`], stderr: "null" })
        .output();
      if (success) return python;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

/** How a peer is started. */
export interface PeerOptions {
  readonly threads?: number;
  /** which works it knows: those of peers/NAME_works, or with a suite of peers/NAME_SUITE_works */
  readonly suite?: string;
}

/** The command that serves a peer; null where its library is not installed. */
async function commandOf(
  name: PeerName,
  { threads = 1, suite }: PeerOptions,
): Promise<Deno.Command | null> {
  const works = suite === undefined ? name : `${name}_${suite}`;
  const pipes = { stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
  const file = (path: string) => new URL(`./peers/${path}`, import.meta.url).pathname;
  if (name === WIDE_PEER) {
    if (Deno.build.arch !== "x86_64") return null;
    const env = { DENO_V8_FLAGS: REVECTORIZE_FLAG };
    return new Deno.Command(Deno.execPath(), { args: ["run", "-A", file(`${name}.ts`)], env, ...pipes });
  }
  if (name in NPM_PEERS) {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-lock", "--cached-only", `await import("${file(`${works}_works.ts`)}")`],
      stderr: "null",
    }).output();
    if (!success) return null;
    const args = ["run", "-A", "--no-lock", "--cached-only", file("js_peer.ts"), works];
    return new Deno.Command(Deno.execPath(), { args, ...pipes });
  }
  const python = await findPython(name);
  const env = { NDPIPE_BENCH_THREADS: String(threads) };
  return python === null
    ? null
    : new Deno.Command(python, { args: [file("serve.py"), works], env, ...pipes });
}

/** A peer could not do a work at its size. */
export class PeerFailure extends Error {}

/** The longest work of the slowest peer takes a tenth of it: one that takes longer hangs. */
const MAX_ANSWER_SECONDS = 60;

/** A running peer. */
export class PeerProcess implements AsyncDisposable {
  readonly name: PeerName;
  readonly #command: Deno.Command;
  #process!: Deno.ChildProcess;
  #writer!: WritableStreamDefaultWriter<Uint8Array>;
  #lines!: AsyncIterator<string>;
  /** the works that it can express */
  letters: ReadonlySet<string> = new Set();
  versions: Versions = {};

  private constructor(name: PeerName, command: Deno.Command) {
    this.name = name;
    this.#command = command;
    this.#spawn();
  }

  #spawn(): void {
    this.#process = this.#command.spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout);
  }

  /** A new process: after a failure, a library may be left without memory. */
  async restart(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#spawn();
  }

  /** null where the library is not installed */
  static async start(name: PeerName, options: PeerOptions = {}): Promise<PeerProcess | null> {
    const command = await commandOf(name, options);
    if (command === null) return null;
    const peer = new PeerProcess(name, command);
    const { letters, versions } = await peer.#ask({ describe: true }) as {
      letters: string[];
      versions: Versions;
    };
    peer.letters = new Set(letters);
    peer.versions = versions;
    return peer;
  }

  async #ask(request: unknown): Promise<unknown> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      this.#process.kill("SIGKILL");
    }, MAX_ANSWER_SECONDS * 1000);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (hangs) throw new PeerFailure(`${PEER_TITLES[this.name]}: no answer within ${MAX_ANSWER_SECONDS} s`);
    if (done) throw new Error(`the peer ${this.name} ended; its message is above`);
    return JSON.parse(value);
  }

  /** loads the operands of a work, in the order of `names` */
  async load(letter: string, folder: string, names: readonly string[]): Promise<void> {
    await this.#ask({ load: folder, names, letter });
  }

  /**
   * Seconds of one run, the mean of `repeat`; `fresh`: its arrays get pages that the process has not touched before
   * (Python only).
   */
  async run(letter: string, { fresh = false, repeat = 1 } = {}): Promise<number> {
    const answer = await this.#ask({ run: letter, fresh, repeat }) as { seconds: number } | { error: string };
    if ("error" in answer) throw new PeerFailure(`${PEER_TITLES[this.name]}, ${letter}: ${answer.error}`);
    return answer.seconds;
  }

  async save(folder: string): Promise<void> {
    await this.#ask({ save: folder });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // it may have ended, or have threads that would keep it
    await this.#writer.close().catch(() => {});
    if (await isWithin(this.#process.status, 1000)) return;
    this.#process.kill("SIGKILL");
    await this.#process.status;
  }
}

/** Whether the promise is kept within so many milliseconds. */
async function isWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), milliseconds);
  const isKept = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return isKept;
}
