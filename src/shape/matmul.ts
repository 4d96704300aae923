/**
 * Products of matrices and vectors.
 *
 * @module
 */
import { broadcastShapes, matchAxis, Mismatch, renameHint } from "./broadcast.ts";
import { Refusal, refuse } from "./refusal.ts";
import { isSymbol, type Rule, type Shape, showShape, symbolsOf } from "./shape.ts";

/** What the author may have meant by factors whose inner axes differ. Rows are never what is summed over. */
function innerHint(a: Shape, b: Shape, inner: Mismatch): string | null {
  if (inner.kind === "label" && !isSymbol(inner.a) && !isSymbol(inner.b)) {
    return renameHint(b, {
      axis: b.length === 1 ? 0 : b.length - 2,
      x: inner.a,
      fits: (renamed) => {
        const product = matmulShape(a, renamed);
        return !(product instanceof Refusal) && symbolsOf(product).length === product.filter(isSymbol).length;
      },
    });
  }
  if (b.length === 2 && isSymbol(b[0]!)) {
    if (isSymbol(a[0]!)) {
      const isAlike = !(broadcastShapes(a, b) instanceof Refusal);
      return isAlike ? "for one product a row, use .mul(...) and .sum(-1)" : null;
    }
    const swapped = matchAxis(b[1]!, a[0]!) instanceof Mismatch;
    return swapped || a.length > 2 ? null : `rows come first: use .matmul(...) on ${showShape(b)}`;
  }
  const isTransposed = b.length === 2 && !(matchAxis(a.at(-1)!, b[1]!) instanceof Mismatch);
  return isTransposed ? `use .transpose() on ${showShape(b)}` : null;
}

/**
 * NumPy's `matmul`: (…, m, k) with (…, k, n) gives (…, m, n); an operand of one axis is a row on the left, a
 * column on the right, and its axis is gone from the result. Leading axes broadcast under the strict rule.
 * Refused: SHP007, SHP002 for labels, and what `broadcastShapes` refuses.
 */
export function matmulShape(a: Shape, b: Shape): Rule {
  const cannot = `cannot matmul ${showShape(a)} with ${showShape(b)}`;
  if (a.length === 0 || b.length === 0) return refuse("SHP007", `${cannot}: a scalar has no inner axis`);
  const inner = matchAxis(a.at(-1)!, b.at(b.length === 1 ? 0 : -2)!);
  if (inner instanceof Mismatch) {
    return refuse(
      inner.code("SHP007"),
      `${cannot}: ${inner.describe("the inner axis")}`,
      innerHint(a, b, inner),
    );
  }
  const leading = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  if (leading instanceof Refusal) return refuse(leading.code, `${cannot}: ${leading.sentence}`);
  return [...leading, ...a.slice(0, -1).slice(-1), ...(b.length === 1 ? [] : b.slice(-1))];
}

/**
 * Every element of `a` times every element of the vector `b`: (…) with (k) gives (…, k). For two vectors it is
 * NumPy's `outer`. Refused: SHP015.
 *
 * @example
 * ```ts
 * import { outerShape } from "./matmul.ts";
 * import { deepStrictEqual } from "node:assert/strict";
 * deepStrictEqual(outerShape(["N", "feature=1000"], ["cluster=10"]), ["N", "feature=1000", "cluster=10"]);
 * ```
 */
export function outerShape(a: Shape, b: Shape): Rule {
  if (b.length === 1) return [...a, ...b];
  return refuse(
    "SHP015",
    `cannot take the outer product of ${showShape(a)} with ${showShape(b)}: the second must have one axis`,
  );
}
