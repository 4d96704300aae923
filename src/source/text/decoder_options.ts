/**
 * What passes between the reading thread and the decoders, as plain data.
 *
 * @module
 */
import type { ColumnBinding } from "../../schema/mod.ts";
import type { ResolvedCsvOptions } from "./options.ts";
import type { TextType } from "./text_type.ts";

/** What a decoder needs to know of its source. */
export interface TextDecoderOptions {
  readonly format: "csv" | "ndjson";
  /** for messages */
  readonly file: string;
  readonly fieldNames: readonly string[];
  /** of each field, what a declaration does not say of it */
  readonly fieldTypes: readonly TextType[];
  readonly bindings: readonly ColumnBinding[];
  readonly chunkRows: number;
  readonly text: ResolvedCsvOptions;
  /** least bytes of the text part of a slot */
  readonly minTextBytes: number;
}

/** The payload of a CSV chunk's ticket: where its text lies and where it stood in the file. */
export interface TextPayload {
  /** from the start of the slot */
  readonly textOffset: number;
  readonly numTextBytes: number;
  /** physical line of the first byte, counting from 1 */
  readonly firstLine: number;
  /** number of the first record, counting from 1, the header not counted */
  readonly firstRecord: number;
  /** the text is certainly ASCII, and so UTF-8 */
  readonly isAscii: boolean;
}
