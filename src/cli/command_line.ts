/**
 * Raw arguments → resolved arguments. They are split into tokens; the table of flags says what each means. What
 * cannot be understood is USE001, with the nearest word that can.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { type FlagName, FLAGS, type FlagValue } from "./flags.ts";
import { localPath } from "./local_path.ts";
import { shellWord } from "../wording/shell_word.ts";
import { suggest } from "./suggest.ts";
import { tokensOf } from "./tokens.ts";

/** What the parser needs to know of a command. */
export interface CommandSyntax<K extends FlagName, R extends K> {
  readonly name: string;
  /** the words that are no flags, as `--help` prints them; one in brackets may be left out */
  readonly operands: readonly string[];
  readonly flags: readonly K[];
  /** flags that must be given */
  readonly required: readonly R[];
}

/** The arguments that a command gets. */
export interface CommandArguments<K extends FlagName, R extends K = never> {
  readonly operands: readonly string[];
  readonly flags: { readonly [P in K]: P extends R ? NonNullable<FlagValue<P>> : FlagValue<P> };
}

/**
 * Resolves the arguments after the command's name. Throws UsageError USE001 for unknown flags, flags without
 * their value or given twice, and missing or extra operands; USE002 (from the table) for a bad value.
 */
export function resolveArguments<K extends FlagName, R extends K>(
  syntax: CommandSyntax<K, R>,
  args: readonly string[],
): CommandArguments<K, R> {
  const given = collect(syntax, args), { texts, operands } = given;
  checkOperands(syntax, given);
  for (const key of syntax.required) {
    if (!texts.has(key)) throw missing(syntax, flagText(key));
  }
  const flags = Object.fromEntries(syntax.flags.map((key) => [key, FLAGS[key].parse(texts.get(key) ?? [])]));
  // fromEntries forgets which key has which type: the loop above gave each key what its own row parses to
  return {
    operands: operands.map((word, i) => {
      const what = syntax.operands[i];
      return what === "PIPELINE" || what === "FILE" ? localPath(word, what) : word;
    }),
    flags: flags as CommandArguments<K, R>["flags"],
  };
}

/** How a flag is written in help and messages: "-i INPUT…", "--memory SIZE", "--force". */
function flagText(key: FlagName): string {
  const { name, short, placeholder } = FLAGS[key];
  return [short === null ? `--${name}` : `-${short}`, placeholder].filter((part) => part !== null).join(" ");
}

interface Collected {
  readonly texts: ReadonlyMap<FlagName, readonly string[]>;
  readonly operands: readonly string[];
}

function collect(syntax: CommandSyntax<FlagName, FlagName>, args: readonly string[]): Collected {
  const options = syntax.flags.map((key) => {
    const { name, short, placeholder } = FLAGS[key];
    return { name, short, takesValue: placeholder !== null };
  });
  const texts = new Map<FlagName, string[]>();
  const operands: string[] = [];
  let open: string[] | null = null; // the values of a flag that takes several, while they last
  for (const token of tokensOf(args, options)) {
    if (token.kind === "end of flags") open = null;
    else if (token.kind === "word") (open ?? operands).push(token.value);
    else {
      const key = syntax.flags.find((one) => FLAGS[one].name === token.name);
      if (key === undefined) throw unknownFlag(syntax, token.rawName, args.slice(token.index));
      const values = texts.get(key) ?? [];
      if (values.length > 0 && FLAGS[key].occurs === "once") {
        throw new UsageError("USE001", `${token.rawName} is given twice`, { help: "leave one of them out" });
      }
      values.push(valueOf(key, token));
      texts.set(key, values);
      open = FLAGS[key].occurs === "many" ? values : null;
    }
  }
  return { texts, operands };
}

function valueOf(
  key: FlagName,
  token: {
    readonly rawName: string;
    readonly value: string | null;
    readonly isInline: boolean;
  },
): string {
  const { placeholder } = FLAGS[key];
  if (placeholder === null) {
    if (token.value === null) return "";
    throw new UsageError(
      "USE001",
      `${token.rawName} takes no value, but has ${JSON.stringify(token.value)}`,
      {
        help: `write ${token.rawName} alone`,
      },
    );
  }
  const swallowed = !token.isInline && token.value !== null && /^-./.test(token.value);
  // a negative number is no flag: what the flag says of it helps more than how it would be written
  if (swallowed && /^-[\d.]/.test(token.value)) FLAGS[key].parse([token.value]);
  if (token.value === null || swallowed) {
    throw new UsageError("USE001", `${token.rawName} has no value`, {
      help: swallowed
        ? `write ${flagText(key)}, or --${FLAGS[key].name}=${token.value} if that is the value`
        : `write ${flagText(key)}`,
    });
  }
  return token.value;
}

function unknownFlag(
  syntax: CommandSyntax<FlagName, FlagName>,
  rawName: string,
  [word = "", next]: readonly string[],
): UsageError {
  const names = syntax.flags.flatMap((key) => {
    const { name, short } = FLAGS[key];
    return short === null ? [`--${name}`] : [`--${name}`, `-${short}`];
  });
  const nearest = rawName.startsWith("--") ? suggest(rawName, names) : null;
  return new UsageError("USE001", `${syntax.name} has no flag ${rawName}`, {
    help: wordHelp(syntax, { word, next }) ??
      (nearest === null ? `see ndpipe ${syntax.name} --help` : `did you mean ${nearest}?`),
  });
}

/** What a word that is no flag may be: a file's name, or a flag of other commands in front of the file. */
function wordHelp(
  { name, operands: [operand = ""] }: CommandSyntax<FlagName, FlagName>,
  { word, next }: { readonly word: string; readonly next: string | undefined },
): string | null {
  if (/^-[^-].*\./.test(word)) return `a file whose name begins with a dash is written ./${word}`;
  if (operand === "FILE" && (word === "-i" || word === "--input") && next !== undefined) {
    return `the file stands by itself: ndpipe ${name} ${shellWord(next)}`;
  }
  return null;
}

function checkOperands(syntax: CommandSyntax<FlagName, FlagName>, { texts, operands }: Collected): void {
  const absent = syntax.operands.slice(operands.length).find((operand) => !operand.startsWith("["));
  if (absent !== undefined) throw missing(syntax, absent);
  const extra = operands[syntax.operands.length];
  if (extra !== undefined) {
    throw new UsageError("USE001", `${syntax.name} does not know what to do with ${JSON.stringify(extra)}`, {
      help: withInputFlag(syntax, { texts, operands }) ?? `see ndpipe ${syntax.name} --help`,
    });
  }
}

/** The same words with -i before the data, and -o before the output; null: they cannot be told apart. */
function withInputFlag(
  { name, operands: named, flags, required }: CommandSyntax<FlagName, FlagName>,
  { texts, operands }: Collected,
): string | null {
  if (!flags.includes("input") || texts.has("input")) return null;
  const data = operands.slice(named.length), given = texts.get("output");
  const lacksOutput = required.includes("output") && given === undefined;
  const output = lacksOutput && data.length > 1 ? data.pop()! : given?.[0] ?? (lacksOutput ? "OUTPUT" : null);
  const words = [
    ...operands.slice(0, named.length),
    "-i",
    ...data,
    ...(output === null ? [] : ["-o", output]),
  ];
  const hasMore = [...texts.keys()].some((key) => key !== "output");
  return `data goes behind -i: ndpipe ${name} ${words.map(shellWord).join(" ")}${hasMore ? " …" : ""}`;
}

function missing(syntax: CommandSyntax<FlagName, FlagName>, what: string): UsageError {
  const before = what === "PIPELINE" && syntax.flags.includes("input")
    ? ["every word after -i up to the next flag is an input: PIPELINE goes before -i"]
    : [];
  return new UsageError("USE001", `${syntax.name} needs ${what}`, { notes: before, help: usageLine(syntax) });
}

/** The command in one line: "ndpipe convert -i INPUT… -o OUTPUT [flags]". */
export function usageLine(syntax: CommandSyntax<FlagName, FlagName>): string {
  const required = syntax.required.map(flagText);
  const optional = syntax.flags.some((key) => !syntax.required.includes(key) && key !== "help");
  return ["ndpipe", syntax.name, ...syntax.operands, ...required, ...(optional ? ["[flags]"] : [])].join(" ");
}
