/** Arrow IPC files and streams as outputs. */
export { arrowSinkBytes, type ArrowSinkOptions, openArrowSink } from "./arrow_sink.ts";
export type { ArrowCompression } from "./encode_metadata.ts";
