/**
 * NumPy's linear algebra and what it is here: data of docs/numpy.md.
 *
 * @module
 */
import { type NumpyRow, type NumpySection, row } from "../numpy_row.ts";

const FLOAT = "float; integers as f64";
const SIGNS = "vectors may differ by their sign, which is open";
const FINITE = "NaN and infinities are refused (LIN003), where NumPy gives NaN or does not converge";
const PAIR = "complex results are a pair `{ re, im }`: there is no complex dtype";

const PRODUCTS: readonly NumpyRow[] = [
  row("matmul", "copy"),
  row("dot", "copy", { difference: "an out may lie in any order; its dtype is the result's, as in NumPy" }),
  row("vdot", "copy"),
  row("inner", "copy"),
  row("outer", "copy"),
  row("tensordot", "copy"),
  row("einsum", "copy", {
    difference: "operands in a list, or arrays one after the other; or labels in a list behind each",
  }),
  row("einsum_path", "value"),
  row("kron", "copy"),
  row("cross", "copy"),
  row("trace", "copy"),
  row("diagonal", "view"),
  ...[
    "linalg.matmul",
    "linalg.outer",
    "linalg.tensordot",
    "linalg.cross",
    "linalg.vecdot",
    "linalg.multi_dot",
  ]
    .map((name) => row(name, "copy")),
  row("linalg.trace", "copy"),
  row("linalg.diagonal", "view"),
  row("linalg.matrix_transpose", "view"),
];

const EIGEN =
  `${PAIR}; always, also where all are real; of matrices below 1e-138 the order of the values may differ`;

const FUNCTIONS: readonly NumpyRow[] = [
  ...["solve", "inv", "cholesky"].map((name) =>
    row(`linalg.${name}`, "copy", {
      dtypes: FLOAT,
      difference: "what is singular or not definite throws LinAlgError",
    })
  ),
  ...[
    "det",
    "slogdet",
    "tensorsolve",
    "tensorinv",
    "vector_norm",
  ]
    .map((name) => row(`linalg.${name}`, "copy", { dtypes: FLOAT })),
  ...["matrix_norm", "cond"].map((name) =>
    row(`linalg.${name}`, "copy", { dtypes: FLOAT, difference: `by singular values, ${FINITE}` })
  ),
  ...["matrix_rank", "pinv"].map((name) =>
    row(`linalg.${name}`, "copy", { dtypes: FLOAT, difference: FINITE })
  ),
  ...["svdvals", "eigvalsh"].map((name) =>
    row(`linalg.${name}`, "copy", { dtypes: FLOAT, difference: FINITE })
  ),
  row("linalg.matrix_power", "copy"),
  row("linalg.norm", "copy", { dtypes: FLOAT, difference: `all orders; by singular values, ${FINITE}` }),
  row("linalg.qr", "copy", { dtypes: FLOAT, difference: 'no mode "raw": reflectors are not given' }),
  row("linalg.svd", "copy", { dtypes: FLOAT, difference: `${SIGNS}; ${FINITE}` }),
  row("linalg.eigh", "copy", { dtypes: FLOAT, difference: `${SIGNS}; ${FINITE}` }),
  row("linalg.eig", "copy", { dtypes: FLOAT, difference: EIGEN }),
  row("linalg.eigvals", "copy", { dtypes: FLOAT, difference: EIGEN }),
  row("linalg.lstsq", "copy", { dtypes: FLOAT }),
];

/** What docs/numpy.md shows of this folder. */
export const NUMPY: readonly NumpySection[] = [
  { title: "Products", rows: PRODUCTS },
  { title: "Linear algebra", rows: FUNCTIONS },
];
