/**
 * Computed columns as JSON lines, written by the text kernel from its own memory: the keys lie there, tiles of values
 * are copied to it, and text is collected in it.
 *
 * @module
 */
import { alignUp } from "../../dtype/mod.ts";
import type { ByteOutput } from "../atomic_file.ts";
import { TEXT_SLACK_BYTES, type TextKernels, textKernels } from "../../text/mod.ts";
import type { OutputField } from "../sink.ts";
import type { RowBatch, RowWriter } from "../text/rows_sink.ts";
import { TILE_BYTES, TileWriter } from "../text/tile_writer.ts";

/** a key as src/text/assembly/json_member.ts reads it */
const KEY_ENTRY_BYTES = 8;
const PAGE_BYTES = 65536;

/** What the rows of some columns are written with. */
export interface JsonRowsOptions {
  readonly fields: readonly OutputField[];
  /** of each column, what stands before its value: `,"name":` */
  readonly keys: readonly Uint8Array[];
  /** what follows the last value: the object's end too, or only the line's */
  readonly lineEnd: "}\n" | "\n";
  /** text that is collected before it goes on */
  readonly bufferBytes: number;
}

/** Where the parts of the memory lie. */
function layout({ keys, bufferBytes }: Pick<JsonRowsOptions, "keys" | "bufferBytes">) {
  const numKeyBytes = keys.reduce((sum, key) => sum + key.length, 0);
  const longest = keys.reduce((most, key) => Math.max(most, key.length), 0);
  const keysEnd = TILE_BYTES + keys.length * KEY_ENTRY_BYTES + numKeyBytes + TEXT_SLACK_BYTES;
  const text = alignUp(keysEnd);
  const pages = Math.ceil((text + bufferBytes + longest + TEXT_SLACK_BYTES) / PAGE_BYTES);
  return { text, pages };
}

/** Bytes that writing the rows holds. */
export function jsonRowsBytes(options: Pick<JsonRowsOptions, "keys" | "bufferBytes">): number {
  return layout(options).pages * PAGE_BYTES;
}

/** Writes rows to an output, which it neither commits nor aborts. */
export class JsonRows implements RowWriter {
  readonly #output: Pick<ByteOutput, "write">;
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: TextKernels;
  readonly #tiles: TileWriter;
  readonly #text: number;
  readonly #bufferBytes: number;
  #filled = 0;

  constructor(output: Pick<ByteOutput, "write">, options: JsonRowsOptions) {
    const { fields, keys, lineEnd, bufferBytes } = options, { text, pages } = layout(options);
    this.#output = output;
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.#kernels = textKernels(this.#memory);
    this.#tiles = new TileWriter(this.#memory, fields, lineEnd);
    this.#text = text;
    this.#bufferBytes = bufferBytes;
    const bytes = new Uint8Array(this.#memory.buffer), view = new DataView(this.#memory.buffer);
    let offset = keys.length * KEY_ENTRY_BYTES;
    for (const [i, key] of keys.entries()) {
      view.setUint32(TILE_BYTES + i * KEY_ENTRY_BYTES, offset, true);
      view.setUint32(TILE_BYTES + i * KEY_ENTRY_BYTES + 4, key.length, true);
      bytes.set(key, TILE_BYTES + offset);
      offset += key.length;
    }
  }

  write(batch: RowBatch): void {
    const kernels = this.#kernels, limit = this.#text + this.#bufferBytes;
    this.#tiles.forEachTile(batch, (tile) => {
      let row = 0, column = 0;
      while (row < tile.numRows) {
        if (this.#filled >= this.#bufferBytes) this.flush();
        const end = kernels.writeObjects(
          tile.descriptors,
          TILE_BYTES,
          tile.firstColumn,
          tile.numColumns,
          tile.tables,
          row,
          column,
          tile.numRows,
          this.#text + this.#filled,
          limit,
        );
        this.#filled = end - this.#text;
        row = kernels.nextRow.value;
        column = kernels.nextColumn.value;
      }
    });
  }

  /** hands what is collected to the output */
  flush(): void {
    if (this.#filled === 0) return;
    this.#output.write(new Uint8Array(this.#memory.buffer, this.#text, this.#filled));
    this.#filled = 0;
  }
}
