/**
 * A carried column in a transform: it is returned as an output, as it is or filtered, and nothing else is done with
 * it. In the graph it is an input of u32: the numbers of the rows.
 *
 * @module
 */
import { filterShape, type Shape } from "../shape/mod.ts";
import { checkSymbol } from "./arguments.ts";
import type { CarriedColumn } from "./declaration_types.ts";
import type { NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph_builder.ts";
import { CarriedBase, operandOf, refuseCarried, showList } from "./operands.ts";

/** Run time of `CarriedColumn`: what is no method of that is refused with DTY001, whatever it would have been. */
export class TracedCarried extends CarriedBase {
  readonly #shape: Shape;

  constructor(builder: GraphBuilder, id: NodeId) {
    super(builder, id);
    this.#shape = builder.node(id).shape;
  }

  /** The rows for which a mask is true. */
  filter(by: unknown, symbol: string): TracedCarried {
    const b = this.builder, text = `${this.name}.filter(${showList([by, symbol])})`;
    const id = b.step("filter", { text }, () => {
      checkSymbol(b, symbol);
      const given = operandOf(b, "filter", by), type = b.node(given);
      const shape = b.accept(filterShape(this.#shape, type.dtype, type.shape, symbol), [this.id, given]);
      const mask = b.accept(b.bindFilter(symbol, given), [this.id, given]);
      return b.add({ kind: "filter" }, [this.id, mask], { dtype: "u32", shape });
    });
    return new TracedCarried(b, id);
  }
}

/** What is asked of a carried column by machinery, not by authors: `await`, string conversion, comparison. */
const OWN = new Set<string | symbol>(["filter", "builder", "id", "name", "then", "constructor", "toJSON"]);

/** The column as authors see it: any other property is refused where it is asked for. */
export function asCarried(column: TracedCarried): CarriedColumn {
  return new Proxy(column, {
    get(target, property) {
      if (property === Symbol.iterator) return refuseCarried(target, "iteration");
      if (typeof property === "symbol" || OWN.has(property)) {
        const value: unknown = Reflect.get(target, property, target);
        if (property !== "filter") return value;
        return (by: unknown, symbol: string) => asCarried(target.filter(by, symbol));
      }
      return refuseCarried(target, property);
    },
    set: (target, property) => refuseCarried(target, `setting ${String(property)}`),
  }) as unknown as CarriedColumn;
}
