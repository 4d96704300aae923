/**
 * Writes docs/numpy.md from the tables beside the code: `numpy_table.ts` in src/ndarray and in its folders. `--check`
 * compares instead, and exits with 1 where they differ.
 *
 * @module
 */
import type { NumpyRow, NumpySection } from "../src/ndarray/numpy_row.ts";

const TARGET = new URL("../docs/numpy.md", import.meta.url);
const FOLDER = new URL("../src/ndarray/", import.meta.url);

/** The sections of all tables: the folder's own first, then those of its folders by name. */
export async function numpySections(): Promise<readonly NumpySection[]> {
  const folders = [...Deno.readDirSync(FOLDER)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => `${name}/`).sort();
  const sections: NumpySection[] = [];
  for (const folder of ["", ...folders]) {
    const url = new URL(`${folder}numpy_table.ts`, FOLDER);
    try {
      Deno.statSync(url);
    } catch {
      continue;
    }
    sections.push(...(await import(url.href) as { readonly NUMPY: readonly NumpySection[] }).NUMPY);
  }
  return sections;
}

/** The page. */
export function numpyDocs(sections: readonly NumpySection[]): string {
  const numRows = sections.reduce((sum, { rows }) => sum + rows.length, 0);
  return [
    "# NumPy and ndpipe/ndarray",
    "",
    "<!-- written by tools/write_numpy_docs.ts from src/ndarray/**/numpy_table.ts: change it there -->",
    "",
    `${numRows} functions, methods and attributes. Names are NumPy's with \`_x\` written as \`X\`; where ndpipe has the`,
    "shorter name of the array API (`sub`), NumPy's (`subtract`) is exported too. A name that begins with a dot is a",
    "method or attribute of an array; most functions that are methods in NumPy are both. What holds throughout:",
    "",
    "- dtypes are bool, i8 to i64, u8 to u64, f32 and f64: no float16, no complex dtype, no strings, objects or dates.",
    "  Complex results are pairs of float arrays.",
    "- Optional arguments are named: `{ axis, keepdims, dtype, out, initial, where }`. Those that ported code has",
    "  by position (an axis, a dtype, an `out`, `num` and `endpoint`, `bins` and `range`, `side`) may stand so here too,",
    "  in NumPy's order; anything else in their place is refused (ARR002).",
    "- Results of several parts have names and are lists in NumPy's order: `const { q, r } = linalg.qr(a)` or",
    "  `const [q, r] = linalg.qr(a)`; what takes a list takes them as they are.",
    "- A result without axes is an array of no axes (`.item()` gives the number), where NumPy gives a scalar.",
    "- A plain number beside an array is weak, as in NumPy 2. JavaScript has one kind of number: 3.0 is the integer 3,",
    "  and 1e300 beside integers is an integer that their dtype does not hold (DTY002).",
    "- 64-bit integers beyond 2^53 come out as bigints.",
    "- Beside JavaScript's operators an array without axes is its element, as by NumPy's `float(a)`; others are refused",
    "  (ARR002): `a.mul(2)`, not `a * 2`. `${a}` is the text. `JSON.stringify(a)` writes nested lists, of 64-bit integers all",
    "  digits, of NaN and infinities null. `structuredClone` and `postMessage` throw: send `a.toTypedArray()`.",
    "- There are no warnings: overflow and invalid operations give what IEEE 754 and wrapping say.",
    "- Every allocation passes a guard (`setMemoryLimit`); what would not fit is refused (MEM005) before it is made.",
    '- `setBroadcast("strict")` refuses a broadcast whose result has a shape that no operand has (SHP003).',
    "- Arrays are freed by `using`, `dispose()`, `scope()`, or the collector, which comes late and only while the program waits:",
    "  a loop over many arrays needs one of the others. One that was disposed of throws (MEM006).",
    ...sections.flatMap(({ title, rows }) => [
      "",
      `## ${title}`,
      "",
      "| NumPy | here | dtypes | result | known differences |",
      "| --- | --- | --- | --- | --- |",
      ...rows.map(line),
    ]),
    "",
  ].join("\n");
}

function line({ numpy, here, dtypes, result, difference }: NumpyRow): string {
  return `| \`${numpy}\` | \`${here}\` | ${dtypes} | ${result} | ${difference ?? ""} |`;
}

if (import.meta.main) {
  const page = numpyDocs(await numpySections());
  if (Deno.args.includes("--check")) {
    if (Deno.readTextFileSync(TARGET) !== page) {
      console.error("docs/numpy.md is not what the tables say: run deno task docs");
      Deno.exit(1);
    }
  } else Deno.writeTextFileSync(TARGET, page);
}
