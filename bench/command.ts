/**
 * What the commands of the bench have in common.
 *
 * @module
 */

/** Runs a command; what it refuses is told in a line, and the process ends with 1. */
export async function runCommand(main: () => void | Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error && error.message !== "" ? error.message : error);
    Deno.exit(1);
  }
}

/** The value of a flag that counts. */
export function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${flag} ${text} is no count`);
  return count;
}

/** Writes what was measured. */
export function writeResults(path: string, results: unknown): void {
  Deno.mkdirSync(new URL(".", `file://${path}`), { recursive: true });
  Deno.writeTextFileSync(path, JSON.stringify(results, null, 2) + "\n");
}
