/** Errors of our own that calls end in, for tests of what they say. @module */
import { fail, strictEqual } from "node:assert/strict";
import type { ErrorCode } from "../../src/error_codes.ts";
import { NdpipeError } from "../../src/errors.ts";

function ours(error: unknown): NdpipeError {
  if (error instanceof NdpipeError) return error;
  throw error;
}

/** What a call throws. It has to be an error of ours with this code. */
export function refusal(code: ErrorCode, call: () => unknown): NdpipeError {
  const error = errorOf(call);
  strictEqual(error.code, code, error.message);
  return error;
}

/** What a call throws. It has to be an error of ours. */
export function errorOf(call: () => unknown): NdpipeError {
  try {
    call();
  } catch (error) {
    return ours(error);
  }
  fail("nothing was refused");
}

/** What a promise is rejected with. It has to be an error of ours. */
export async function refusalOf(promise: Promise<unknown>): Promise<NdpipeError> {
  try {
    await promise;
  } catch (error) {
    return ours(error);
  }
  fail("nothing was refused");
}
