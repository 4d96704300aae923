/** Time that a thread computes: it stands still where others have the processor. @module */
import process from "node:process";

/** Milliseconds of processor time that this thread had so far; the system may count them in steps of ten. */
export function cpuMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
