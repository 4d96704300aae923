/**
 * In which order `einsum` contracts its operands, two at a time.
 *
 * Source: D. G. A. Smith and J. Gray, "opt_einsum", JOSS 3(26), 2018 (the greedy cost).
 *
 * @module
 */
import { refuseArgument } from "../storage/rows.ts";
import type { Contraction, Label } from "./einsum_notation.ts";

/** How the order is found: fewest multiplications, a greedy choice (also true), as written (also false), or given. */
export type PathChoice =
  | "optimal"
  | "greedy"
  | "written"
  | boolean
  | readonly (readonly number[])[]
  /** a path as NumPy's `einsum_path` gives it */
  | readonly ["einsum_path", ...(readonly number[])[]];

/** Positions of the operands of each step; its result is put behind those that are left. */
export type Path = readonly (readonly number[])[];

/** Beyond so many operands the search for the best order gives way to the greedy one. */
const MOST_SEARCHED = 8;

type Terms = readonly (readonly Label[])[];

/** The labels that the contraction of two terms keeps: those that others or the result have. */
export function keptLabels(pair: Terms, others: Terms, output: readonly Label[]): Label[] {
  const needed = new Set([...others.flat(), ...output]);
  return [...new Set(pair.flat())].filter((label) => needed.has(label));
}

function sizeOf(labels: Iterable<Label>, sizes: ReadonlyMap<Label, number>): number {
  let size = 1;
  for (const label of labels) size *= sizes.get(label)!;
  return size;
}

/** multiplications of contracting a pair: every combination of its labels */
function pairCost(pair: Terms, sizes: ReadonlyMap<Label, number>): number {
  return sizeOf(new Set(pair.flat()), sizes);
}

function afterStep(terms: Terms, step: readonly number[], output: readonly Label[]): Terms {
  const others = terms.filter((_, i) => !step.includes(i));
  return [...others, keptLabels(step.map((i) => terms[i]!), others, output)];
}

/** the pair whose result grows memory least; of equals, with the fewest multiplications, then the first */
function greedyStep(terms: Terms, { sizes, output }: Contraction): readonly number[] {
  let best: readonly number[] = [0, 1], bestGrowth = Infinity, bestCost = Infinity;
  for (let i = 0; i < terms.length; i++) {
    for (let j = i + 1; j < terms.length; j++) {
      const pair = [terms[i]!, terms[j]!];
      const kept = afterStep(terms, [i, j], output).at(-1)!;
      const growth = sizeOf(kept, sizes) - sizeOf(pair[0]!, sizes) - sizeOf(pair[1]!, sizes);
      const cost = pairCost(pair, sizes);
      if (growth > bestGrowth || (growth === bestGrowth && cost >= bestCost)) continue;
      [best, bestGrowth, bestCost] = [[i, j], growth, cost];
    }
  }
  return best;
}

function greedyPath(contraction: Contraction): Path {
  const path: (readonly number[])[] = [];
  for (let terms: Terms = contraction.inputs; terms.length > 1;) {
    const step = greedyStep(terms, contraction);
    path.push(step);
    terms = afterStep(terms, step, contraction.output);
  }
  return path;
}

/** depth first, cut where a path costs as much as the best one known */
function optimalPath(contraction: Contraction): Path {
  const { sizes, output } = contraction;
  let best = greedyPath(contraction), bestCost = pathCost(contraction, best);
  const search = (terms: Terms, path: Path, cost: number): void => {
    if (cost >= bestCost) return;
    if (terms.length === 1) {
      [best, bestCost] = [path, cost];
      return;
    }
    for (let i = 0; i < terms.length; i++) {
      for (let j = i + 1; j < terms.length; j++) {
        const step = [i, j];
        search(
          afterStep(terms, step, output),
          [...path, step],
          cost + pairCost([terms[i]!, terms[j]!], sizes),
        );
      }
    }
  };
  search(contraction.inputs, [], 0);
  return best;
}

/** The multiplications of a path. */
export function pathCost({ inputs, sizes, output }: Contraction, path: Path): number {
  let terms: Terms = inputs, cost = 0;
  for (const step of path) {
    cost += pairCost(step.map((i) => terms[i]!), sizes);
    terms = afterStep(terms, step, output);
  }
  return cost;
}

/** The order of contraction. Refused: ARR002 for what is no way to choose, or a given path that is none. */
export function contractionPath(contraction: Contraction, choice: PathChoice): Path {
  const count = contraction.inputs.length;
  if (count === 1) return [[0]];
  if (choice === true || choice === "greedy" || (choice === "optimal" && count > MOST_SEARCHED)) {
    return greedyPath(contraction);
  }
  if (choice === "optimal") return optimalPath(contraction);
  if (choice === false || choice === "written") {
    // the running product is put last, the next operand is the first of those that are left
    return Array.from({ length: count - 1 }, (_, i) => i === 0 ? [0, 1] : [0, count - 1 - i]);
  }
  if (!Array.isArray(choice)) {
    const known = `"greedy", "optimal", "written", true, false, or a list of steps`;
    refuseArgument(`einsum chooses its path by ${known}, not ${JSON.stringify(choice)}`);
  }
  const steps = (choice[0] === "einsum_path" ? choice.slice(1) : choice) as readonly unknown[];
  let left = count;
  for (const step of steps) {
    const isStep = Array.isArray(step) && step.length > 0 && new Set(step).size === step.length &&
      step.every((i) => Number.isInteger(i) && i >= 0 && i < left);
    if (!isStep) {
      refuseArgument(
        `einsum cannot follow the path ${JSON.stringify(choice)}: of ${left} operands it takes ${step}`,
      );
    }
    left += 1 - (step as readonly number[]).length;
  }
  if (left !== 1) {
    refuseArgument(`einsum cannot follow the path ${JSON.stringify(choice)}: ${left} operands are left`);
  }
  return steps as Path;
}
