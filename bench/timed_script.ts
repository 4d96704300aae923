/**
 * Readers and writers of Python, timed by a script of their own.
 *
 * @module
 */

/**
 * Runs a script with python3.
 *
 * @param script prints a line a measurement: its name ("polars read"), then its best seconds
 * @returns seconds by name; empty where there is no python3
 */
export async function timeScript(script: string, args: readonly string[]): Promise<Map<string, number>> {
  try {
    const { stdout } = await new Deno.Command("python3", { args: ["-c", script, ...args], stderr: "null" })
      .output();
    const lines = new TextDecoder().decode(stdout).trim().split("\n").filter((line) => line !== "");
    return new Map(lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw error;
  }
}

/** Prints megabytes a second, and how the best of them stands to those of the peers that did the same. */
export function reportRates(
  what: "read" | "write",
  { numBytes, seconds, peers }: {
    readonly numBytes: number;
    readonly seconds: readonly number[];
    /** best seconds by "polars read" and so on */
    readonly peers: ReadonlyMap<string, number>;
  },
): void {
  const sorted = seconds.toSorted((a, b) => a - b), best = sorted[0]!;
  const rate = (s: number) => (numBytes / 1e6 / s).toFixed(0);
  const ratios = [...peers].filter(([name]) => name.endsWith(` ${what}`)).map(([name, peer]) =>
    `${(best / peer).toFixed(2)} of ${name.split(" ")[0]}'s time (${rate(peer)})`
  );
  console.log(
    `  ${what.padEnd(5)} best ${rate(best).padStart(5)} MB/s, median ${rate(sorted[sorted.length >> 1]!)}, ` +
      `worst ${rate(sorted.at(-1)!)}   ${ratios.join(", ")}`,
  );
}
