/** Text kernels: record ends of CSV, decimal numbers read and written, on any wasm memory. */
export { READING_TABLES_BYTES, readingTables, WRITING_TABLES_BYTES, writingTables } from "./tables.ts";
export { isUtf8 } from "./utf8.ts";
export { TEXT_SLACK_BYTES, type TextKernels, textKernels } from "./text_module.ts";
