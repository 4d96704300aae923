/**
 * A typed builder of a function's body. It keeps the types on the operand stack while code is emitted, so that a wrong
 * operand is an error at the line that emits it, not in the engine's validator.
 *
 * Over 400 lines because it is one builder, whose methods share the stacks and the code of one function.
 *
 * @module
 */
import { ByteSink } from "./encode.ts";
import { opcode, type StructReference, typeBytes, type ValueType } from "./opcodes.ts";
import {
  type Choice,
  type Emitted,
  type Seed,
  type Statement,
  type Stream,
  type StreamCode,
  writeInTurns,
  writeSeeds,
} from "./streams.ts";

/** A local variable of a function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/**
 * Structs of vectors on the engine's heap, each of which refers to the next: an instance has the list for itself. Their
 * fields are read and written without a check of an address, which an access to memory at an address that varies needs.
 */
export interface StructList {
  readonly index: number;
  /** in each struct */
  readonly numVectors: number;
  readonly type: StructReference;
}

/** A label that `br` can name: an open block, loop or if. */
export interface Label {
  readonly depth: number;
  readonly isLoop: boolean;
}

const hexText = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function immediateText(immediate: number | string | bigint | Uint8Array | readonly number[]): string {
  if (immediate instanceof Uint8Array) return hexText(immediate);
  return Array.isArray(immediate) ? immediate.join(" ") : String(immediate);
}

/** A stream under construction. */
interface OpenStream {
  readonly items: (Statement | Choice | Seed)[];
  readonly code: StreamCode;
  /** where the statement under construction begins in the code's bytes, locals and text */
  start: readonly [bytes: number, locals: number, emitted: number];
  /** heights of the stacks between statements */
  readonly height: number;
  readonly depth: number;
}

/** What a builder is told of its use. */
export interface PrintOption {
  /** whether `print` will be called: what it needs to know of each instruction takes a fifth of emitting. Default: no */
  readonly prints?: boolean;
}

/** Builds the body of one function. */
export class FunctionBuilder {
  readonly name: string;
  readonly results: readonly ValueType[];
  readonly params: readonly Local[];
  readonly #locals: Local[] = [];
  #free = new Map<ValueType, Local[]>();
  #code = new ByteSink();
  readonly #hoisted = new Map<string, { local: Local; bytes: Uint8Array }>();
  #stack: ValueType[] = [];
  readonly #control: { label: Label; height: number }[] = [];
  /** how many values of the operand stack belong to what is around the innermost open block */
  #base = 0;
  /** what was emitted, for `print`: depth, name and immediates of each instruction, in turn; null: nobody will ask */
  #emitted: Emitted | null;
  /** the code of one of several registers; null: there is one */
  #stream: OpenStream | null = null;
  #inPairs = false;

  constructor(
    name: string,
    paramTypes: readonly ValueType[],
    results: readonly ValueType[],
    { prints = false }: PrintOption = {},
  ) {
    this.name = name;
    this.results = results;
    this.params = paramTypes.map((type, index) => ({ index, type }));
    this.#emitted = prints ? [] : null;
  }

  /** a new local, zero at entry; reuses one that was released */
  local(type: ValueType): Local {
    const reused = this.#free.get(type)?.pop();
    if (reused !== undefined) return reused;
    const local = { index: this.params.length + this.#locals.length, type };
    this.#locals.push(local);
    return local;
  }

  /** as many new locals */
  localList(type: ValueType, length: number): Local[] {
    const list: Local[] = [];
    while (list.length < length) list.push(this.local(type));
    return list;
  }

  /** gives a local back for reuse; its value may be overwritten from here on */
  release(local: Local): void {
    const list = this.#free.get(local.type);
    if (list === undefined) this.#free.set(local.type, [local]);
    else list.push(local);
  }

  /** a v128 constant in a local that is set once at entry (hoisted out of every loop) */
  hoist(bytes: Uint8Array): Local {
    const key = bytes.join();
    const known = this.#hoisted.get(key);
    if (known !== undefined) return known.local;
    const local = { index: this.params.length + this.#locals.length, type: "v128" as const };
    this.#locals.push(local);
    this.#hoisted.set(key, { local, bytes: bytes.slice() });
    return local;
  }

  /** whether the code of several registers is emitted: it alternates by statements, so these are best small */
  get isInterleaving(): boolean {
    return this.#stream !== null;
  }

  /** whether these are pairs, whose operations V8 is to join */
  get isInPairs(): boolean {
    return this.#stream !== null && this.#inPairs;
  }

  /**
   * Emits code once and repeats it, on locals of its own, for each list of arguments, so that the statements alternate:
   * see `streams.ts`. `emit` gives the local of its result, and releases every other that it made. An even number of
   * registers may be pairs, low and high, whose operations V8 joins into ones of 256 bits.
   */
  interleave(
    args: readonly (readonly Local[])[],
    emit: (args: readonly Local[]) => Local,
    { inPairs = false }: { inPairs?: boolean } = {},
  ): Local[] {
    if (inPairs) this.#checkPairs(args.length);
    this.#inPairs = inPairs;
    // what the code releases is for itself alone to use again until all of it is there
    const shared = this.#free, numBefore = this.#locals.length;
    this.#free = new Map();
    let result!: Local;
    const stream = this.#capture(() => result = emit(args[0]!));
    this.#inPairs = false;
    const released = [...this.#free.values()].flat();
    this.#free = shared;
    const renamings = this.#renamings(args, this.#locals.slice(numBefore));
    writeInTurns(stream, renamings, {
      code: this.#code,
      emitted: this.#emitted,
      depth: this.#control.length,
    });
    for (const { index } of released) {
      for (const renaming of renamings) this.release(this.#localAt(renaming.get(index)!));
    }
    return renamings.map((renaming) => this.#localAt(renaming.get(result.index)!));
  }

  /** for each list of arguments, what the code has in place of the first list's and of the locals that it made */
  #renamings(args: readonly (readonly Local[])[], made: readonly Local[]): Map<number, number>[] {
    // a hoisted constant has the same value for all
    const hoisted = new Set<Local>();
    for (const { local } of this.#hoisted.values()) hoisted.add(local);
    const renamings: Map<number, number>[] = [];
    for (const list of args) {
      const isFirst = renamings.length === 0, renaming = new Map<number, number>();
      for (let i = 0; i < list.length; i++) renaming.set(args[0]![i]!.index, list[i]!.index);
      for (const local of made) {
        if (!hoisted.has(local)) renaming.set(local.index, (isFirst ? local : this.local(local.type)).index);
      }
      renamings.push(renaming);
    }
    return renamings;
  }

  #localAt(index: number): Local {
    const { params } = this;
    return index < params.length ? params[index]! : this.#locals[index - params.length]!;
  }

  /**
   * `condition` pushes an i32; runs `then` when it is not zero, else `otherwise`. Registers that are interleaved choose
   * together: all run `then` where one has to.
   */
  choose(condition: () => void, then: () => void, otherwise: () => void): this {
    if (this.#stream !== null) return this.#chooseTogether(null, condition, then, otherwise);
    condition();
    return this.if(then, otherwise);
  }

  /**
   * The same of registers in pairs: runs `then` where one of the four i32 lanes that `lanes` pushes is above the same
   * lane of `limit`, a v128 that is the same for all registers.
   */
  choosePairs(lanes: () => void, limit: Local, then: () => void, otherwise: () => void): this {
    if (!this.isInPairs) throw new Error(`${this.name}: a choice of pairs outside of them`);
    return this.#chooseTogether(limit.index, lanes, then, otherwise);
  }

  /** a choice of interleaved registers: `condition` pushes an i32, or lanes for the limit */
  #chooseTogether(
    limit: Choice["limit"],
    condition: () => void,
    then: () => void,
    otherwise: () => void,
  ): this {
    const { items, height, depth } = this.#stream!;
    if (this.#stack.length !== height) throw new Error(`${this.name}: a choice within an expression`);
    // its condition and branches would not be the block's, nor what follows in it a statement
    if (this.#control.length !== depth) {
      throw new Error(`${this.name}: a choice within a block or a condition`);
    }
    this.#cut();
    const type = limit === null ? "i32" : "v128";
    const [pushed] = this.#capture(condition, type);
    this.#pop(type, "choose");
    this.#enter(false);
    const first = this.#capture(then), second = this.#capture(otherwise);
    this.#leave();
    items.push({ kind: "choice", limit, condition: pushed as Statement, then: first, otherwise: second });
    return this;
  }

  /**
   * Makes a v128 local something with which V8 can begin to join a pair. It begins with few things, among them a lane
   * that is put in: here the lane that is there already, by one instruction that changes no bit. Between the two of a
   * pair nothing may stand that reads, writes or checks an address.
   */
  leaf(local: Local): this {
    return this.get(local).get(local).op("f64x2.extract_lane", 0).op("f64x2.replace_lane", 0).set(local);
  }

  /** of a v128 local in pairs: V8 may join what it was made by. It costs nothing at run time. */
  seed(local: Local): this {
    if (!this.isInPairs) throw new Error(`${this.name}: a seed outside of pairs`);
    this.#cut();
    this.#stream!.items.push({ kind: "seed", local: local.index });
    return this;
  }

  /** the same for v128 locals that are low and high in turn, where no code is interleaved */
  seedPairs(locals: readonly Local[]): this {
    if (this.#stream !== null) throw new Error(`${this.name}: pairs within interleaved code`);
    this.#checkPairs(locals.length);
    const code = this.#code, emitted = this.#emitted, depth = this.#control.length;
    writeSeeds(locals.map(({ index }) => index), { code, emitted, depth });
    return this;
  }

  #checkPairs(numRegisters: number): void {
    if (numRegisters % 2 !== 0) throw new Error(`${this.name}: ${numRegisters} registers are not in pairs`);
  }

  /** the code of `emit` as a stream; with a result, as one statement that leaves it on the stack */
  #capture(emit: () => void, result: ValueType | null = null): Stream {
    const bytes = this.#code, emitted = this.#emitted, outer = this.#stream;
    const items: OpenStream["items"] = [], height = this.#stack.length;
    this.#code = new ByteSink();
    if (emitted !== null) this.#emitted = [];
    const code = { bytes: this.#code, emitted: this.#emitted, locals: [] };
    const depth = result === null ? this.#control.length : -1;
    this.#stream = { items, code, start: [0, 0, 0], height, depth };
    emit();
    this.#cut();
    if (this.#stack.length !== height + (result === null ? 0 : 1)) {
      throw new Error(`${this.name}: values left on the stack by interleaved code`);
    }
    this.#code = bytes;
    this.#emitted = emitted;
    this.#stream = outer;
    return items;
  }

  /** what was emitted since the last statement is one, if anything was */
  #cut(): void {
    const stream = this.#stream!, { code, start } = stream;
    if (code.bytes.length === start[0]) return;
    const end = stream.start = [code.bytes.length, code.locals.length, code.emitted?.length ?? 0] as const;
    stream.items.push({
      kind: "statement",
      code,
      bytes: [start[0], end[0]],
      locals: [start[1], end[1]],
      emitted: [start[2], end[2]],
    });
  }

  /** ends a statement where the stacks are as between statements */
  #endStatement(): void {
    const stream = this.#stream;
    if (stream === null) return;
    if (this.#stack.length === stream.height && this.#control.length === stream.depth) this.#cut();
  }

  #ofLocal(code: number, index: number): void {
    const stream = this.#stream;
    if (stream !== null) {
      this.#code.byte(code);
      stream.code.locals.push(this.#code.length, index);
    } else if (index < 0x80) this.#code.pair(code, index);
    else {
      this.#code.byte(code);
      this.#code.unsigned(index);
    }
  }

  #pop(expected: ValueType, by: string): void {
    const stack = this.#stack, top = stack.length > this.#base ? stack.pop() : "nothing";
    if (top !== expected) throw new Error(`${this.name}: ${by} needs ${expected} on the stack, found ${top}`);
  }

  #record(name: string, immediate: number | string | bigint | Uint8Array | readonly number[] = ""): void {
    this.#emitted?.push(this.#control.length, name, immediate);
  }

  /**
   * Emits an instruction of the table. Immediates: a memory instruction takes the byte offset, a lane
   * instruction the lane, `i8x16.shuffle` its sixteen lanes, a memory lane instruction offset then lane.
   */
  op(name: string, ...immediates: readonly number[]): this {
    return this.#op(name, immediates, 0);
  }

  /**
   * Emits a load or a store of the instance's own memory: one page of 64 KiB that no other instance sees and that
   * is not cleared between calls. With a constant address it needs no bounds check, which an access to the shared
   * memory always does. Of the page only what is touched is resident: the memory plan's baseline covers it.
   */
  opOwn(name: string, ...immediates: readonly number[]): this {
    return this.#op(name, immediates, 1);
  }

  #op(name: string, immediates: readonly number[], memoryIndex: 0 | 1): this {
    const row = opcode(name), { params, result } = row, code = this.#code;
    for (let i = params.length - 1; i >= 0; i--) this.#pop(params[i]!, name);
    if (result !== null) this.#stack.push(result);
    if (row.prefix === 0) code.byte(row.code);
    else if (row.code < 0x80) code.pair(row.prefix, row.code);
    else {
      code.byte(row.prefix);
      code.unsigned(row.code);
    }
    switch (row.immediate) {
      case "none":
        break;
      case "memory":
      case "memory+lane":
        // alignment is a hint; the smallest is always valid. Bit 6: the index of a memory follows
        if (memoryIndex === 0) code.byte(0);
        else {
          code.byte(0x40);
          code.byte(memoryIndex);
        }
        code.unsigned(immediates[0] ?? 0);
        if (row.immediate === "memory+lane") code.byte(immediates[1]!);
        break;
      case "lane":
        code.byte(immediates[0]!);
        break;
      case "shuffle":
        if (immediates.length !== 16) throw new Error(`${this.name}: a shuffle has 16 lanes`);
        code.bytes(immediates);
        break;
      default:
        row.immediate satisfies never;
    }
    if (this.#emitted !== null) this.#record(memoryIndex === 0 ? name : `own ${name}`, immediates);
    return this;
  }

  get(local: Local): this {
    const { index } = local;
    this.#ofLocal(0x20, index);
    this.#stack.push(local.type);
    this.#emitted?.push(this.#control.length, "local.get", index);
    return this;
  }

  set(local: Local): this {
    this.#pop(local.type, "local.set");
    const { index } = local;
    this.#ofLocal(0x21, index);
    this.#emitted?.push(this.#control.length, "local.set", index);
    if (this.#stream !== null) this.#endStatement();
    return this;
  }

  tee(local: Local): this {
    this.#pop(local.type, "local.tee");
    this.#stack.push(local.type);
    this.#ofLocal(0x22, local.index);
    this.#emitted?.push(this.#control.length, "local.tee", local.index);
    return this;
  }

  i32(value: number): this {
    this.#code.byte(0x41);
    this.#code.signed32(value);
    this.#stack.push("i32");
    this.#emitted?.push(this.#control.length, "i32.const", value | 0);
    return this;
  }

  i64(value: bigint): this {
    this.#code.byte(0x42);
    this.#code.signed(BigInt.asIntN(64, value));
    this.#stack.push("i64");
    this.#record("i64.const", BigInt.asIntN(64, value));
    return this;
  }

  f32(value: number): this {
    this.#code.byte(0x43);
    this.#code.f32(value);
    this.#stack.push("f32");
    this.#record("f32.const", Object.is(value, -0) ? "-0" : value);
    return this;
  }

  f64(value: number): this {
    this.#code.byte(0x44);
    this.#code.f64(value);
    this.#stack.push("f64");
    this.#record("f64.const", Object.is(value, -0) ? "-0" : value);
    return this;
  }

  /** a v128 constant in place; in a loop use `hoist` */
  v128(bytes: Uint8Array): this {
    if (bytes.length !== 16) throw new Error(`${this.name}: a v128 has 16 bytes`);
    this.#code.byte(0xfd);
    this.#code.unsigned(12);
    this.#code.bytes(bytes);
    this.#stack.push("v128");
    if (this.#emitted !== null) this.#record("v128.const", bytes.slice());
    return this;
  }

  drop(): this {
    const top = this.#stack.at(-1);
    if (top === undefined) throw new Error(`${this.name}: drop on an empty stack`);
    this.#pop(top, "drop");
    this.#code.byte(0x1a);
    this.#record("drop");
    return this;
  }

  /** `condition` (i32) on top chooses the first (non-zero) or the second of two numbers of one scalar type */
  select(type: "i32" | "i64" | "f32" | "f64"): this {
    this.#pop("i32", "select");
    this.#pop(type, "select");
    this.#pop(type, "select");
    this.#stack.push(type);
    this.#code.byte(0x1b);
    this.#record("select");
    return this;
  }

  #open(byte: number, text: string, isLoop: boolean, result: ValueType | null): Label {
    this.#code.byte(byte);
    this.#code.bytes(result === null ? [0x40] : typeBytes(result));
    this.#record(text);
    return this.#enter(isLoop);
  }

  #enter(isLoop: boolean): Label {
    const label = { depth: this.#control.length, isLoop };
    this.#base = this.#stack.length;
    this.#control.push({ label, height: this.#base });
    return label;
  }

  #leave(): void {
    this.#control.pop();
    this.#base = this.#control.at(-1)?.height ?? 0;
  }

  #close(result: ValueType | null): void {
    if (result !== null) this.#pop(result, "end");
    if (this.#stack.length !== this.#base) throw new Error(`${this.name}: values left on the stack at end`);
    this.#leave();
    this.#code.byte(0x0b);
    this.#record("end");
    if (result === null) this.#endStatement();
    else this.#stack.push(result);
  }

  /** `br(label)` leaves the block */
  block(body: (label: Label) => void): this {
    body(this.#open(0x02, "block", false, null));
    this.#close(null);
    return this;
  }

  /** `br(label)` starts the next round; falling out of the body leaves the loop */
  loop(body: (label: Label) => void): this {
    body(this.#open(0x03, "loop", true, null));
    this.#close(null);
    return this;
  }

  /** pops an i32; runs `then` when it is not zero, else `otherwise` */
  if(then: () => void, otherwise?: () => void, result: ValueType | null = null): this {
    this.#pop("i32", "if");
    this.#open(0x04, "if", false, result);
    then();
    if (otherwise !== undefined) {
      if (result !== null) this.#pop(result, "else");
      if (this.#stack.length !== this.#base) {
        throw new Error(`${this.name}: values left on the stack at else`);
      }
      this.#code.byte(0x05);
      this.#record("else");
      otherwise();
    }
    this.#close(result);
    return this;
  }

  /** an unconditional branch; what follows in the block is dead and must not be emitted */
  br(label: Label): this {
    this.#code.byte(0x0c);
    this.#code.unsigned(this.#control.length - 1 - label.depth);
    this.#record("br", label.depth);
    return this;
  }

  brIf(label: Label): this {
    this.#pop("i32", "br_if");
    this.#code.byte(0x0d);
    this.#code.unsigned(this.#control.length - 1 - label.depth);
    this.#record("br_if", label.depth);
    return this;
  }

  /** calls a function of the same module */
  call(
    target: { index: number; params: readonly ValueType[]; results: readonly ValueType[]; name: string },
  ): this {
    for (let i = target.params.length - 1; i >= 0; i--) this.#pop(target.params[i]!, `call ${target.name}`);
    this.#stack.push(...target.results);
    this.#code.byte(0x10);
    this.#code.unsigned(target.index);
    this.#record("call", `$${target.name}`);
    return this;
  }

  /** pushes the first struct of a list, which is made at the first request */
  firstOf({ index, type }: StructList): this {
    this.#code.bytes([0x23, index, 0xd1]); // global.get, ref.is_null
    this.#stack.push("i32");
    this.if(() => this.#code.bytes([0xfb, 1, index, 0x24, index])); // struct.new_default, global.set
    this.#code.bytes([0x23, index, 0xd4]); // global.get, ref.as_non_null
    this.#stack.push(type);
    this.#record("struct.first", index);
    return this;
  }

  /** pushes a vector of the struct that a local refers to */
  getVector(struct: Local, { index, type }: StructList, vector: number): this {
    this.get(struct).#ofField("struct.get", { index, type }, vector);
    this.#stack.push("v128");
    return this;
  }

  /** a v128 on top becomes that vector of the struct below it */
  setVector({ index, type }: StructList, vector: number): this {
    this.#pop("v128", "struct.set");
    return this.#ofField("struct.set", { index, type }, vector);
  }

  /** the local refers to the next struct of its list from here on; where it was the last, `grows` makes one more */
  toNext(
    struct: Local,
    { index, type, numVectors }: StructList,
    { grows }: { readonly grows: boolean },
  ): this {
    if (grows) {
      this.get(struct).#ofField("struct.get", { index, type }, numVectors);
      this.#code.byte(0xd1); // ref.is_null
      this.#stack.push("i32");
      this.if(() => {
        this.get(struct).#code.bytes([0xfb, 1, index]); // struct.new_default
        this.#ofField("struct.set", { index, type }, numVectors);
      });
    }
    this.get(struct).#ofField("struct.get", { index, type }, numVectors);
    this.#code.byte(0xd4); // ref.as_non_null
    this.#stack.push(type);
    return this.set(struct);
  }

  #ofField(
    name: "struct.get" | "struct.set",
    { index, type }: Pick<StructList, "index" | "type">,
    field: number,
  ): this {
    this.#pop(type, name);
    this.#code.bytes([0xfb, name === "struct.get" ? 2 : 5, index]);
    this.#code.unsigned(field);
    this.#record(name, field);
    return this;
  }

  /** memory.copy: destination, source, numBytes on the stack */
  memoryCopy(): this {
    for (let i = 0; i < 3; i++) this.#pop("i32", "memory.copy");
    this.#code.bytes([0xfc, 10, 0, 0]);
    this.#record("memory.copy");
    return this;
  }

  /** memory.fill: destination, byte value, numBytes on the stack */
  memoryFill(): this {
    for (let i = 0; i < 3; i++) this.#pop("i32", "memory.fill");
    this.#code.bytes([0xfc, 11, 0]);
    this.#record("memory.fill");
    return this;
  }

  /** the function as text, one instruction a line: for snapshots and for people; the builder has to print */
  print(): string {
    const lines: string[] = [], emitted = this.#emitted;
    if (emitted === null) throw new Error(`${this.name}: its builder was not made to print`);
    for (let i = 0; i < emitted.length; i += 3) {
      const [depth, name, immediate] = emitted.slice(i, i + 3), text = immediateText(immediate!);
      lines.push(`${"  ".repeat(Number(depth) + 1)}${name}${text === "" ? "" : ` ${text}`}`);
    }
    return [
      `func $${this.name} (${this.params.map((p) => p.type).join(" ")}) -> (${this.results.join(" ")})`,
      ...[...this.#hoisted.values()].map(({ local, bytes }) => `  hoist ${local.index} = ${hexText(bytes)}`),
      ...lines,
    ].join("\n");
  }

  /** the function's body in the binary format */
  encode(): Uint8Array {
    for (let i = this.results.length - 1; i >= 0; i--) this.#pop(this.results[i]!, "end of function");
    if (this.#stack.length !== 0 || this.#control.length !== 0) {
      throw new Error(`${this.name}: the stack is not empty at the end`);
    }
    this.#stack.push(...this.results);
    const body = new ByteSink();
    const groups: { type: ValueType; count: number }[] = [];
    for (const { type } of this.#locals) {
      const last = groups.at(-1);
      if (last?.type === type) last.count++;
      else groups.push({ type, count: 1 });
    }
    body.unsigned(groups.length);
    for (const { type, count } of groups) {
      body.unsigned(count);
      body.bytes(typeBytes(type));
    }
    for (const { local, bytes } of this.#hoisted.values()) {
      body.bytes([0xfd, 12]);
      body.bytes(bytes);
      body.byte(0x21);
      body.unsigned(local.index);
    }
    body.bytes(this.#code.take());
    body.byte(0x0b);
    return body.take();
  }
}
