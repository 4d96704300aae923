/** JSON lines. */
export { ndjsonSinkBytes, openNdjsonSink } from "./ndjson_sink.ts";
