/**
 * Compressions that are named where they are met, and not read: text is decompressed of gzip and zstd alone.
 *
 * @module
 */
import { shellWord } from "../../wording/shell_word.ts";

/** A compression of whole files. */
export interface ForeignCompression {
  readonly name: string;
  /** what names of such files end in */
  readonly ending: string;
  /** the first bytes, null for any; absent: it has none of its own */
  readonly magic?: readonly (number | null)[];
  /** reads it from stdin, and writes what it holds to stdout */
  readonly command: string;
}

/** One a row. */
export const FOREIGN_COMPRESSIONS: readonly ForeignCompression[] = [
  {
    name: "bzip2",
    ending: "bz2",
    // "BZh", the level, and the magic number of a block: text may begin with the first three
    magic: [0x42, 0x5a, 0x68, null, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
    command: "bzip2 -dc",
  },
  { name: "xz", ending: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], command: "xz -dc" },
  {
    name: "lzma",
    ending: "lzma",
    magic: [0x5d, 0, 0, null, null, 0xff, 0xff, 0xff, 0xff],
    command: "xz -dc",
  },
  { name: "LZ4", ending: "lz4", magic: [0x04, 0x22, 0x4d, 0x18], command: "lz4 -dc" },
  { name: "lzip", ending: "lz", magic: [0x4c, 0x5a, 0x49, 0x50, 1], command: "lzip -dc" },
  { name: "compress", ending: "z", magic: [0x1f, 0x9d], command: "gzip -dc" },
  { name: "Brotli", ending: "br", command: "brotli -dc" },
];

/** The command line that writes what an input holds, as a help says it. */
export function decompressing(path: string, { command }: ForeignCompression): string {
  if (path === "stdin") return command;
  return /^https?:/i.test(path)
    ? `curl -L ${shellWord(path)} | ${command}`
    : `${command} < ${shellWord(path)}`;
}

/** What text inputs are decompressed of, for messages. */
export const READ_COMPRESSIONS = "text is decompressed of gzip and zstd here, and of nothing else";
