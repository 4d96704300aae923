/**
 * The memory limit of the container: the smallest limit of the control groups that hold this process, by cgroup
 * v2 or v1. The process's group is named in `/proc/self/cgroup`; each of its parents may limit it too. Inside a
 * container the group's path may be the host's, which does not exist here: then the mount's root is the group.
 *
 * Deno opens `/proc` and `/sys` only with every permission granted. A run with the usual permission set therefore
 * reads them through `cat`, which sits in the same control group, and where that is not allowed either asks Deno
 * itself (`process.constrainedMemory`, which sees the process's own group but not its parents).
 *
 * Source: Linux kernel, admin-guide/cgroup-v2 ("memory.max") and cgroup-v1/memory ("memory.limit_in_bytes").
 *
 * @module
 */

/** Reads a small text file; null when it does not exist or may not be read. */
export type FileReader = (path: string) => string | null;

/** A limit and the file that states it. */
export interface ContainerLimit {
  readonly bytes: number;
  readonly path: string;
}

/** cgroup v1 says "no limit" with 2^63 rounded down to a page; nothing this large is a limit. */
const NO_LIMIT_BYTES = 2 ** 53;

/**
 * The smallest limit of the process's control groups, read with `read`; null when nothing limits the process.
 *
 * @example
 * ```ts
 * import { findContainerLimit } from "./container_limit.ts";
 * import assert from "node:assert/strict";
 *
 * const files: Record<string, string> = {
 *   "/proc/self/cgroup": "0::/jobs/nightly\n",
 *   "/sys/fs/cgroup/jobs/nightly/memory.max": "max\n",
 *   "/sys/fs/cgroup/jobs/memory.max": "1073741824\n",
 * };
 * const limit = findContainerLimit((path) => files[path] ?? null);
 * assert.deepEqual(limit, { bytes: 1_073_741_824, path: "/sys/fs/cgroup/jobs/memory.max" });
 * ```
 */
export function findContainerLimit(read: FileReader): ContainerLimit | null {
  const groups = read("/proc/self/cgroup");
  return groups === null ? null : leastLimit(limitFiles(groups), read);
}

function leastLimit(paths: readonly string[], read: FileReader): ContainerLimit | null {
  let least: ContainerLimit | null = null;
  for (const path of paths) {
    const bytes = parseLimit(read(path));
    if (bytes !== null && (least === null || bytes < least.bytes)) least = { bytes, path };
  }
  return least;
}

/** The files that may limit the process, from its own group up to the root. */
function limitFiles(groups: string): string[] {
  const files: string[] = [];
  for (const line of groups.split("\n")) {
    // hierarchy:controllers:path, where the path itself may hold colons
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (match === null) continue;
    const [, controllers = "", path = "/"] = match;
    if (controllers === "") {
      // a machine that has v1 and v2 mounts v2's tree beside v1's
      files.push(...upwards("/sys/fs/cgroup", path, "memory.max"));
      files.push(...upwards("/sys/fs/cgroup/unified", path, "memory.max"));
    } else if (controllers.split(",").includes("memory")) {
      files.push(...upwards("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes"));
    }
  }
  return files;
}

function upwards(root: string, path: string, file: string): string[] {
  // a path may begin with "/.." when the process sits outside its cgroup namespace: only the root is left then
  const parts = path.split("/").filter((part) => part !== "");
  const depth = parts.includes("..") ? 0 : parts.length;
  return Array.from({ length: depth + 1 }, (_, up) => [root, ...parts.slice(0, depth - up), file].join("/"));
}

function parseLimit(text: string | null): number | null {
  if (text === null || !/^\s*\d+\s*$/.test(text)) return null; // "max" is no limit
  const bytes = Number(text);
  return bytes > 0 && bytes < NO_LIMIT_BYTES ? bytes : null;
}

/** The limit of the container that holds this process; null outside Linux and where nothing limits it. */
export function containerLimit(): ContainerLimit | null {
  if (Deno.build.os !== "linux") return null;
  const groups = readSystemFile("/proc/self/cgroup");
  if (groups !== null) {
    const paths = limitFiles(groups);
    // one process for all files tells whether any of them states a limit: mostly none does
    const limits = mayReadDirectly() ? null : readThroughCat(paths);
    if (limits !== null && limits.split("\n").every((line) => parseLimit(line) === null)) return null;
    return leastLimit(paths, readSystemFile);
  }
  if (!isGranted({ name: "sys", kind: "systemMemoryInfo" })) return null;
  // deno-lint-ignore no-process-global -- importing node:process takes as long as planning, and is rarely needed
  const bytes = process.constrainedMemory();
  return bytes > 0 && bytes < NO_LIMIT_BYTES ? { bytes, path: "the process's control group" } : null;
}

/** The machine's memory in bytes; null where it may not be read. */
export function totalMemoryBytes(): number | null {
  return isGranted({ name: "sys", kind: "systemMemoryInfo" }) ? Deno.systemMemoryInfo().total : null;
}

/** Reads a file of `/proc` or `/sys` in one of the two ways that the head of this file tells of. */
export function readSystemFile(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    return error instanceof Deno.errors.NotCapable ? readThroughCat([path]) : null;
  }
}

/** Whether `readSystemFile` has a way to read, as far as permissions tell. */
export function mayReadSystemFiles(): boolean {
  return Deno.build.os === "linux" && (isGranted({ name: "run", command: "cat" }) || mayReadDirectly());
}

function mayReadDirectly(): boolean {
  try {
    Deno.readTextFileSync("/proc/self/cgroup");
    return true;
  } catch {
    return false;
  }
}

/** What the files hold, one behind the other; those that do not exist are passed over, null where none does. */
function readThroughCat(paths: readonly string[]): string | null {
  if (!isGranted({ name: "run", command: "cat" })) return null;
  try {
    const { stdout } = new Deno.Command("cat", { args: [...paths], stdin: "null", stderr: "null" })
      .outputSync();
    return stdout.length > 0 ? new TextDecoder().decode(stdout) : null;
  } catch {
    return null; // there is no cat
  }
}

/** Asks without prompting. */
function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}
