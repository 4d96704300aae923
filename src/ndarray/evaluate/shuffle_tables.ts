/**
 * The tables of shuffles by which kernels filter, in the memory of arrays.
 *
 * @module
 */
import { compressTable } from "../../kernel/compile/filtered_store.ts";
import { bytesOf, type Region } from "../../memory/mod.ts";
import type { Itemsize } from "../../plan/loop_kernel.ts";
import { allocateForGood } from "../storage/storage.ts";

const tables = new Map<Itemsize, Region>();

/** The address of the table for elements of that size. */
export function tableAddress(itemsize: Itemsize): number {
  const known = tables.get(itemsize);
  if (known !== undefined) return known.byteOffset;
  const table = compressTable(itemsize);
  const region = allocateForGood(table.length);
  bytesOf(region).set(table);
  tables.set(itemsize, region);
  return region.byteOffset;
}
