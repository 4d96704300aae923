/** LEB128 and names: the binary format's atoms (WebAssembly core specification, section 5.2). */

const encoder = new TextEncoder();

/** A growing run of bytes. */
export class ByteSink {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** bytes written so far */
  get length(): number {
    return this.#length;
  }

  #reserve(numBytes: number): void {
    if (this.#length + numBytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + numBytes));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** two bytes: most instructions are that long, and an emitter runs too seldom to be optimised */
  pair(first: number, second: number): void {
    if (this.#length + 2 > this.#bytes.length) this.#reserve(2);
    const at = this.#length;
    this.#bytes[at] = first;
    this.#bytes[at + 1] = second;
    this.#length = at + 2;
  }

  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** bytes [start, end) of another run */
  copy(from: ByteSink, start: number, end: number): void {
    this.#reserve(end - start);
    const source = from.#bytes, target = this.#bytes;
    let at = this.#length;
    // a few bytes as a rule: a view would cost more than they do
    for (let i = start; i < end; i++) target[at++] = source[i]!;
    this.#length = at;
  }

  /** an unsigned integer up to 2^32 - 1 */
  unsigned(value: number): void {
    let rest = value >>> 0;
    if (rest < 0x80) return this.byte(rest);
    do {
      const low = rest & 0x7f;
      rest >>>= 7;
      this.byte(rest === 0 ? low : low | 0x80);
    } while (rest !== 0);
  }

  /** a signed integer of 32 bits, of which higher ones are cut off */
  signed32(value: number): void {
    let rest = value | 0;
    for (; rest < -0x40 || rest >= 0x40; rest >>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest & 0x7f);
  }

  /** a signed integer of at most 64 bits */
  signed(value: bigint): void {
    let rest = value;
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) return this.byte(low);
      this.byte(low | 0x80);
    }
  }

  f32(value: number): void {
    this.bytes(new Uint8Array(new Float32Array([value]).buffer));
  }

  f64(value: number): void {
    this.bytes(new Uint8Array(new Float64Array([value]).buffer));
  }

  name(text: string): void {
    const encoded = encoder.encode(text);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }

  /** a section: id, size, content */
  section(id: number, content: ByteSink): void {
    this.byte(id);
    this.unsigned(content.length);
    this.bytes(content.take());
  }

  /** the bytes written, as a view */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}
