/**
 * Straight code for one register, repeated for several so that its statements alternate. A processor looks ahead by a
 * number of instructions: those of one long chain all wait for each other, of four chains that alternate four can run.
 * Registers in pairs alternate for V8 to join their operations as well: two choices would be two blocks, across which it
 * joins nothing.
 *
 * @module
 */
import type { ByteSink } from "./encode.ts";
import { opcode } from "./opcodes.ts";

/** What `FunctionBuilder.print` shows: depth, name and immediates of each instruction, in turn. */
export type Emitted = (number | string | bigint | Uint8Array | readonly number[])[];

/** What was emitted for one register, in one piece for all its statements. */
export interface StreamCode {
  /** without the indices of locals */
  readonly bytes: ByteSink;
  /** in turn: an offset in the bytes, and the index of the local that belongs there */
  readonly locals: number[];
  /** null: nobody will print it */
  readonly emitted: Emitted | null;
}

/** Instructions that leave the operand stack as they found it: where they begin and end in the code. */
export interface Statement {
  readonly kind: "statement";
  readonly code: StreamCode;
  readonly bytes: readonly [start: number, end: number];
  readonly locals: readonly [start: number, end: number];
  readonly emitted: readonly [start: number, end: number];
}

/** A choice that all registers make together: the first code where any of their conditions is not 0. */
export interface Choice {
  readonly kind: "choice";
  /** of registers in pairs, the local of a limit for the lanes that the condition pushes; null: it pushes an i32 */
  readonly limit: number | null;
  readonly condition: Statement;
  readonly then: Stream;
  readonly otherwise: Stream;
}

/** What makes V8 join the operations of a pair of registers, from the one that made this local backwards. */
export interface Seed {
  readonly kind: "seed";
  readonly local: number;
}

/** The code of one register. */
export type Stream = readonly (Statement | Choice | Seed)[];

/** By the index of a local of the stream: the index of the one that a repetition has in its place. */
export type Renaming = ReadonlyMap<number, number>;

/** Where code goes. */
export interface CodeTarget {
  readonly code: ByteSink;
  readonly emitted: Emitted | null;
  /** blocks that are open */
  readonly depth: number;
}

const IF = 0x04, ELSE = 0x05, END = 0x0b, NO_RESULT = 0x40, LOCAL_GET = 0x20, DROP = 0x1a;

/** Writes a stream once for each renaming, statement by statement in turns. */
export function writeInTurns(stream: Stream, renamings: readonly Renaming[], to: CodeTarget): void {
  for (const item of stream) {
    switch (item.kind) {
      case "choice":
        writeChoice(item, renamings, to);
        break;
      case "seed":
        writeSeeds(renamings.map((renaming) => renaming.get(item.local) ?? item.local), to);
        break;
      case "statement":
        for (const renaming of renamings) writeStatement(item, renaming, to);
        break;
      default:
        item satisfies never;
    }
  }
}

/** Writes an instruction without immediates. */
function writeOp(name: string, { code, emitted, depth }: CodeTarget): void {
  const { prefix, code: number } = opcode(name);
  if (prefix !== 0) code.byte(prefix);
  code.unsigned(number);
  emitted?.push(depth, name, "");
}

function writeGet(local: number, { code, emitted, depth }: CodeTarget): void {
  code.byte(LOCAL_GET);
  code.unsigned(local);
  emitted?.push(depth, "local.get", local);
}

/**
 * Operations that only V8's estimate of a seed sees: it joins where that saves more operations than it inserts, and
 * counts a division as one. Eight are more than any kernel's ends cost.
 */
const NUM_COUNTED = 8;

/**
 * Writes for each pair of v128 locals an addition of integers, where V8 begins to join, backwards from its operands,
 * whatever they are. It does so before it finds that nobody wants the sum, nor what is between.
 */
export function writeSeeds(locals: readonly number[], to: CodeTarget): void {
  const { code, emitted, depth } = to;
  for (let i = 0; i < locals.length; i += 2) {
    for (const local of locals.slice(i, i + 2)) {
      writeGet(local, to);
      for (let k = 0; k < NUM_COUNTED; k++) writeOp("v128.not", to);
    }
    writeOp("i32x4.add", to);
    code.byte(DROP);
    emitted?.push(depth, "drop", "");
  }
}

function writeStatement({ code: from, ...at }: Statement, renaming: Renaming, to: CodeTarget): void {
  const { locals, emitted, bytes } = from, endOfLocals = at.locals[1];
  let written = at.bytes[0];
  for (let i = at.locals[0]; i < endOfLocals; i += 2) {
    const place = locals[i]!, local = locals[i + 1]!;
    to.code.copy(bytes, written, place);
    to.code.unsigned(renaming.get(local) ?? local);
    written = place;
  }
  to.code.copy(bytes, written, at.bytes[1]);
  if (emitted === null) return;
  for (let i = at.emitted[0]; i < at.emitted[1]; i += 3) {
    const name = emitted[i + 1]!, immediate = emitted[i + 2]!;
    const isLocal = name === "local.get" || name === "local.set" || name === "local.tee";
    to.emitted?.push(emitted[i]!, name, isLocal ? renaming.get(immediate as number) ?? immediate : immediate);
  }
}

function writeChoice(
  { limit, condition, then, otherwise }: Choice,
  renamings: readonly Renaming[],
  to: CodeTarget,
): void {
  const { code, emitted, depth } = to, inside = { ...to, depth: depth + 1 };
  const plain = (byte: number, name: string, depth: number) => {
    code.byte(byte);
    emitted?.push(depth, name, "");
  };
  if (limit === null) {
    renamings.forEach((renaming, index) => {
      writeStatement(condition, renaming, to);
      if (index > 0) writeOp("i32.or", to);
    });
  } else {
    // the largest lanes of all low halves and of all high ones, that V8 joins what finds them as well
    for (const half of [0, 1]) {
      for (let i = half; i < renamings.length; i += 2) {
        writeStatement(condition, renamings[i]!, to);
        if (i > half) writeOp("i32x4.max_s", to);
      }
      writeGet(limit, to);
      writeOp("i32x4.gt_s", to);
    }
    // the sum of two lanes that are 0 or -1 keeps the sign
    writeOp("i32x4.add", to);
    writeOp("i32x4.bitmask", to);
  }
  plain(IF, "if", depth);
  code.byte(NO_RESULT);
  writeInTurns(then, renamings, inside);
  plain(ELSE, "else", depth + 1);
  writeInTurns(otherwise, renamings, inside);
  plain(END, "end", depth);
}
