/**
 * Functions that are made of others: a refusal of memory names the one that was called.
 *
 * @module
 */
import { MemoryError } from "../../errors.ts";
import { memoryHelp, saysWhatWasMeant } from "./storage.ts";

/** How the sentence of a refusal begins: "mul gives f64 (3, 4)", "sort takes work space". */
const PART = /^[\w.]+ (?:gives|takes|needs) /;

/**
 * What `run` gives. Where memory is refused in it, the refusal names `callee`, of which it is the inside, and not the
 * part that asked for the memory; `help`, where it is not null, is told before what helps everywhere.
 *
 * @throws {MemoryError} MEM005
 */
export function called<T>(callee: string, run: () => T, help: string | null = null): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof MemoryError) || error.code !== "MEM005" || !PART.test(error.message)) throw error;
    const { operands, notes } = error;
    // what was meant by the operands of a part: nobody wrote them
    const rest = saysWhatWasMeant(error) ? memoryHelp() : error.help;
    throw new MemoryError("MEM005", error.message.replace(PART, `${callee} needs `), {
      operands,
      notes,
      help: help === null ? rest : `${help}; else ${rest}`,
      cause: error,
    });
  }
}
