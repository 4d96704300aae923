/** Readers of values without parts: nulls, fixed widths, text and bytes, views. @module */
import { fixedBytes } from "../../schema/packed.ts";
import type { StoredNode } from "./batch_layout.ts";
import { BufferWindow } from "./buffer_window.ts";
import { type BoundBatch, NodeReader, offsetsAt } from "./node_reader.ts";
import type { PackedWriter } from "../packed_writer.ts";

/** Nulls of the type null. */
export class NullReader extends NodeReader {
  override pack(_index: number, out: PackedWriter): void {
    out.null(this.target);
  }

  override isNull(): boolean {
    return true;
  }

  protected override get hasBitmap(): boolean {
    return false;
  }
}

/** Values with bytes of their own. */
abstract class LeafReader extends NodeReader {
  override pack(index: number, out: PackedWriter): void {
    const start = out.reserve(this.target.kind === "variable" ? 5 : 1);
    out.bytes[start] = this.value(index, out) ? 1 : 0;
    if (this.target.kind === "variable") out.setUint32(start + 1, out.position - start - 5);
  }
}

/** Values of a fixed width. */
export class FixedReader extends LeafReader {
  readonly #itemsize = fixedBytes(this.target);

  override value(index: number, out: PackedWriter): boolean {
    const isNull = this.isNull(index), [data] = this.windows as [BufferWindow];
    if (isNull) {
      out.zeros(this.#itemsize);
    } else if (this.target.bitWidth === 1) {
      const byte = data.seek(Math.floor(index / 8), 1);
      out.bytes[out.reserve(1)] = (data.bytes[byte]! >> (index % 8)) & 1;
    } else {
      const position = out.reserve(this.#itemsize);
      data.copy(index * this.#itemsize, this.#itemsize, { bytes: out.bytes, position });
    }
    return !isNull;
  }

  override elements(first: number, count: number, out: PackedWriter): void {
    if (this.target.bitWidth === 1) return super.elements(first, count, out);
    const size = this.#itemsize, tags = out.reserve(count), position = out.reserve(count * size);
    this.windows[0]!.copy(first * size, count * size, { bytes: out.bytes, position });
    for (let i = 0; i < count; i++) {
      const isNull = this.isNull(first + i);
      out.bytes[tags + i] = isNull ? 0 : 1;
      if (isNull) out.bytes.fill(0, position + i * size, position + (i + 1) * size);
    }
  }
}

/** Text and bytes by offsets. */
export class VariableReader extends LeafReader {
  override value(index: number, out: PackedWriter): boolean {
    if (this.isNull(index)) return false;
    const [offsets, data] = this.windows as [BufferWindow, BufferWindow];
    const [start, end] = offsetsAt(offsets, index, this.target.isLarge), numBytes = end - start;
    if (start < 0 || numBytes < 0 || end > data.numBytes) {
      this.fail(`a value from byte ${start} to ${end}, its values have ${data.numBytes} bytes`);
    }
    const position = out.reserve(numBytes);
    data.copy(start, numBytes, { bytes: out.bytes, position });
    return true;
  }
}

/** bytes of a view; values of up to `INLINE_BYTES` stand in it */
const VIEW_BYTES = 16, INLINE_BYTES = 12;

/** Text and bytes by views. */
export class ViewReader extends LeafReader {
  #places: readonly { readonly position: number; readonly numBytes: number }[] = [];
  readonly #data = new BufferWindow();

  override bind(node: StoredNode, batch: BoundBatch): void {
    super.bind(node, batch);
    const { buffers, body, fail } = batch;
    this.#places = Array.from({ length: node.numBuffers - 2 }, (_, i) => {
      const at = 2 * (node.firstBuffer + 2 + i);
      return { position: buffers[at]!, numBytes: buffers[at + 1]! };
    });
    // one window for all: values mostly come from one of them after the other
    const end = this.#places.reduce((most, { position, numBytes }) => Math.max(most, position + numBytes), 0);
    this.#data.bind(body, { position: 0, numBytes: end, fail });
  }

  override value(index: number, out: PackedWriter): boolean {
    if (this.isNull(index)) return false;
    const [views] = this.windows as [BufferWindow];
    const at = views.seek(VIEW_BYTES * index, VIEW_BYTES), { view } = views;
    const numBytes = view.getInt32(at, true);
    if (numBytes < 0) this.fail(`a view of ${numBytes} bytes`);
    const target = { bytes: out.bytes, position: out.reserve(numBytes) };
    if (numBytes <= INLINE_BYTES) {
      views.copy(VIEW_BYTES * index + 4, numBytes, target);
      return true;
    }
    const place = this.#places[view.getInt32(at + 8, true)], offset = view.getInt32(at + 12, true);
    if (place === undefined || offset < 0 || offset + numBytes > place.numBytes) {
      return this.fail(`a view of ${numBytes} bytes from byte ${offset} on, which no buffer has`);
    }
    this.#data.copy(place.position + offset, numBytes, target);
    return true;
  }
}
