/**
 * The inputs as they were named → the files in the order in which they are read: arguments in their order, the
 * files of a pattern by name in code unit order, whatever the shell or the locale.
 *
 * @module
 */
import { FormatError, UsageError } from "../errors.ts";
import { formatByEnding } from "../exec/data_format.ts";
import { isFolder } from "../sink/folder.ts";
import { type Partition, partitionsOf } from "../source/partitioned_source.ts";
import { isRemote } from "../source/remote/mod.ts";
import { formatPlural } from "./format.ts";
import { shellWord } from "../wording/shell_word.ts";

/**
 * Expands the patterns among the inputs. `*` and `?` stand for characters of one file or folder name, `[abc]` for
 * one of a set, and a name of `**` for any folders but those that a folder passes over (below). A name that begins with
 * a dot is matched only by a dot. An input that exists under the very name is taken as it is, and so are URLs and "-".
 *
 * A folder stands for all files below it, by their paths in code unit order, but for those whose names (or whose
 * folders' names) begin with a dot or an underscore: what is hidden, and notes of the writers such as _SUCCESS.
 *
 * Throws FormatError FMT001 where a pattern matches nothing, or a folder has no files.
 */
export function expandInputs(inputs: readonly string[]): string[] {
  return inputs.flatMap((input) => expand(input).files);
}

/**
 * The columns that folders named `name=value` give, by file: folders below one that is an input, or from the first
 * part of a pattern on that is no plain name. A file that is named as it is has none: where it happens to lie does
 * not change what it is, as in pyarrow.
 */
export function inputPartitions(inputs: readonly string[]): ReadonlyMap<string, readonly Partition[]> {
  return new Map(
    inputs.flatMap((input) => {
      const { files, numRootParts } = expand(input);
      if (numRootParts === null) return [];
      return files.flatMap((path) => {
        const below = path.split("/").filter((part) => part !== "").slice(numRootParts).join("/");
        const partitions = partitionsOf(below);
        return partitions.length === 0 ? [] : [[path, partitions] as const];
      });
    }),
  );
}

/**
 * Refuses a folder that holds files of no known ending, where the format is to be told by their names: a README beside
 * the tables is no table, and what was meant only who runs it can say.
 *
 * @throws UsageError USE003 with the pattern that leaves such files out
 */
export function refuseOtherFiles(inputs: readonly string[]): void {
  for (const input of inputs) {
    if (input === "-" || isRemote(input) || !isFolder(input)) continue;
    const files = filesBelow(input), other = files.find((file) => formatByEnding(file) === null);
    if (other === undefined) continue;
    const known = files.find((file) => formatByEnding(file) !== null);
    throw new UsageError(
      "USE003",
      `the folder ${input} holds ${other}, whose format cannot be told from its name`,
      {
        notes: [`a folder stands for all files below it: ${formatPlural(files.length, "file")}`],
        help: known === undefined
          ? "say the format of all of them with --from, or name the files"
          : `name the tables by a pattern: ${shellWord(patternFor(input, known))}`,
      },
    );
  }
}

/** A pattern in a folder for files such as one that it holds. */
function patternFor(folder: string, file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1), isDirect = join(folder, name) === file;
  const ending = /\.[^./]+(\.(?:gz|zst|zstd))?$/i.exec(name)![0];
  return join(folder, isDirect ? `*${ending}` : `**/*${ending}`);
}

interface Expanded {
  readonly files: readonly string[];
  /** names of the path that lead to the folder below which folders give columns; null: none do */
  readonly numRootParts: number | null;
}

function expand(input: string): Expanded {
  if (isRemote(input)) return { files: [input], numRootParts: null };
  const parts = input.split("/").filter((part) => part !== "");
  if (input !== "-" && isFolder(input)) return { files: filesBelow(input), numRootParts: parts.length };
  if (input === "-" || !/[*?[]/.test(input) || exists(input)) return { files: [input], numRootParts: null };
  const files = glob(input);
  if (files.length > 0) return { files, numRootParts: parts.findIndex((part) => /[*?[=]/.test(part)) };
  throw new FormatError("FMT001", `no file matches ${input}`, {
    notes: [`looked from ${Deno.cwd()}`],
    help: "name the files, or put the pattern in quotes if the shell is not to touch it",
  });
}

function filesBelow(folder: string): string[] {
  const files: string[] = [];
  const visit = (path: string) => {
    for (const { name, isDirectory } of list(path)) {
      if (isPassedOver(name)) continue;
      const below = join(path, name);
      if (isDirectory) visit(below);
      else files.push(below);
    }
  };
  visit(folder);
  if (files.length > 0) return files.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  throw new FormatError("FMT001", `the folder ${folder} has no files`, {
    notes: ["names that begin with a dot or an underscore are passed over"],
    help: "check the path, or name the files",
  });
}

/** Hidden, or a note of the writer's. */
function isPassedOver(name: string): boolean {
  return /^[._]/.test(name);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

function glob(pattern: string): string[] {
  const [first = "", ...rest] = pattern.split("/");
  const found = first === "" ? walk("/", rest) : walk("", [first, ...rest]);
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The files that the remaining parts of a pattern lead to from a folder, named as the pattern names them. */
function walk(folder: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [];
  if (part === "") return walk(folder, rest); // two slashes in a row
  if (part === "**") {
    const below = list(folder).filter(({ name, isDirectory }) => isDirectory && !isPassedOver(name));
    return [...walk(folder, rest), ...below.flatMap(({ name }) => walk(join(folder, name), parts))];
  }
  if (!/[*?[]/.test(part)) {
    const path = join(folder, part);
    return rest.length > 0 ? walk(path, rest) : exists(path) ? [path] : [];
  }
  const matcher = matcherOf(part);
  const matching = list(folder).filter(({ name }) =>
    matcher.test(name) && name.startsWith(".") === part.startsWith(".")
  );
  return matching.flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (rest.length > 0) return isDirectory ? walk(path, rest) : [];
    return isDirectory ? [] : [path];
  });
}

interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
}

function list(folder: string): Entry[] {
  try {
    return [...Deno.readDirSync(folder === "" ? "." : folder)].map(({ name, isDirectory, isSymlink }) => ({
      name,
      isDirectory: isSymlink ? isFolder(join(folder, name)) : isDirectory,
    }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

function join(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** One name's pattern as a regular expression. An unclosed "[" is a plain character. */
function matcherOf(part: string): RegExp {
  const source = part.replace(
    /\[(!?)([^\]]+)\]|[*?]|[^*?[]+|\[/g,
    (token, negated: string, set: string | undefined) => {
      if (token === "*") return ".*";
      if (token === "?") return ".";
      if (set === undefined) return token.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      return `[${negated === "" ? "" : "^"}${set.replace(/[\\\]^[]/g, "\\$&")}]`;
    },
  );
  return new RegExp(`^${source}$`, "su");
}
