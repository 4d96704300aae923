/**
 * `deno task bench:setup`: installs the peers into `out/peers`, a virtual environment that git ignores. The bench
 * also takes any other Python that can import NumPy: the one on the path, or the one that NDPIPE_PYTHON names.
 *
 * @module
 */
import { PEERS_VENV } from "./numpy_peer.ts";

const PEERS = ["numpy"];

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
    await run("python3", ["-m", "venv", PEERS_VENV]);
    await run(`${PEERS_VENV}/bin/python3`, ["-m", "pip", "install", "--quiet", ...PEERS]);
    console.log(`installed ${PEERS.join(", ")} in ${PEERS_VENV}; deno task bench finds them there`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      console.error("python3 is not on the path: install Python 3.10 or newer, then run this again");
    } else console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
