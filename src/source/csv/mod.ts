/** CSV text: quoted fields, any line ends, exact numbers. */
export { openCsvDecoder } from "./csv_decoder.ts";
export { openCsvSource } from "./csv_source.ts";
export { type CsvOptions, MISSING } from "../text/options.ts";
