import assert from "node:assert/strict";
import { DataError } from "../errors.ts";
import type { InputRequest } from "../schema/mod.ts";
import { withDeclaration } from "./declared_place.ts";
import { shortPath } from "./short_path.ts";

const FOLDER = Deno.cwd();

/** The notes of a refusal at a place of the data, where input `x` is declared in the file. */
function notesOf(file: string): readonly string[] {
  const error = new DataError("DAT001", "a null", {
    place: { file: "data.csv", line: 2, column: 1 },
    notes: ["first"],
    input: "x",
  });
  const request = { input: "x", place: { file, line: 7, column: 14 } } as InputRequest;
  const told = withDeclaration(error, [request]);
  assert.ok(told instanceof DataError);
  return told.notes;
}

Deno.test("withDeclaration() names the pipeline file as refusals name it: by the shorter path", () => {
  assert.deepEqual(notesOf(`${FOLDER}/jobs/score.ts`), [
    "first",
    "input x is declared at jobs/score.ts:7:14",
  ]);
  const file = `${FOLDER.slice(0, FOLDER.lastIndexOf("/"))}/score.ts`;
  assert.deepEqual(notesOf(file), ["first", `input x is declared at ${shortPath(file)}:7:14`]);
});
