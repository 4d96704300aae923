/** Arrow IPC files and streams as outputs. */
export { type ArrowSinkOptions, openArrowSink } from "./arrow_sink.ts";
