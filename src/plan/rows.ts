/**
 * The streaming rule: rows arrive in chunks, so no operation may mix rows, and all outputs share one row axis.
 *
 * By induction over the nodes: each shape has its row symbol at axis 0 or none at all. So element-wise operations,
 * casts, reshapes and slices keep the rows apart, because shapes that meet are aligned by name; only operations that
 * lose or move the symbol have to be looked at one by one.
 *
 * @module
 */
import { type ErrorDetails, type Place, ShapeError } from "../errors.ts";
import type { Graph, Node } from "../expr/graph.ts";
import { isSymbol, type Shape, showShape, symbolsOf } from "../shape/mod.ts";

/** The row symbols of a graph that may be streamed. */
export interface Rows {
  /** of the inputs */
  readonly rowSymbol: string;
  /** of the outputs: the same, or a filter's */
  readonly outputSymbol: string;
}

/** The symbol of a shape's rows; null where it has none. */
function rowsOf(shape: Shape): string | null {
  const [rows] = shape;
  return rows !== undefined && isSymbol(rows) ? rows : null;
}

/** Why a node cannot be computed chunk by chunk, and what to do instead; null: it can. */
interface Fault {
  readonly symbol: string;
  readonly reason: string;
  readonly help: string;
}

const REDUCE_HELP =
  "reduce over another axis; a statistic of all rows is computed beforehand and given as a param";

/** What the place of the symbols in the node's own shape forbids. */
function shapeFault(node: Node, known: ReadonlySet<string>): Fault | null {
  const symbols = symbolsOf(node.shape), [symbol] = symbols;
  if (symbol === undefined) return null;
  const foreign = symbols.find((one) => !known.has(one));
  if (foreign !== undefined) {
    return {
      symbol: foreign,
      reason: `${foreign} stands for the rows of no input and of no filter, so its size is not known`,
      help: `use ${[...known].join(" or ")}, or a number`,
    };
  }
  if (node.shape.filter(isSymbol).length > 1) {
    return {
      symbol,
      reason: `the result ${
        showShape(node.shape)
      } relates every row to every other row, and a chunk has only some of them`,
      help: "relate each row to a param instead",
    };
  }
  if (rowsOf(node.shape) !== null) return null;
  const help = node.operation.kind === "stack"
    ? `stack behind the rows: stack([...], 1)`
    : `keep ${symbol} the first axis: put new axes behind it, and transpose the axes behind it only; ` +
      "a product over all rows is computed beforehand and given as a param";
  return {
    symbol,
    reason: `in the result ${
      showShape(node.shape)
    } the rows are no longer the first axis, and rows arrive in chunks`,
    help,
  };
}

/** What the node does to its operands' rows. */
function operationFault(node: Node, inputs: readonly Node[]): Fault | null {
  const { operation } = node;
  const symbol = inputs.map((input) => rowsOf(input.shape)).find((rows) => rows !== null) ?? null;
  if (operation.kind === "filter" && rowsOf(inputs[0]!.shape) === null) {
    return {
      symbol: String(node.shape[0]),
      reason: "what is filtered has no rows of an input: a param has the same elements in every chunk",
      help: "take the elements by index, .take([...], axis), or prepare the param beforehand",
    };
  }
  // rows that are moved, not lost, are told by the shape
  if (symbol === null || operation.kind === "filter" || symbolsOf(node.shape).includes(symbol)) return null;
  if (operation.kind === "matmul") {
    return {
      symbol,
      reason:
        `the products are summed over ${symbol}: rows arrive in chunks, so each chunk would give another sum`,
      help: REDUCE_HELP,
    };
  }
  return {
    symbol,
    reason:
      `rows arrive in chunks: a result over ${symbol} would be one of each chunk, and change with the chunk size`,
    help: REDUCE_HELP,
  };
}

/** The step that a node belongs to, and what it was given. */
function detailsOf(graph: Graph, node: Node): ErrorDetails {
  const step = graph.steps[node.step];
  const operands = givenTo(graph, node.step).map(({ id, dtype, shape }) =>
    `${graph.names.get(id) ?? "operand"}  ${dtype} ${showShape(shape)}`
  );
  return { place: step?.place ?? null, operands: step === undefined ? operands : [step.text, ...operands] };
}

/** The step's place at which an output's value was made. */
function placeOf(graph: Graph, node: Node): Place | null {
  return graph.steps[node.step]?.place ?? null;
}

/** What a step was given, in the order of its operands. */
function givenTo({ nodes }: Graph, step: number): Node[] {
  const given = nodes.filter((node) => node.step === step).flatMap(({ inputs }) => inputs);
  return [...new Set(given)].map((id) => nodes[id]!).filter((input) => input.step !== step);
}

/** Of `k.outer(x)`, whose second operand has the rows: the other way round; null: it would be no outer product. */
function outerHelp(graph: Graph, step: number): string | null {
  const [vector, rows, ...others] = givenTo(graph, step);
  if (vector?.shape.length !== 1 || rows?.shape.length !== 1 || others.length > 0) return null;
  if (rowsOf(vector.shape) !== null) return null;
  const [code, argument] = [rows, vector].map(({ id }) => graph.codes?.get(id));
  return code === undefined || argument === undefined
    ? "rows come first: call .outer(...) on the operand that has them"
    : `rows come first: write ${code}.outer(${argument})`;
}

function checkNodes(graph: Graph): void {
  const isSource = ({ operation }: Node) => operation.kind === "input" || operation.kind === "filter";
  const known = new Set(graph.nodes.filter(isSource).flatMap(({ shape }) => symbolsOf(shape)));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => graph.nodes[id]!);
    const fault = operationFault(node, inputs) ?? shapeFault(node, known);
    if (fault === null) continue;
    const step = graph.steps[node.step];
    const what = step === undefined ? graph.names.get(node.id) ?? node.operation.kind : step.name;
    throw new ShapeError("STR001", `${what} works across the row axis ${fault.symbol}`, {
      ...detailsOf(graph, node),
      notes: [fault.reason],
      help: step?.name === "outer" && fault.help.startsWith("keep")
        ? outerHelp(graph, node.step) ?? fault.help
        : fault.help,
    });
  }
}

/** The row symbol that all outputs share. */
function checkOutputs(graph: Graph, rowSymbol: string): string {
  const outputs = graph.outputs.map(({ name, node }) => ({ name, node: graph.nodes[node]! }));
  const width = outputs.reduce((most, { name }) => Math.max(most, name.length), 0);
  const describe = ({ name, node }: typeof outputs[number]) =>
    `${name.padEnd(width)}  ${node.dtype} ${showShape(node.shape)}`;
  const [first] = outputs;
  if (first === undefined) {
    throw new ShapeError("STR002", "there is no output", { help: "return an object of one tensor or more" });
  }
  for (const output of outputs) {
    if (rowsOf(output.node.shape) !== null) continue;
    throw new ShapeError(
      "STR002",
      `output ${output.name} has no row axis: its shape is ${showShape(output.node.shape)}`,
      {
        place: placeOf(graph, output.node),
        operands: [describe(output)],
        notes: ["outputs are columns of a table, with one element or more a row"],
        help: output.node.shape.length === 0
          ? `leave it out, or repeat it for each row: .broadcastTo(['${rowSymbol}'])`
          : `leave it out, or repeat it for each row: .broadcastTo(['${rowSymbol}', ${
            output.node.shape.map((dim) => typeof dim === "string" ? `'${dim}'` : dim).join(", ")
          }])`,
      },
    );
  }
  const symbol = rowsOf(first.node.shape)!;
  const odd = outputs.find(({ node }) => rowsOf(node.shape) !== symbol);
  if (odd === undefined) return symbol;
  const other = rowsOf(odd.node.shape)!;
  throw new ShapeError(
    "STR002",
    `outputs ${first.name} and ${odd.name} have different rows: ${symbol} and ${other}`,
    {
      place: placeOf(graph, odd.node) ?? placeOf(graph, first.node),
      operands: [describe(first), describe(odd)],
      help: symbol === rowSymbol || other === rowSymbol
        ? `filter ${symbol === rowSymbol ? first.name : odd.name} by the same mask and name`
        : "filter all outputs by one mask under one name",
    },
  );
}

/**
 * Checks that the graph can be computed chunk by chunk, with results that do not depend on the chunks.
 *
 * @returns the row symbols of the inputs and of the outputs
 * @throws ShapeError STR001 an operation across the row axis, STR002 outputs that do not share one row axis
 */
export function checkRows(graph: Graph): Rows {
  checkNodes(graph);
  const input = graph.nodes.find(({ operation }) => operation.kind === "input");
  const rowSymbol = input === undefined ? null : rowsOf(input.shape);
  if (rowSymbol === null) {
    throw new ShapeError("STR002", "there is no input that gives rows", { help: "declare an input" });
  }
  return { rowSymbol, outputSymbol: checkOutputs(graph, rowSymbol) };
}
