/**
 * Random numbers, as NumPy's `random` with its bit generator Philox: counter-based, so that parts of a stream can be made
 * apart and agree.
 *
 * @module
 */
export type { ChoiceOptions } from "./choice.ts";
export type { Size } from "./draws.ts";
export {
  defaultRng,
  type FloatOption,
  Generator,
  type IntegersOptions,
  type SizeOption,
} from "./generator.ts";
export { Philox, type PhiloxOptions, type PhiloxState } from "./philox.ts";
export { type Seed, SeedSequence } from "./seed_sequence.ts";
