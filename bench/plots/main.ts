/**
 * `deno task bench:plots [--peers NAME,…] [--only NAME,…] [--json FILE]`: measures and writes docs/throughput.svg,
 * docs/roofline.svg, and docs/sweep.svg of what `deno task bench:sweep` measured last.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { probeFusedMadd } from "../../src/kernel/numerics.ts";
import { runCommand, writeResults } from "../command.ts";
import { describeMachine, loadAverage } from "../machine.ts";
import { type PeerName, PeerProcess } from "../peer_process.ts";
import { measurePoints, measureRoofs, plotRoofline } from "./roofline.ts";
import { plotSweep } from "./sweep_plot.ts";
import { measureThroughput, plotThroughput } from "./throughput.ts";

const root = (path: string) => new URL(`../../${path}`, import.meta.url);

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      peers: { type: "string", default: "numpy" },
      only: { type: "string", default: "throughput,roofline,sweep" },
      json: { type: "string", default: root("out/bench_plots.json").pathname },
    },
  });
  const only = new Set(values.only.split(","));
  const machine = describeMachine(), numerics = probeFusedMadd() ? "fused" : "strict";
  const about = (load: string) =>
    `${machine.cpu}, one of ${machine.cores} cores, Deno ${Deno.version.deno}, load ${load}`;
  const results: Record<string, unknown> = { machine, numerics };
  if (only.has("roofline")) {
    const load = loadAverage(), roofs = measureRoofs(numerics), points = measurePoints(numerics);
    Deno.writeTextFileSync(
      root("docs/roofline.svg"),
      plotRoofline(roofs, points, `${about(load)}; the fastest of 25 runs`),
    );
    results["roofline"] = { load, roofs, points };
  }
  if (only.has("throughput")) {
    await using stack = new AsyncDisposableStack();
    const peers: PeerProcess[] = [];
    for (const name of values.peers.split(",").filter((name) => name !== "") as PeerName[]) {
      const peer = await PeerProcess.start(name);
      if (peer === null) console.log(`${name} is not installed (deno task bench:setup)`);
      else peers.push(stack.use(peer));
    }
    const versions = peers.flatMap(({ name, versions }) =>
      versions[name] === undefined ? [] : [`${name} ${versions[name]}`]
    );
    const load = loadAverage(), chains = await measureThroughput({ peers, numerics });
    const note = [about(load), ...versions, "least of nine runs in turns"].join(", ");
    Deno.writeTextFileSync(root("docs/throughput.svg"), plotThroughput(chains, note));
    results["throughput"] = { load, chains };
  }
  if (only.has("sweep")) {
    const measured = JSON.parse(Deno.readTextFileSync(root("out/bench_sweep.json")));
    Deno.writeTextFileSync(
      root("docs/sweep.svg"),
      plotSweep(measured.lines, `${about(measured.load)}; least of five batches`),
    );
  }
  writeResults(values.json, results);
  console.log(`written: ${[...only].map((name) => `docs/${name}.svg`).join(", ")}`);
}

if (import.meta.main) await runCommand(main);
