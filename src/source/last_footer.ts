/** Footers that are decoded once, though their file is opened several times. @module */

/** A footer, and where it stands. */
interface FooterBytes {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly footerPosition: number;
}

type Decode<T> = (bytes: Uint8Array, path: string, footerPosition: number) => T;

/** A file is opened to look at its columns, to be planned and to be read; thousands of columns take their time. */
export class LastFooter<T> {
  readonly #decode: Decode<T>;
  readonly #isKept: (decoded: T) => boolean;
  #last: FooterBytes & { readonly decoded: T } | null = null;

  /** @param isKept whether decoding it again would take longer than its bytes are worth; absent: always */
  constructor(decode: Decode<T>, isKept: (decoded: T) => boolean = () => true) {
    this.#decode = decode;
    this.#isKept = isKept;
  }

  /** What was decoded last, where this is the same footer; else decodes it. */
  decode(bytes: Uint8Array, path: string, footerPosition: number): T {
    const last = this.#last;
    if (last?.path === path && last.footerPosition === footerPosition && hasBytes(last, bytes)) {
      return last.decoded;
    }
    const decoded = this.#decode(bytes, path, footerPosition);
    this.#last = this.#isKept(decoded) ? { bytes, path, footerPosition, decoded } : null;
    return decoded;
  }
}

function hasBytes({ bytes }: FooterBytes, others: Uint8Array): boolean {
  if (bytes.length !== others.length) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== others[i]) return false;
  return true;
}
