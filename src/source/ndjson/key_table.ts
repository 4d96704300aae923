/**
 * The keys of a table as src/text/assembly/parse_objects.ts reads them.
 *
 * @module
 */

/** scratch of the kernel, in front of the entries */
export const KEY_SCRATCH_BYTES = 8;
const ENTRY_BYTES = 8;

/** Scratch, an entry a key (offset from the first entry, bytes), the keys in quotes, and room to load behind them. */
export function keyTable(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder(), keys = names.map((name) => encoder.encode(JSON.stringify(name)));
  const textBytes = keys.reduce((sum, key) => sum + key.length, 0);
  const bytes = new Uint8Array(KEY_SCRATCH_BYTES + names.length * ENTRY_BYTES + textBytes + 8);
  const view = new DataView(bytes.buffer);
  let offset = names.length * ENTRY_BYTES;
  for (const [i, key] of keys.entries()) {
    view.setUint32(KEY_SCRATCH_BYTES + i * ENTRY_BYTES, offset, true);
    view.setUint32(KEY_SCRATCH_BYTES + i * ENTRY_BYTES + 4, key.length, true);
    bytes.set(key, KEY_SCRATCH_BYTES + offset);
    offset += key.length;
  }
  return bytes;
}
