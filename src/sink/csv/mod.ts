/** CSV text that reads back as the same values. */
export { csvSinkBytes, type CsvSinkOptions, openCsvSink } from "./csv_sink.ts";
