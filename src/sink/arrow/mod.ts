/** Arrow IPC files and streams as outputs. */
export { type ArrowSinkOptions, openArrowSink } from "./arrow_sink.ts";
export { arrowSinkBytes } from "./arrow_sink_bytes.ts";
export type { ArrowCompression } from "./encode_metadata.ts";
