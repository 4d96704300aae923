/** flechette gives rows of structs as proxies, and lists of numbers as typed arrays. @module */

/** The value as plain objects and lists, so that it compares with what was expected; dates stay as they are. */
export function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  if (value instanceof Map) return [...value].map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array, plain);
  if (Array.isArray(value)) return value.map(plain);
  const toJSON = (value as { toJSON?: () => Record<string, unknown> }).toJSON;
  const record = toJSON === undefined ? value as Record<string, unknown> : toJSON.call(value);
  return Object.fromEntries(Object.entries(record).map(([key, part]) => [key, plain(part)]));
}
