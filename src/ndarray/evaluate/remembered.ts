/**
 * What an operation did, remembered: of operands of the same dtypes, shapes and strides it does the same again, so that
 * a call of little pays for no graph. The first call runs as every operation does, and the kernel call that it makes is
 * recorded; later ones make that kernel call, with addresses of their own.
 *
 * Only what a single kernel call does into a new array is remembered, or a single reduction in blocks.
 *
 * @module
 */
import type { ScalarValue } from "../../expr/graph.ts";
import { arraysMemory, type Demand, Storage } from "../storage/storage.ts";
import { addressOf, describe, type Strided } from "../storage/strided.ts";
import { ClockCache } from "./clock_cache.ts";
import { demandOf } from "./evaluate.ts";
import { growthHelp } from "./growth_help.ts";
import {
  isScalarAddress,
  placeNumbers,
  type RecordedCall,
  recordLoopKernels,
  type ScratchNumber,
  startLoopKernel,
} from "./kernel_cache.ts";
import { runBlocks } from "./run_kernel.ts";

/** Where a pointer of the kernel call points: an operand, the result (-1), or none that changes (null). */
type Target = number | null;

interface Recipe {
  readonly recorded: RecordedCall;
  /** for each operand of the kernel */
  readonly targets: readonly Target[];
  /** the plain numbers, as they lie in scratch */
  readonly scalars: readonly ScratchNumber[];
  readonly result: Omit<Strided, "storage">;
  readonly numBytes: number;
}

/** The most operations that are remembered. */
const MAX_RECIPES = 1024;
/** null: not done by one kernel call */
const recipes = new ClockCache<Recipe | null>(MAX_RECIPES);

/** A plain number in a key: zeros of both signs differ, and so do numbers, bigints and bools. */
export function scalarKey(value: ScalarValue): string {
  return Object.is(value, -0) ? "-0" : typeof value === "bigint" ? `${value}n` : String(value);
}

/** What an operation depends on in its operands, beside their elements; null: they differ in shape. */
export function operandsKey(views: readonly Strided[]): string | null {
  const [first] = views;
  let key = "";
  for (const [i, { dtype, shape, strides, storage, offset }] of views.entries()) {
    if (i > 0) {
      if (shape.length !== first!.shape.length) return null;
      for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== first!.shape[axis]) return null;
    }
    // which operand has the address first: one that stands twice is one operand of a kernel
    const same = i === 0 ? 0 : views.findIndex((view) => view.storage === storage && view.offset === offset);
    key += `${dtype} ${shape} ${strides} ${same};`;
  }
  return key;
}

/**
 * Runs an operation that makes a new array, or does again what it did.
 *
 * @param key the operation with all it depends on but elements and addresses; null: it is run
 */
export function remembered(
  key: string | null,
  views: readonly Strided[],
  run: () => Strided,
): Strided {
  if (key === null) return run();
  const recipe = recipes.get(key);
  if (recipe === null) return run();
  if (recipe !== undefined) return replay(key, recipe, views);
  let result: Strided | undefined;
  const calls = recordLoopKernels(() => {
    result = run();
  });
  recipes.set(key, recipeOf(calls, views, result!));
  return result!;
}

function recipeOf(
  calls: readonly RecordedCall[],
  views: readonly Strided[],
  result: Strided,
): Recipe | null {
  const [recorded, ...more] = calls;
  if (recorded === undefined || more.length > 0 || views.some(({ storage }) => storage === result.storage)) {
    return null;
  }
  const addresses = views.map(addressOf), place = addressOf(result);
  const scalars: ScratchNumber[] = [];
  const targets: Target[] = [];
  for (const pointer of recorded.pointers) {
    const operand = addresses.indexOf(pointer);
    if (isScalarAddress(pointer)) {
      const [low, high] = new Int32Array(arraysMemory().buffer, pointer, 2);
      scalars.push({ address: pointer, low: low!, high: high! });
      targets.push(null);
    } else if (pointer === place) targets.push(-1);
    else if (operand >= 0) targets.push(operand);
    else return null;
  }
  const { storage, ...rest } = result;
  return { recorded, targets, scalars, result: rest, numBytes: storage.byteLength };
}

/** the operation of a key */
function operationOf(key: string): string {
  return key.slice(0, key.indexOf("|"));
}

/** What is allocated, in words only where it is refused. A class: getters of a literal are a hidden class each time. */
class RecipeDemand implements Demand {
  readonly key: string;
  readonly recipe: Recipe;
  readonly views: readonly Strided[];

  constructor(key: string, recipe: Recipe, views: readonly Strided[]) {
    this.key = key;
    this.recipe = recipe;
    this.views = views;
  }

  get numBytes(): number {
    return this.recipe.numBytes;
  }

  get sentence(): string {
    return `${operationOf(this.key)} gives ${describe(this.recipe.result)}`;
  }

  get operands(): readonly string[] {
    return this.views.map(describe);
  }

  meant(): string | null {
    return growthHelp(operationOf(this.key), this.views, this.recipe.result);
  }
}

function replay(key: string, recipe: Recipe, views: readonly Strided[]): Strided {
  const { recorded: { call, pointers: before }, targets, scalars, result } = recipe;
  // all are alive, or this throws before anything is allocated
  const addresses = views.map(addressOf);
  const storage = Storage.allocate(new RecipeDemand(key, recipe, views));
  const made = { ...result, storage };
  const place = addressOf(made);
  const pointers = targets.map((target, i) =>
    target === null ? before[i]! : target < 0 ? place : addresses[target]!
  );
  placeNumbers(scalars);
  if ("run" in call) {
    startLoopKernel(call, pointers);
    return made;
  }
  try {
    runBlocks(call, pointers, (partial) => demandOf(operationOf(key), views, partial));
    return made;
  } catch (error) {
    storage.freeUnheld();
    throw error;
  }
}
