/** JSON lines: an object a line, flat tables, exact numbers. */
export { openNdjsonDecoder } from "./ndjson_decoder.ts";
export { type NdjsonOptions, openNdjsonSource } from "./ndjson_source.ts";
