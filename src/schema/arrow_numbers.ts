/**
 * Numbers of the Arrow format, which its reader and its writer share, and all that carries columns of its types.
 *
 * Source: Schema.fbs (the union Type) of the Arrow format.
 *
 * @module
 */

/** Members of the union Type. */
export const ARROW_TYPE = {
  null: 1,
  int: 2,
  floatingPoint: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  union: 14,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  runEndEncoded: 22,
  binaryView: 23,
  utf8View: 24,
  listView: 25,
  largeListView: 26,
} as const;

/** Whether values of the type are text. */
export function isUtf8Type({ typeId }: { readonly typeId: number }): boolean {
  return typeId === ARROW_TYPE.utf8 || typeId === ARROW_TYPE.largeUtf8;
}

/** Whether a dtype says all of the type: numbers and bools. */
export function isNumberType({ typeId }: { readonly typeId: number }): boolean {
  return typeId === ARROW_TYPE.int || typeId === ARROW_TYPE.floatingPoint || typeId === ARROW_TYPE.bool;
}
