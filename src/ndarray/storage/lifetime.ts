/**
 * Who holds the bytes of arrays. Every array handle has a lease on a storage. The lease ends when the handle is
 * disposed of (by `using`, `dispose()` or the end of a `scope`), or, as the net, when the handle is collected.
 *
 * @module
 */
import { MemoryError } from "../../errors.ts";
import type { Storage } from "./storage.ts";
import { Unpacked } from "./unpacked.ts";

/** structuredClone and postMessage throw at a symbol and show it: what they would make has no elements. */
const NOT_CLONED = Symbol("an array is not cloned: send its toTypedArray() and shape");

/** A holder of a storage. */
export class Lease {
  readonly notCloned = NOT_CLONED;
  #storage: Storage | null;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.hold();
  }

  get isOver(): boolean {
    return this.#storage === null;
  }

  /** once is enough; further calls do nothing */
  end(): void {
    this.#storage?.release();
    this.#storage = null;
  }
}

/** What a scope ends. */
export interface Leased {
  readonly lease: Lease;
}

const net = new FinalizationRegistry<Lease>((lease) => lease.end());
const scopes: Set<Leased>[] = [];

/** Registers a new handle with the innermost scope and with the net. */
export function register(handle: Leased): void {
  net.register(handle, handle.lease, handle.lease);
  scopes.at(-1)?.add(handle);
}

/** Ends a handle's lease. */
export function endLease(handle: Leased): void {
  net.unregister(handle.lease);
  handle.lease.end();
  for (const scope of scopes) scope.delete(handle);
}

/** Ends the lease of a storage when an object that reads its bytes is collected. */
export function holdFor(reader: object, storage: Storage): void {
  const lease = new Lease(storage);
  net.register(reader, lease);
}

/** Refuses to touch what was disposed of. */
export function refuseEnded({ lease }: Leased, what: string): void {
  if (!lease.isOver) return;
  throw new MemoryError("MEM006", `${what} is used after it was disposed of`, {
    help: "dispose of an array after its last use; what a scope returns outlives the scope",
  });
}

/**
 * Runs a function and then disposes of the arrays that were made in it, but for those that it returns: an array, or
 * arrays in lists and plain objects. Scopes nest.
 *
 * @throws {TypeError} when the function is asynchronous: other code would run inside the scope
 * @example
 * ```ts
 * import { arange, memoryStatistics, scope } from "ndpipe/ndarray";
 * import { strictEqual } from "node:assert/strict";
 * const before = memoryStatistics().numStorages;
 * using total = scope(() => arange(1000).mul(2).add(1).sum());
 * strictEqual(total.item(), 1_000_000);
 * strictEqual(memoryStatistics().numStorages, before + 1);
 * ```
 */
export function scope<T>(run: () => T): T {
  const own = new Set<Leased>();
  scopes.push(own);
  let result: T;
  try {
    result = run();
    if (result instanceof Promise) throw new TypeError("scope takes a function that is not asynchronous");
    keepReturned(result, own);
  } finally {
    scopes.splice(scopes.indexOf(own), 1);
    for (const handle of [...own]) endLease(handle);
  }
  return result;
}

/** takes what is returned out of a scope, into the one around it */
function keepReturned(value: unknown, own: Set<Leased>): void {
  if (typeof value !== "object" || value === null) return;
  if (own.delete(value as Leased)) {
    scopes.at(-2)?.add(value as Leased);
    return;
  }
  // what unpacks may have more names than places
  if (value instanceof Unpacked || Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) keepReturned(item, own);
  } else if (Array.isArray(value)) { for (const item of value) keepReturned(item, own); }
}
