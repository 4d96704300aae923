/** Files that a run reads are not replaced by what it writes: never meant, and not to be undone. @module */
import { OutputError, UsageError } from "../errors.ts";
import { absolutePath } from "../pipeline/file_path.ts";

/** A file that the command line names, and as what. */
export interface NamedFile {
  /** "input", "pipeline", "file of params", "output" */
  readonly role: string;
  readonly path: string;
}

/**
 * Refuses an output or a report that would replace what is read, or each other. Links count as what they lead to.
 *
 * @throws OutputError OUT001; UsageError USE002 for a report to standard output, where data may go
 */
export function refuseReplacing(
  { output, report }: { readonly output: string; readonly report: string | null },
  reads: readonly NamedFile[],
): void {
  refuse({ role: "output", path: output }, reads);
  if (report === null) return;
  if (report === "-") {
    throw new UsageError("USE002", "--report takes a file, not standard output", {
      help: "name a file, --report run.json; --log json tells the summary on stderr",
    });
  }
  refuse({ role: "report", path: report }, [...reads, { role: "output", path: output }]);
}

function refuse({ role, path }: NamedFile, others: readonly NamedFile[]): void {
  const own = path === "-" ? null : fileOf(path);
  if (own === null) return;
  const other = others.find((one) => one.path !== "-" && fileOf(one.path) === own);
  if (other === undefined) return;
  const article = other.role === "input" ? "an" : "the";
  throw new OutputError("OUT001", `the ${role} ${path} is also ${article} ${other.role}`, {
    operands: [`${other.role}  ${other.path}`],
    notes: [`the ${role} would replace it`],
    help: role === "output" ? "name another file with -o" : "name another file with --report",
  });
}

/** What tells two files apart: of one that is there its inode, else its path; null: it is a device or a pipe. */
function fileOf(path: string): string | null {
  try {
    const { isFile, dev, ino } = Deno.statSync(path);
    if (!isFile) return null;
    return ino === null ? Deno.realPathSync(path) : `${dev}:${ino}`;
  } catch {
    // not there yet, or whoever opens it says why it cannot be
    return absolutePath(path);
  }
}
