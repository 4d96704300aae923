/**
 * Descriptors of named i32 words, through which JavaScript tells an emitted function its pointers, sizes and
 * strides.
 *
 * @module
 */
import type { FunctionBuilder, Local } from "../wasm/function_builder.ts";

/** Writes `values` at `pointer` in the order of `words`; addresses beyond 2 GiB and negative strides alike. */
export function writeWords<Word extends string>(
  memory: WebAssembly.Memory,
  at: { readonly pointer: number; readonly words: readonly Word[] },
  values: Readonly<Record<Word, number>>,
): void {
  const view = new DataView(memory.buffer, at.pointer, at.words.length * 4);
  at.words.forEach((word, index) => view.setInt32(index * 4, values[word], true));
}

/** Emits the loads of all words of the descriptor whose address is the function's first parameter. */
export function loadWords<Word extends string>(
  f: FunctionBuilder,
  words: readonly Word[],
): Record<Word, Local> {
  const loaded: Partial<Record<Word, Local>> = {};
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const local = loaded[word] = f.local("i32");
    f.get(f.params[0]!).op("i32.load", index * 4).set(local);
  }
  return loaded as Record<Word, Local>;
}
