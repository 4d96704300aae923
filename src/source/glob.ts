/**
 * Input arguments to paths: plain paths as they are, patterns as the files that they match.
 *
 * `node:fs` has a `globSync`, but it reads environment variables (a permission of its own in Deno) and promises no
 * order. Order matters here: rows are numbered through all inputs.
 *
 * @module
 */
import { FormatError } from "../errors.ts";
import { cannotOpen } from "./random_access.ts";

/** Standard input, as an argument. */
export const STDIN = "-";

/**
 * Expands input arguments, in the order given; each pattern's matches sorted by the code units of their paths.
 * A file that two arguments name is listed twice.
 *
 * In a pattern, within one name: `*` stands for any text, `?` for one character, `[a-z]` and `[!a-z]` for one
 * character of a set or none of it, `\` takes the meaning from the next character. A name `**` stands for any
 * number of folders, none included. Names that start with a dot are matched only by patterns that do. Folders are
 * no matches, and `**` does not follow symbolic links. An argument that names an existing file is that file,
 * whatever characters it has; a plain path need not exist: opening it says so.
 *
 * @throws FormatError FMT001 when a pattern matches no file, or a folder cannot be read
 *
 * @example
 * ```ts
 * import { expandInputs } from "./glob.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * const folder = Deno.makeTempDirSync();
 * for (const name of ["b.csv", "a.csv", "c.txt"]) Deno.writeTextFileSync(`${folder}/${name}`, "");
 * deepStrictEqual(expandInputs([`${folder}/*.csv`, "-"]), [`${folder}/a.csv`, `${folder}/b.csv`, "-"]);
 * Deno.removeSync(folder, { recursive: true });
 * ```
 */
export function expandInputs(args: readonly string[]): string[] {
  return args.flatMap((argument) => {
    if (argument === STDIN || !isPattern(argument) || statOrNull(argument) !== null) return [argument];
    const matches = filesMatching(argument);
    if (matches.length > 0) return matches;
    throw new FormatError("FMT001", `no file matches ${JSON.stringify(argument)}`, {
      notes: [
        `patterns are matched from ${
          argument.startsWith("/") ? "the root" : "the folder where the command runs"
        }`,
      ],
      help: "check the pattern: * and ? stay within one name, ** crosses folders, capitals count",
    });
  });
}

/** Whether the argument has a character that makes it a pattern. */
export function isPattern(argument: string): boolean {
  return /[*?[]/.test(argument);
}

function filesMatching(pattern: string): string[] {
  const isAbsolute = pattern.startsWith("/");
  const names = pattern.split("/").filter((name, i) => name !== "" || (i === 0 && !isAbsolute));
  const found = new Set<string>();
  walk(isAbsolute ? "/" : "", names, found);
  return [...found].sort();
}

/** Adds the files below `folder` ("", or a path that ends with "/") that match the names. */
function walk(folder: string, names: readonly string[], found: Set<string>): void {
  const [name, ...rest] = names;
  if (name === undefined) return;
  if (name === "**") {
    // none, or one folder more
    walk(folder, rest.length === 0 ? ["*"] : rest, found);
    for (const entry of readFolder(folder)) {
      if (entry.isDirectory && !entry.name.startsWith(".")) walk(`${folder}${entry.name}/`, names, found);
    }
    return;
  }
  const isLast = rest.length === 0;
  const candidates = isPattern(name) ? matchingNames(folder, name) : [name.replace(/\\(.)/g, "$1")];
  for (const candidate of candidates) {
    const path = folder + candidate, info = statOrNull(path);
    if (info === null) continue;
    if (isLast && !info.isDirectory) found.add(path);
    else if (!isLast && info.isDirectory) walk(`${path}/`, rest, found);
  }
}

function matchingNames(folder: string, pattern: string): string[] {
  const matches = nameMatcher(pattern);
  const withDots = pattern.startsWith(".");
  return readFolder(folder)
    .map(({ name }) => name)
    .filter((name) => (withDots || !name.startsWith(".")) && matches(name));
}

function readFolder(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder === "" ? "." : folder)];
  } catch (error) {
    throw cannotOpen(folder === "" ? "." : folder, error);
  }
}

/** Null for what is not there, and for a symbolic link that leads nowhere. */
function statOrNull(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw cannotOpen(path, error);
  }
}

/** Takes one character, or any text. */
type Token = "star" | ((character: string) => boolean);

/**
 * Matches one name against one part of a pattern. Only the last star is taken back, so that no pattern can be made
 * exponentially slow, as a regular expression could.
 */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const tokens = parsePattern(Array.from(pattern));
  return (name) => {
    const text = Array.from(name);
    let token = 0, star = -1, resume = 0;
    for (let i = 0; i < text.length;) {
      const wanted = tokens[token];
      if (wanted === "star") {
        star = token++;
        resume = i;
      } else if (wanted !== undefined && wanted(text[i]!)) {
        token++;
        i++;
      } else if (star >= 0) {
        token = star + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    while (tokens[token] === "star") token++;
    return token === tokens.length;
  };
}

function parsePattern(characters: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === "*") {
      tokens.push("star");
    } else if (character === "?") {
      tokens.push(() => true);
    } else if (character === "[") {
      const set = parseSet(characters, i);
      tokens.push(set?.token ?? ((c) => c === "["));
      i = set?.end ?? i;
    } else {
      // a backslash at the end stands for itself
      const literal = character === "\\" && i + 1 < characters.length ? characters[++i]! : character;
      tokens.push((c) => c === literal);
    }
  }
  return tokens;
}

/** A set from its "[" to its "]"; null where it is never closed. A "]" that comes first belongs to the set. */
function parseSet(characters: readonly string[], open: number): { token: Token; end: number } | null {
  let i = open + 1;
  const isNegated = characters[i] === "!" || characters[i] === "^";
  if (isNegated) i++;
  const end = characters.indexOf("]", i + 1);
  if (end < 0) return null;
  const ranges: [first: string, last: string][] = [];
  while (i < end) {
    const first = characters[i]!, isRange = characters[i + 1] === "-" && i + 2 < end;
    ranges.push([first, isRange ? characters[i + 2]! : first]);
    i += isRange ? 3 : 1;
  }
  const holds = (character: string) => {
    const point = character.codePointAt(0)!;
    return ranges.some(([first, last]) => first.codePointAt(0)! <= point && point <= last.codePointAt(0)!);
  };
  return { token: (character) => holds(character) !== isNegated, end };
}
