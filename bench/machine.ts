/**
 * The machine that a measurement belongs to: the processor's model and its number of cores, and what it copies.
 *
 * @module
 */
import { cpus } from "node:os";
import { cpuUsage } from "node:process";
import { sample } from "./sample.ts";

/** What is written beside a measurement. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly os: string;
  readonly arch: string;
  /** a copy of 20 MB within one memory: bytes read a second, in GB/s */
  readonly copyGBs: number;
}

export function describeMachine(): Machine {
  const list = cpus();
  return {
    cpu: list[0]?.model ?? "unknown",
    cores: list.length,
    os: Deno.build.os,
    arch: Deno.build.arch,
    copyGBs: measureCopy(),
  };
}

function measureCopy(): number {
  const bytes = 20_000_000;
  const memory = new Uint8Array(2 * bytes).fill(1);
  const seconds = Array.from({ length: 11 }, () => {
    const started = performance.now();
    memory.copyWithin(bytes, 0, bytes);
    return (performance.now() - started) / 1000;
  });
  return bytes / sample(seconds).median / 1e9;
}

/** Processes that wanted to run in the last minute: what else the machine did. */
export function loadAverage(): string {
  return (Deno.loadavg()[0] ?? 0).toFixed(1);
}

/**
 * Processor seconds of the whole machine and of this process, from now on. What the host of a virtual machine takes
 * away from it counts as another process's: it is no idle time, and no process of this system has it.
 */
export class ProcessorClock {
  readonly #started = performance.now();
  readonly #busy = busySeconds();
  readonly #own = cpuUsage();

  /** cores that others kept busy since then, on average; null where the system does not tell */
  othersCores(): number | null {
    const busy = busySeconds();
    if (busy === null || this.#busy === null) return null;
    const { user, system } = cpuUsage(this.#own), seconds = (performance.now() - this.#started) / 1000;
    return Math.max(0, busy - this.#busy - (user + system) / 1e6) / seconds;
  }
}

/** Seconds that all cores were not idle since the start of the machine, in steps of a hundredth. */
function busySeconds(): number | null {
  return Deno.build.os === "linux" ? busyOfLinux(Deno.readTextFileSync("/proc/stat")) : busyOfCpus();
}

/** ticks of /proc/stat a second (USER_HZ), the same on every architecture that Deno has */
const TICKS_PER_SECOND = 100;

/** Source: proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already. */
function busyOfLinux(stat: string): number {
  const [user, nice, system, , , irq, softirq, steal] = stat.split("\n")[0]!.split(/ +/).slice(1).map(Number);
  return [user, nice, system, irq, softirq, steal].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) /
    TICKS_PER_SECOND;
}

function busyOfCpus(): number | null {
  const times = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq);
  return times.length === 0 ? null : times.reduce((sum, each) => sum + each, 0) / 1000;
}
