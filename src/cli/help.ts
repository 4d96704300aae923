/** What `--help` prints: the list of commands, and the page of one command, both from their tables. @module */
import { usageLine } from "./command_line.ts";
import { type CommandRow, COMMANDS } from "./commands.ts";
import { type FlagName, FLAGS } from "./flags.ts";
import { wrapText } from "./terminal.ts";

const INDENT = 30;

/** The page of `ndpipe --help`. */
export function formatOverview(columns: number): string {
  const width = lineWidth(columns);
  const lines = [
    "ndpipe: NumPy-style transforms over tables of Arrow, Parquet, CSV, JSON lines and NumPy; shapes, dtypes",
    "and peak memory are proven before the first row is read.",
    "",
    "Usage: ndpipe COMMAND …",
    "",
    "Commands:",
    ...COMMANDS.flatMap(({ syntax, summary }) =>
      row([syntax.name, ...syntax.operands].join(" "), summary, width)
    ),
    ...row("help [COMMAND]", "print this, or one command's page (as ndpipe COMMAND --help does)", width),
    ...row("--version", "print the version", width),
    "",
    "Exit codes: 0 ok, 1 run failed, 2 usage, 3 check failed, 4 memory refused, 5 data broke the contract,",
    "7 input unreadable, 8 output failed, 70 a bug in ndpipe, 129, 130 and 143 interrupted.",
  ];
  return lines.join("\n") + "\n";
}

/** The page of `ndpipe COMMAND --help`. */
export function formatCommandHelp(command: CommandRow, columns: number): string {
  const width = lineWidth(columns);
  const { syntax } = command;
  const required: readonly FlagName[] = syntax.required;
  const sections: string[][] = [
    [`Usage: ${usageLine(syntax)}`],
    wrapText(`${sentence(command.summary)}`, width),
    ...command.docs.map((paragraph) => wrapText(paragraph, width)),
    ["Flags:", ...syntax.flags.flatMap((key) => row(flagColumn(key), docsOf(key, required), width))],
    [
      command.examples.length === 1 ? "Example:" : "Examples:",
      ...command.examples.map((line) => `  ${line}`),
    ],
  ];
  return sections.map((section) => section.join("\n")).join("\n\n") + "\n";
}

function lineWidth(columns: number): number {
  return Math.max(60, Math.min(columns, 110));
}

function flagColumn(key: FlagName): string {
  const { name, short, placeholder } = FLAGS[key];
  const dashes = short === null ? `    --${name}` : `-${short}, --${name}`;
  return placeholder === null ? dashes : `${dashes} ${placeholder}`;
}

function docsOf(key: FlagName, required: readonly FlagName[]): string {
  return required.includes(key) ? `${FLAGS[key].docs} Required.` : FLAGS[key].docs;
}

function row(left: string, right: string, width: number): string[] {
  const [first = "", ...others] = wrapText(right, width - INDENT);
  const head = `  ${left}`;
  const rest = others.map((line) => " ".repeat(INDENT) + line);
  if (head.length > INDENT - 2) return [head, " ".repeat(INDENT) + first, ...rest];
  return [head.padEnd(INDENT) + first, ...rest];
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
