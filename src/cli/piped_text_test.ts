import assert from "node:assert/strict";
import { openPipedText } from "./piped_text.ts";

Deno.test("openPipedText() closes what told the columns before the pipe is read for good", () => {
  const path = Deno.makeTempFileSync({ suffix: ".csv" });
  try {
    Deno.writeTextFileSync(path, "a,b\n1,x\n");
    const piped = openPipedText(path, { from: null, csv: {} });
    assert.deepEqual(piped.source.info.schema.fields.map(({ name }) => name), ["a", "b"]);
    const closed: string[] = [], { close } = piped.source;
    piped.source.close = () => {
      closed.push("first");
      close.call(piped.source);
    };
    const last = piped.open({});
    assert.deepEqual(closed, ["first"]);
    assert.deepEqual(last.info.schema.fields, piped.source.info.schema.fields);
    last.close();
  } finally {
    Deno.removeSync(path);
  }
});
