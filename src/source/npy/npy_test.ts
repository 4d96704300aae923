import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { DTYPE, type DType, DTYPES } from "../../dtype/mod.ts";
import type { ErrorCode } from "../../error_codes.ts";
import { FormatError } from "../../errors.ts";
import { FileAccess, MemoryAccess } from "../random_access.ts";
import { type NpyArray, parseNpy } from "./npy.ts";
import { openNpz } from "./npz.ts";

const FOLDER = new URL("../../../testdata/npy/", import.meta.url).pathname;

type Expected =
  | { readonly dtype: DType; readonly shape: readonly number[]; readonly values: readonly string[] }
  | { readonly refused: ErrorCode; readonly words: string };

function parsePython(text: string, dtype: DType): number | bigint {
  if (DTYPE[dtype].isBigInt) return BigInt(text);
  return text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text);
}

function check(read: () => NpyArray, expected: Expected): void {
  if ("refused" in expected) {
    throws(read, (error) => {
      ok(error instanceof FormatError);
      strictEqual(error.code, expected.refused);
      match(error.message, new RegExp(`holds ${expected.words},`));
      return true;
    });
    return;
  }
  const { dtype, shape, data } = read();
  strictEqual(dtype, expected.dtype);
  deepStrictEqual(shape, expected.shape);
  ok(data instanceof DTYPE[dtype].TypedArray);
  deepStrictEqual([...data], expected.values.map((text) => parsePython(text, dtype)));
}

Deno.test("parseNpy() and openNpz() read what NumPy writes, file by file of testdata/npy", () => {
  const table: Record<string, Record<string, Expected>> = JSON.parse(
    Deno.readTextFileSync(`${FOLDER}expected.json`),
  );
  const files = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) =>
    /\.np[yz]$/.test(name)
  );
  deepStrictEqual(files.sort(), Object.keys(table).sort());
  for (const file of files) {
    if (file.endsWith(".npy")) {
      check(() => parseNpy(Deno.readFileSync(FOLDER + file), file), table[file]![""]!);
      continue;
    }
    const access = FileAccess.open(FOLDER + file);
    const archive = openNpz(access);
    deepStrictEqual(archive.names, Object.keys(table[file]!));
    for (const name of archive.names) check(() => archive.read(name), table[file]![name]!);
    access.close();
  }
});

const text = (value: string) => new TextEncoder().encode(value);
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const length = new DataView(new ArrayBuffer(version === 1 ? 2 : 4));
  if (version === 1) length.setUint16(0, header.length, true);
  else length.setUint32(0, header.length, true);
  return new Uint8Array([
    0x93,
    ...text("NUMPY"),
    version,
    0,
    ...new Uint8Array(length.buffer),
    ...text(header),
    ...data,
  ]);
}
const npyOf = (descr: string, shape: string, data: Uint8Array, order = "False") =>
  npy(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`, data);

Deno.test("parseNpy() turns Fortran order into C order for every number of axes", () => {
  const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
  fc.assert(fc.property(shape, (sizes) => {
    const numElements = sizes.reduce((a, b) => a * b, 1);
    // element (i, j, …) holds its index in C order
    const data = new Uint8Array(numElements);
    for (let c = 0; c < numElements; c++) {
      let rest = c, position = 0;
      const index = sizes.map(() => 0);
      for (let axis = sizes.length - 1; axis >= 0; axis--) {
        index[axis] = rest % sizes[axis]!;
        rest = Math.floor(rest / sizes[axis]!);
      }
      let step = 1;
      for (const [axis, size] of sizes.entries()) {
        position += index[axis]! * step;
        step *= size;
      }
      data[position] = c;
    }
    const bytes = npyOf("|u1", `(${sizes.map((size) => `${size},`).join("")})`, data, "True");
    deepStrictEqual([...parseNpy(bytes, "x").data], Array.from(data, (_, i) => i));
  }));
});

Deno.test("parseNpy() trusts no length and no header", () => {
  const cases: [Uint8Array, ErrorCode][] = [
    [new Uint8Array(), "FMT003"],
    [text("a,b\n1,2\n"), "FMT002"],
    [new Uint8Array([0x93, ...text("NUMPY")]), "FMT005"],
    [new Uint8Array([0x93, ...text("NUMPY"), 1, 0]), "FMT004"],
    [new Uint8Array([0x93, ...text("NUMPY"), 4, 0, 0, 0]), "FMT005"],
    [new Uint8Array([0x93, ...text("NUMPY"), 2, 0, 0xff, 0xff, 0xff, 0xff, 123]), "FMT004"],
    [npyOf("<f8", "(2,)", new Uint8Array(15)), "FMT003"],
    [npyOf("<f8", "(2,)", new Uint8Array(17)), "FMT004"],
    [npyOf("<f8", "(9007199254740991,)", new Uint8Array(16)), "FMT003"],
    [npyOf("<f8", "(99999999999999999999,)", new Uint8Array(16)), "FMT004"],
    [npyOf("<f8", "(4294967296, 4294967296, 4294967296)", new Uint8Array(16)), "FMT003"],
    [npyOf("<f8", "(-1,)", new Uint8Array()), "FMT004"],
    [npyOf("<f8", `(${"1,".repeat(65)})`, new Uint8Array(8)), "FMT004"],
    [npyOf("<q7", "(1,)", new Uint8Array(8)), "FMT005"],
    [npy("{'descr': '<f8', 'shape': (1,), }", new Uint8Array(8)), "FMT004"],
    [npy("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }", new Uint8Array(8)), "FMT004"],
    [npy("__import__('os')", new Uint8Array(8)), "FMT004"],
    [npyOf("<f16", "(1,)", new Uint8Array(16)), "FMT005"],
  ];
  for (const [bytes, code] of cases) throws(() => parseNpy(bytes, "x.npy"), { code });
  deepStrictEqual([...parseNpy(npyOf("|b1", "(3,)", new Uint8Array([0, 1, 7])), "x").data], [0, 1, 1]);
  // Python 2 wrote longs
  deepStrictEqual(parseNpy(npyOf("|i1", "(2L, 1L)", new Uint8Array([1, 255])), "x").shape, [2, 1]);
});

// ---- zip

interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflate?: boolean;
  readonly zip64?: boolean;
  /** changes the directory's header before it is written */
  readonly spoil?: (central: DataView) => void;
}

/** A zip file by the book, with zip64 records where asked for. */
function zip(entries: readonly ZipEntry[], options: { zip64?: boolean; comment?: string } = {}): Uint8Array {
  const out: number[] = [], directory: number[] = [];
  for (const { name, bytes, deflate, zip64, spoil } of entries) {
    const packed = deflate ? deflateRawSync(bytes) : bytes, label = text(name);
    const offset = out.length, method = deflate ? 8 : 0;
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint16(8, method, true);
    local.setUint16(26, label.length, true);
    local.setUint16(28, 4, true);
    out.push(...new Uint8Array(local.buffer), ...label, 9, 9, 0, 0, ...packed);
    const extra = new DataView(new ArrayBuffer(zip64 ? 28 : 0));
    const central = new DataView(new ArrayBuffer(46));
    central.setUint32(0, 0x02014b50, true);
    central.setUint16(10, method, true);
    central.setUint32(16, crc32(bytes), true);
    central.setUint32(20, zip64 ? 0xffffffff : packed.length, true);
    central.setUint32(24, zip64 ? 0xffffffff : bytes.length, true);
    central.setUint16(28, label.length, true);
    central.setUint16(30, extra.byteLength, true);
    central.setUint32(42, zip64 ? 0xffffffff : offset, true);
    if (zip64) {
      extra.setUint16(0, 1, true);
      extra.setUint16(2, 24, true);
      extra.setBigUint64(4, BigInt(bytes.length), true);
      extra.setBigUint64(12, BigInt(packed.length), true);
      extra.setBigUint64(20, BigInt(offset), true);
    }
    spoil?.(central);
    directory.push(...new Uint8Array(central.buffer), ...label, ...new Uint8Array(extra.buffer));
  }
  const start = out.length;
  out.push(...directory);
  if (options.zip64) {
    const record = new DataView(new ArrayBuffer(76));
    record.setUint32(0, 0x06064b50, true);
    record.setBigUint64(32, BigInt(entries.length), true);
    record.setBigUint64(40, BigInt(directory.length), true);
    record.setBigUint64(48, BigInt(start), true);
    record.setUint32(56, 0x07064b50, true);
    record.setBigUint64(64, BigInt(out.length), true);
    out.push(...new Uint8Array(record.buffer));
  }
  const comment = text(options.comment ?? ""), end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, options.zip64 ? 0xffff : entries.length, true);
  end.setUint32(12, options.zip64 ? 0xffffffff : directory.length, true);
  end.setUint32(16, options.zip64 ? 0xffffffff : start, true);
  end.setUint16(20, comment.length, true);
  return new Uint8Array([...out, ...new Uint8Array(end.buffer), ...comment]);
}

const values = npyOf("<f4", "(2, 2)", new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer));

Deno.test("openNpz() reads stored, deflated and zip64 entries behind any comment, and passes over other files", () => {
  for (const deflate of [false, true]) {
    for (const zip64 of [false, true]) {
      const bytes = zip(
        [{ name: "readme.txt", bytes: text("hello") }, { name: "w.npy", bytes: values, deflate, zip64 }],
        { zip64, comment: "PK\x05\x06 a comment" },
      );
      const archive = openNpz(new MemoryAccess(bytes, "p.npz"));
      deepStrictEqual(archive.names, ["w"]);
      deepStrictEqual(archive.read("w"), {
        dtype: "f32",
        shape: [2, 2],
        data: new Float32Array([1, 2, 3, 4]),
      });
    }
  }
  deepStrictEqual(openNpz(new MemoryAccess(zip([]))).names, []);
});

Deno.test("openNpz() reads the directory and only the arrays that are asked for", () => {
  const bytes = zip([{ name: "a.npy", bytes: values }, { name: "b.npy", bytes: new Uint8Array(90_000) }]);
  const access = new MemoryAccess(bytes, "p.npz");
  openNpz(access).read("a");
  // the directory is sought in the last 64 KiB
  ok(access.bytesRead < 67_000);
});

Deno.test("openNpz() refuses archives whose directory does not agree with the file", () => {
  const entry = { name: "w.npy", bytes: values, deflate: true };
  const spoils: [(central: DataView) => void, ErrorCode][] = [
    [(c) => c.setUint32(16, 1, true), "FMT004"],
    [(c) => c.setUint32(24, values.length - 1, true), "FMT004"],
    [(c) => c.setUint32(24, values.length + 1, true), "FMT004"],
    [(c) => c.setUint32(24, 0xfffffffe, true), "FMT004"],
    [(c) => c.setUint32(20, 0x7ffffffe, true), "FMT004"],
    [(c) => c.setUint32(20, 3, true), "FMT004"],
    [(c) => c.setUint32(42, 0xfffffffe, true), "FMT004"],
    [(c) => c.setUint32(42, 1, true), "FMT004"],
    [(c) => c.setUint16(10, 12, true), "FMT005"],
    [(c) => c.setUint16(10, 0, true), "FMT004"],
    [(c) => c.setUint16(8, 1, true), "FMT005"],
    [(c) => c.setUint16(28, 0xffff, true), "FMT004"],
    [(c) => c.setUint32(0, 0, true), "FMT004"],
  ];
  for (const [i, [spoil, code]] of spoils.entries()) {
    // a size that only a zip bomb has is refused before it is allocated
    throws(
      () => openNpz(new MemoryAccess(zip([{ ...entry, spoil }]), "p.npz")).read("w"),
      { code },
      `spoil ${i}`,
    );
  }
  throws(() => openNpz(new MemoryAccess(zip([entry, entry]))), { code: "FMT004" });
  const good = zip([entry]);
  throws(() => openNpz(new MemoryAccess(good.slice(0, -30))), { code: "FMT003" });
  throws(() => openNpz(new MemoryAccess(text("a,b\n1,2\n"))), { code: "FMT002" });
  throws(() => openNpz(new MemoryAccess(new Uint8Array())), { code: "FMT003" });
});

Deno.test("openNpz() reads or refuses any mutated archive, never a crash", () => {
  const base = zip([{ name: "a.npy", bytes: values, deflate: true }, {
    name: "b.npy",
    bytes: values,
    zip64: true,
  }], {
    zip64: true,
  });
  let seed = 12345, numRefused = 0;
  const random = (below: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below;
  for (let round = 0; round < 3000; round++) {
    const bytes = base.slice(0, random(10) === 0 ? random(base.length) : base.length);
    for (let edit = random(3); edit >= 0 && bytes.length > 0; edit--) {
      bytes[random(bytes.length)] = [0, 1, 0x7f, 0xff, random(256)][random(5)]!;
    }
    try {
      const archive = openNpz(new MemoryAccess(bytes, "p.npz"));
      for (const name of archive.names) {
        const { dtype, shape, data } = archive.read(name);
        ok(DTYPES.includes(dtype));
        strictEqual(shape.reduce((a, b) => a * b, 1), data.length);
      }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      numRefused++;
    }
  }
  ok(numRefused > 1000);
});
