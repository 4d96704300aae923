export { isAscii, numLines, numRecords, position, problem, problemPosition, scanRecords } from "./scan_records";
export { parseRecords, stopDescriptor, stopPosition, stopRecordStart, stopRow } from "./parse_records";
export { objectPosition, objectRow, parseObjects } from "./parse_objects";
export { isLeft, nextColumn, nextRow, writeObjects, writeRows } from "./write_rows";
