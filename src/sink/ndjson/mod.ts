/** JSON lines. */
export { NDJSON_SINK_BYTES, openNdjsonSink } from "./ndjson_sink.ts";
