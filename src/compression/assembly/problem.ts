/** Why a decoder stopped: 0 it did not; the numbers are named in ../compression_module.ts. */
export let problem: u32 = 0;

export const CUT_SHORT: u32 = 1;
export const TOO_LONG: u32 = 2;
export const BEFORE_WINDOW: u32 = 3;

export function clearProblem(): void {
  problem = 0;
}

/** Remembers why, and gives what a decoder then returns. */
export function stop(why: u32): usize {
  problem = why;
  return 0;
}
