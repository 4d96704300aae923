/**
 * Damaged .npy, .npz and .safetensors files: 10,000 seeded mutations of each. Each ends in a refusal with an allowed
 * code or in a read; never in a crash, a hang or a large allocation, whatever a length claims.
 */
import type { ErrorCode } from "../src/error_codes.ts";
import { readAll, request } from "../src/source/arrow/testing.ts";
import { openNpyDecoder, openNpySource, openNpz } from "../src/source/npy/mod.ts";
import { MemoryAccess } from "../src/source/random_access.ts";
import { openSafeTensors } from "../src/source/safetensors/mod.ts";
import { randomGenerator } from "./support/damaged_bytes.ts";
import { DamagedCases } from "./support/damaged_cases.ts";

const NUM_CASES = 10_000;
const SEED = 4_711;
/** far beyond what a file of a few kilobytes takes, and far below a bomb */
const MAX_CASE_BYTES = 96 * 1024 * 1024;
const ALLOWED: readonly ErrorCode[] = ["FMT002", "FMT003", "FMT004", "FMT005", "MEM001", "SCH001", "SCH006"];

/** numbers that break naive readers, and signs that headers have */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x27, 0x28, 0x2c, 0x2d, 0x39, 0x5b, 0x7b, 0x7d];

function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const changed = bytes.slice(), size = bytes.length;
  // most changes go to the head, where the lengths are
  const place = () => random(3) > 0 ? random(Math.min(size, 200)) : random(size);
  const kind = random(5);
  if (kind === 0) return bytes.slice(0, random(size));
  if (kind === 1) changed[place()]! ^= 1 << random(8);
  else if (kind === 2) changed[place()] = EDGES[random(EDGES.length)]!;
  else if (kind === 3) {
    const at = place();
    changed.fill(EDGES[random(EDGES.length)]!, at, at + 1 + random(8));
  } else {
    const from = place(), to = place();
    changed.copyWithin(to, from, from + 1 + random(32));
  }
  return changed;
}

type Read = (access: MemoryAccess) => void | Promise<void>;

const readTable: Read = async (access) => {
  const open = () => access, source = openNpySource("fuzz.npy", { open }), { schema } = source.info;
  const requests = schema.fields.map(({ name }) => request(name, schema));
  await readAll(source, requests, { chunkRows: 7, openDecoder: openNpyDecoder, open });
};
const readArchive: Read = (access) => {
  const archive = openNpz(access);
  for (const name of archive.names) archive.read(name);
};
const readTensors: Read = (access) => {
  const tensors = openSafeTensors(access);
  for (const name of tensors.names) tensors.read(name);
};

function safeTensorsFile(): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({
    __metadata__: { format: "pt" },
    weights: { dtype: "F32", shape: [4, 5], data_offsets: [0, 80] },
    half: { dtype: "F16", shape: [3], data_offsets: [80, 86] },
    counts: { dtype: "I64", shape: [2], data_offsets: [86, 102] },
  }));
  const bytes = new Uint8Array(8 + header.length + 102);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  return bytes;
}

const data = (path: string) => Deno.readFileSync(new URL(`../testdata/${path}`, import.meta.url));
const KINDS: Readonly<Record<string, { readonly files: readonly Uint8Array[]; readonly read: Read }>> = {
  npy: {
    files: ["structure", "matrix", "fortran_big_endian", "aligned"].map((name) =>
      data(`npy_tables/${name}.npy`)
    ),
    read: readTable,
  },
  npz: { files: [data("npy/stored.npz"), data("npy/deflated.npz")], read: readArchive },
  safetensors: { files: [safeTensorsFile()], read: readTensors },
};

for (const [kind, { files, read }] of Object.entries(KINDS)) {
  Deno.test(`${NUM_CASES} damaged .${kind} files end in a clean refusal or in a read`, async () => {
    for (const bytes of files) await read(new MemoryAccess(bytes, "whole"));
    const cases = new DamagedCases({ allowed: ALLOWED, maxBytes: MAX_CASE_BYTES });
    for (let i = 0; i < NUM_CASES; i++) {
      const random = randomGenerator(SEED + i), bytes = mutate(files[i % files.length]!, random);
      await cases.run(`case ${i}`, () => read(new MemoryAccess(bytes, "fuzz")));
    }
    cases.checkPower(["read", "FMT003", "FMT004"], 5);
  });
}
