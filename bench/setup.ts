/**
 * `deno task bench:setup`: installs the peers: those of Python into `out/peers`, a virtual environment that git
 * ignores, those of npm into Deno's cache. The bench also takes any other Python that can import a peer: the one on
 * the path, or the one that NDPIPE_PYTHON names.
 *
 * @module
 */
import { NPM_PEERS, PEERS_VENV, PYTHON_PEERS } from "./peer_process.ts";

async function run(command: string, args: readonly string[]): Promise<void> {
  const { success } = await new Deno.Command(command, {
    args: [...args],
    stdout: "inherit",
    stderr: "inherit",
  })
    .spawn().status;
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
}

if (import.meta.main) {
  try {
    const packages = Object.values(NPM_PEERS).flat();
    await run(Deno.execPath(), ["cache", "--no-lock", ...packages.map((name) => `npm:${name}`)]);
    console.log(`cached ${packages.join(", ")}`);
    await run("python3", ["-m", "venv", PEERS_VENV]);
    await run(`${PEERS_VENV}/bin/python3`, ["-m", "pip", "install", "--quiet", ...PYTHON_PEERS]);
    console.log(`installed ${PYTHON_PEERS.join(", ")} in ${PEERS_VENV}; deno task bench finds them there`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      console.error("python3 is not on the path: install Python 3.10 or newer, then run this again");
    } else console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
