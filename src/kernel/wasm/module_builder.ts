/**
 * A builder of WebAssembly modules.
 *
 * @module
 */
import { ByteSink } from "./encode.ts";
import type { VectorBits } from "../vector_bits.ts";
import { FunctionBuilder, type PrintOption, type StructList } from "./function_builder.ts";
import { typeBytes, type ValueType } from "./opcodes.ts";

/** What a module's code is written for. */
export interface ModuleOptions extends PrintOption {
  /** the engine's vectors: of 256 bits, code comes in pairs of operations that V8 joins. Default: 128 */
  readonly vectorBits?: VectorBits;
}

/** A function of a module under construction. */
export interface ModuleFunction {
  readonly index: number;
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/**
 * Builds a module of functions over one imported shared memory (`env.memory`), and a small one of the instance's
 * own where `useOwnMemory` asks for it. Functions are exported under their names.
 */
export class ModuleBuilder {
  #hasOwnMemory = false;
  readonly #lists: StructList[] = [];
  readonly #functions: { declared: ModuleFunction; builder: FunctionBuilder }[] = [];
  readonly #helpers = new Map<string, ModuleFunction>();
  readonly #option: PrintOption;
  readonly vectorBits: VectorBits;

  constructor({ vectorBits = 128, ...option }: ModuleOptions = {}) {
    this.vectorBits = vectorBits;
    this.#option = option;
  }

  /** gives instances a page of their own, for `opOwn` */
  useOwnMemory(): void {
    this.#hasOwnMemory = true;
  }

  /** gives instances a list of structs of that many vectors each */
  structList(numVectors: number): StructList {
    const list = { index: this.#lists.length, numVectors, type: `struct ${this.#lists.length}` } as const;
    this.#lists.push(list);
    return list;
  }

  /** adds a function; `build` emits its body */
  add(
    name: string,
    params: readonly ValueType[],
    results: readonly ValueType[],
    build: (f: FunctionBuilder) => void,
  ): ModuleFunction {
    const builder = new FunctionBuilder(name, params, results, this.#option);
    build(builder);
    const declared = { index: this.#functions.length, name, params, results };
    this.#functions.push({ declared, builder });
    return declared;
  }

  /**
   * A function that several others of the module call: built at the first request for its name. It takes the next free
   * index, which is right also while other functions are under construction, because a function's own index is taken
   * after its body.
   */
  helper(
    name: string,
    params: readonly ValueType[],
    results: readonly ValueType[],
    build: (f: FunctionBuilder) => void,
  ): ModuleFunction {
    const known = this.#helpers.get(name);
    if (known !== undefined) return known;
    const declared = this.add(name, params, results, build);
    this.#helpers.set(name, declared);
    return declared;
  }

  /** all functions as text; the builder has to print */
  print(): string {
    return this.#functions.map(({ builder }) => builder.print()).join("\n\n") + "\n";
  }

  /**
   * The module in the binary format, for any memory; or for one that has exactly so many pages and never more, whose
   * size the engine need not read again behind every store.
   */
  encode(fixedPages: number | null = null): Uint8Array<ArrayBuffer> {
    return this.finish().encode(fixedPages);
  }

  /** the module, to which no function is added any more, but for the memory that it will run on */
  finish(): FinishedModule {
    const types = new ByteSink(), functions = new ByteSink(), exports = new ByteSink(), code = new ByteSink();
    const numLists = this.#lists.length;
    // the types of the structs come first, so that their indices are those of the lists
    types.unsigned(numLists + this.#functions.length);
    for (const list of this.#lists) writeStructType(types, list);
    for (const section of [functions, exports, code]) section.unsigned(this.#functions.length);
    this.#functions.forEach(({ declared, builder }, index) => {
      types.byte(0x60);
      for (const list of [declared.params, declared.results]) {
        types.unsigned(list.length);
        for (const type of list) types.bytes(typeBytes(type));
      }
      functions.unsigned(numLists + index);
      exports.name(declared.name);
      exports.byte(0);
      exports.unsigned(index);
      const body = builder.encode();
      code.unsigned(body.length);
      code.bytes(body);
    });
    const head = new ByteSink(), tail = new ByteSink();
    head.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    head.section(1, types);
    tail.section(3, functions);
    if (this.#hasOwnMemory) {
      const memories = new ByteSink();
      memories.bytes([1, 0x01, 1, 1]); // one memory: a page, at most a page
      tail.section(5, memories);
    }
    if (numLists > 0) {
      const globals = new ByteSink();
      globals.unsigned(numLists);
      // the first struct of each: mutable, null at first
      for (const list of this.#lists) globals.bytes([...nextType(list), 1, 0xd0, list.index, 0x0b]);
      tail.section(6, globals);
    }
    tail.section(7, exports);
    tail.section(10, code);
    return new FinishedModule(head.take(), tail.take());
  }
}

/** a struct or null */
const nextType = ({ index }: StructList) => [0x63, index] as const;

/** The type of a list's structs: the vectors, behind them the next struct, all mutable. */
function writeStructType(types: ByteSink, list: StructList): void {
  types.byte(0x5f);
  types.unsigned(list.numVectors + 1);
  for (let i = 0; i < list.numVectors; i++) types.bytes([...typeBytes("v128"), 1]);
  types.bytes([...nextType(list), 1]);
}

/** A module as bytes before and behind the import of its memory: small beside the instructions that it was made of. */
export class FinishedModule {
  readonly #head: Uint8Array;
  readonly #tail: Uint8Array;

  constructor(head: Uint8Array, tail: Uint8Array) {
    this.#head = head.slice();
    this.#tail = tail.slice();
  }

  /** see `ModuleBuilder.encode` */
  encode(fixedPages: number | null = null): Uint8Array<ArrayBuffer> {
    const imports = new ByteSink(), module = new ByteSink();
    imports.unsigned(1);
    imports.name("env");
    imports.name("memory");
    imports.bytes([0x02, 0x03]); // a memory, shared, with a maximum
    imports.unsigned(fixedPages ?? 1);
    imports.unsigned(fixedPages ?? 65536);
    module.bytes(this.#head);
    module.section(2, imports);
    module.bytes(this.#tail);
    return module.take();
  }
}
