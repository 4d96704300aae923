export { isAscii, numLines, numRecords, position, problem, problemPosition, scanRecords } from "./scan_records";
export { parseRecords, stopDescriptor, stopPosition, stopRecordStart, stopRow } from "./parse_records";
export { writeRows, nextColumn, nextRow } from "./write_rows";
