/** Arrow IPC files and streams as sources. */
export { type ArrowSourceOptions, openArrowSource } from "./open.ts";
export { type ArrowDecoderOptions, openArrowDecoder } from "./decoder.ts";
