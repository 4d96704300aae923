/** `ndpipe explain [CODE]`: what an error code means and how to mend it. @module */
import { type ErrorCode, ERRORS, EXIT, type ExitCode } from "../error_codes.ts";
import { UsageError } from "../errors.ts";
import type { ArgumentsOf, EXPLAIN_FLAGS } from "./command_flags.ts";
import { suggest } from "./suggest.ts";
import { printOut, terminalColumns, wrapText } from "./terminal.ts";

/** Prints one code's page, or the list of all codes. */
// deno-lint-ignore require-await -- every command is a promise
export async function explain({ operands }: ArgumentsOf<typeof EXPLAIN_FLAGS>): Promise<ExitCode> {
  const columns = Math.min(terminalColumns(), 100);
  const [given] = operands;
  printOut(given === undefined ? formatList() : formatPage(findCode(given), columns));
  return EXIT.ok;
}

/** The codes in the order of the table. */
function errorCodes(): ErrorCode[] {
  // the table is frozen and has no other keys
  return Object.keys(ERRORS) as ErrorCode[];
}

function findCode(given: string): ErrorCode {
  const code = given.toUpperCase().replace(/^ERROR\[|\]$/g, "");
  const found = errorCodes().find((one) => one === code);
  if (found !== undefined) return found;
  const nearest = suggest(code, errorCodes());
  throw new UsageError("USE001", `there is no error code ${JSON.stringify(given)}`, {
    help: nearest === null ? "ndpipe explain alone lists the codes" : `did you mean ${nearest}?`,
  });
}

function formatList(): string {
  const lines = errorCodes().map((code) =>
    `${code}  exit ${String(ERRORS[code].exit).padEnd(3)}  ${ERRORS[code].title}`
  );
  return lines.join("\n") + "\n";
}

function formatPage(code: ErrorCode, columns: number): string {
  const { title, exit, explanation } = ERRORS[code];
  const lines = [`${code}: ${title}`, `exit code ${exit} (${exitName(exit)})`, ""];
  // a line that is indented is code: it stays as it is
  for (const paragraph of paragraphs(explanation)) {
    lines.push(...(paragraph.isCode ? paragraph.lines : wrapText(paragraph.lines.join(" "), columns)));
  }
  return lines.join("\n").trimEnd() + "\n";
}

/** A run of lines of an explanation that are printed as they are (code, blank) or wrapped (text). */
interface Paragraph {
  readonly isCode: boolean;
  readonly lines: string[];
}

function paragraphs(explanation: string): Paragraph[] {
  const found: Paragraph[] = [];
  for (const line of explanation.split("\n")) {
    const isCode = line === "" || line.startsWith("  ");
    const last = found.at(-1);
    if (last !== undefined && last.isCode === isCode) last.lines.push(line);
    else found.push({ isCode, lines: [line] });
  }
  return found;
}

/** An exit code in words, from its name in the table: "check failed". */
function exitName(exit: ExitCode): string {
  const name = Object.entries(EXIT).find(([, code]) => code === exit)?.[0] ?? "";
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
