/** Linear memory: regions, the arena of a run, the heap of the eager API. */
export * from "./arena.ts";
export * from "./fixed_pages.ts";
export * from "./heap.ts";
export * from "./linear_memory.ts";
export * from "./region.ts";
