/** The bytes of a file of params, and which of the formats they are: by the name's ending, else by how they begin. @module */
import { ParamError } from "../errors.ts";
import { FileAccess, isPipe, MemoryAccess, PipeStream, type RandomAccess } from "../source/random_access.ts";

/** What reads a file of params. */
export type ParamFormat = "npz" | "npy" | "safetensors" | "json" | "arrow";

const ENDINGS: ReadonlyMap<string, ParamFormat> = new Map([
  ["npz", "npz"],
  ["npy", "npy"],
  ["safetensors", "safetensors"],
  ["json", "json"],
  ["arrow", "arrow"],
  ["arrows", "arrow"],
  ["feather", "arrow"],
  ["ipc", "arrow"],
]);

/** The format that a name tells; null: it has no ending of these. */
export function formatByEnding(path: string): ParamFormat | null {
  return ENDINGS.get(/\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "") ?? null;
}

/** So many bytes tell the format: JSON may begin with white space. */
const HEAD_BYTES = 4096;

/** The format whose files begin so; null: none does. */
export function formatByContent(head: Uint8Array): ParamFormat | null {
  const text = String.fromCharCode(...head);
  if (text.startsWith("PK\x03\x04")) return "npz";
  if (text.startsWith("\x93NUMPY")) return "npy";
  if (text.startsWith("ARROW1")) return "arrow";
  // eight bytes are the header's size, which is below 100 MB, and the header is a JSON object
  if (text.slice(4, 9) === "\0\0\0\0{") return "safetensors";
  return /^(?:\xef\xbb\xbf)?\s*[{[]/.test(text) ? "json" : null;
}

/**
 * Opens what holds params: a file, or `-` and other pipes, which are read to their end.
 *
 * @throws FormatError FMT001; ParamError PAR006 where neither name nor content is that of a format
 */
export async function openParamBytes(
  path: string,
): Promise<{ readonly access: RandomAccess; readonly format: ParamFormat }> {
  const byEnding = formatByEnding(path);
  const access = path === "-" || isPipe(path) ? await readPipe(path, byEnding) : FileAccess.open(path);
  try {
    const format = byEnding ?? formatByContent(headOf(access)) ?? refuseUnknown(path);
    if (format === "arrow" && access instanceof MemoryAccess) {
      throw new ParamError("PAR006", `${access.path} is Arrow, which is not read from a pipe as params`, {
        help: "give the params as a file, not as a pipe",
      });
    }
    return { access, format };
  } catch (error) {
    access.close();
    throw error;
  }
}

function headOf(access: RandomAccess): Uint8Array {
  const head = new Uint8Array(Math.min(HEAD_BYTES, access.size));
  access.readInto(head, 0);
  return head;
}

/** All bytes, but of what no format begins with: that may have no end. */
async function readPipe(path: string, byEnding: ParamFormat | null): Promise<MemoryAccess> {
  const stream = path === "-" ? PipeStream.stdin() : await PipeStream.openAsync(path);
  let bytes = new Uint8Array(16 * HEAD_BYTES), numBytes = 0;
  try {
    for (;;) {
      const count = await stream.read(bytes.subarray(numBytes));
      if (count === null) return new MemoryAccess(bytes.subarray(0, numBytes), stream.path);
      numBytes += count;
      const isHead = numBytes >= HEAD_BYTES && numBytes - count < HEAD_BYTES;
      if (isHead && byEnding === null && formatByContent(bytes.subarray(0, HEAD_BYTES)) === null) {
        refuseUnknown(path);
      }
      if (numBytes < bytes.byteLength) continue;
      const longer = new Uint8Array(2 * bytes.byteLength);
      longer.set(bytes);
      bytes = longer;
    }
  } finally {
    stream.close();
  }
}

function refuseUnknown(path: string): never {
  throw new ParamError("PAR006", `params are not read from ${path === "-" ? "stdin" : path}`, {
    notes: [
      "the ending tells the format: .npz, .npy, .safetensors, .json, .arrow, .arrows, .feather or .ipc",
      "with another ending the content does: JSON begins with { or [, .npz as a zip file, .npy with \\x93NUMPY, " +
      ".safetensors with the size of its header, Arrow files with ARROW1; it begins with none of these",
    ],
    help: "save them with numpy.savez, or as JSON: { name: value }",
  });
}
