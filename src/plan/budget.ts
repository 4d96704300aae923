/**
 * The memory budget of a run: the least of what the user allows, what the pipeline allows and what the container
 * gives. Pure: the caller reads the container's limit (`exec/container_limit.ts`) and hands it in.
 *
 * @module
 */

/** The part of a container's limit that a run plans with: the rest is for the page cache and the kernel's own. */
export const CONTAINER_SHARE = 0.8;

/** What a 32-bit wasm memory can address, and so the most that a budget nobody asked for can be. */
export const ADDRESS_SPACE_BYTES = 4 * 1024 ** 3;

/** The limits that are known. Null where one is not given or cannot be read; all in bytes. */
export interface BudgetLimits {
  /** `--memory` */
  readonly flagBytes: number | null;
  /** the pipeline's `limits.memory` */
  readonly pipelineBytes: number | null;
  /** the smallest limit of the control groups that hold the process */
  readonly containerBytes: number | null;
  /** the machine's memory */
  readonly totalMemoryBytes: number | null;
}

/** The bytes that a run may take, all told, and where the number comes from. */
export interface Budget {
  readonly bytes: number;
  /** as the plan prints it: "--memory", "the pipeline's limits.memory", "80 % of the container's limit", … */
  readonly source: string;
}

/** What is planned with where neither a limit nor the machine's memory is known. */
const UNKNOWN_MACHINE_BYTES = 1024 ** 3;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  tb: 1000 ** 4,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/**
 * Reads a size: "512MiB", "1.5 GiB", "2GB" (10⁹), or plain bytes. Null for anything else, for zero, and for what
 * is beyond 2^53 bytes; a fraction of a byte is dropped. A unit of one letter is refused, since "512M" means one
 * thing to Docker and another to a disk.
 *
 * @example
 * ```ts
 * import { parseSize } from "./budget.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(parseSize("512MiB"), 536_870_912);
 * assert.equal(parseSize("1.5 GB"), 1_500_000_000);
 * assert.equal(parseSize("12 parsecs"), null);
 * ```
 */
export function parseSize(text: string): number | null {
  const match = /^\s*(\d{1,16}(?:\.\d{1,16})?)\s*([a-z]{0,3})\s*$/i.exec(text);
  if (match === null) return null;
  const unit = (match[2] ?? "").toLowerCase();
  if (!Object.hasOwn(UNITS, unit)) return null;
  const bytes = Math.floor(Number(match[1]) * (UNITS[unit] ?? Number.NaN));
  return bytes >= 1 && Number.isSafeInteger(bytes) ? bytes : null;
}

/**
 * The budget: the least of `--memory`, `limits.memory` and 80 % of the container's limit. With none of them,
 * 80 % of the machine's memory, but not more than a wasm memory can address; where that is unknown too, 1 GiB.
 *
 * @example
 * ```ts
 * import { resolveBudget } from "./budget.ts";
 * import assert from "node:assert/strict";
 *
 * const limits = { flagBytes: null, pipelineBytes: 2 ** 29, containerBytes: 2 ** 29, totalMemoryBytes: 2 ** 34 };
 * assert.deepEqual(resolveBudget(limits), { bytes: 429_496_729, source: "80 % of the container's limit" });
 * ```
 */
export function resolveBudget(limits: BudgetLimits): Budget {
  const { flagBytes, pipelineBytes, containerBytes, totalMemoryBytes } = limits;
  const candidates: Budget[] = [];
  if (flagBytes !== null) candidates.push({ bytes: flagBytes, source: "--memory" });
  if (pipelineBytes !== null) {
    candidates.push({ bytes: pipelineBytes, source: "the pipeline's limits.memory" });
  }
  if (containerBytes !== null) {
    candidates.push({ bytes: share(containerBytes), source: "80 % of the container's limit" });
  }
  const [first, ...others] = candidates;
  if (first !== undefined) return others.reduce((a, b) => (b.bytes < a.bytes ? b : a), first);
  if (totalMemoryBytes === null) {
    return { bytes: UNKNOWN_MACHINE_BYTES, source: "1 GiB, as the machine's memory cannot be read" };
  }
  const bytes = share(totalMemoryBytes);
  return bytes > ADDRESS_SPACE_BYTES
    ? { bytes: ADDRESS_SPACE_BYTES, source: "the address space of a wasm memory" }
    : { bytes, source: "80 % of the machine's memory" };
}

function share(bytes: number): number {
  return Math.floor(bytes * CONTAINER_SHARE);
}

/** What a help says of a budget that is too small for a run of so many bytes. */
export function raiseText({ source }: Budget, bytes: number): string {
  if (source === "--memory") return `allow more: --memory ${memoryFlagText(bytes)}`;
  if (source.startsWith("the pipeline")) {
    return `allow more in the pipeline file: limits: { memory: "${memoryFlagText(bytes)}" }`;
  }
  if (source.includes("container")) {
    return `give the container at least ${memoryFlagText(bytes / CONTAINER_SHARE)}`;
  }
  return `run where ${memoryFlagText(bytes)} are free, with --memory ${memoryFlagText(bytes)}`;
}

/** Bytes rounded up to whole MiB, as `--memory` takes them: "612MiB". */
function memoryFlagText(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)}MiB`;
}
