/**
 * Where a sink's bytes go.
 *
 * @module
 */
import { AtomicFile, type AtomicFileOptions, type ByteOutput, StandardOutput } from "./atomic_file.ts";

/**
 * Opens the output that a path names; "-" is standard output.
 *
 * @throws OutputError OUT001 it cannot be written, OUT002 it exists and `force` is not given
 */
export function openTarget(target: string, options: AtomicFileOptions): ByteOutput {
  return target === "-" ? new StandardOutput() : AtomicFile.open(target, options);
}

/** What `open` makes of an output, which is given up where that fails. */
export function openOn<Opened>(output: ByteOutput, open: (output: ByteOutput) => Opened): Opened {
  try {
    return open(output);
  } catch (error) {
    output.abort();
    throw error;
  }
}
