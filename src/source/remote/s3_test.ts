import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { s3Object } from "./s3.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };

function object(path: string, variables: Readonly<Record<string, string>>) {
  return s3Object(path, (name) => variables[name]);
}

Deno.test("s3Object() promises the path style behind an endpoint, the host style without", () => {
  const urlOf = (path: string, variables = {}) => object(path, { ...KEYS, ...variables }).url;
  strictEqual(urlOf("s3://b/k.csv"), "https://b.s3.us-east-1.amazonaws.com/k.csv");
  strictEqual(
    urlOf("s3://b/k.csv", { AWS_DEFAULT_REGION: "eu-west-1" }),
    "https://b.s3.eu-west-1.amazonaws.com/k.csv",
  );
  strictEqual(urlOf("s3://b.c/k.csv"), "https://s3.us-east-1.amazonaws.com/b.c/k.csv");
  const endpoint = { AWS_ENDPOINT_URL: "http://127.0.0.1:9000/" };
  strictEqual(
    urlOf("s3://b/dt=1/k (é).csv", endpoint),
    "http://127.0.0.1:9000/b/dt%3D1/k%20%28%C3%A9%29.csv",
  );
  strictEqual(urlOf("s3://b/k", { ...endpoint, AWS_ENDPOINT_URL_S3: "http://h" }), "http://h/b/k");
});

Deno.test("s3Object() promises the keys, with the session's token where there is one", () => {
  deepStrictEqual(object("s3://b/k", { ...KEYS, AWS_SESSION_TOKEN: "t", AWS_REGION: "r" }).keys, {
    accessKeyId: "id",
    secretAccessKey: "secret",
    sessionToken: "t",
    region: "r",
  });
});

Deno.test("s3Object() refuses a path without a key, and names the variable that is missing", () => {
  throws(() => object("s3://b", KEYS), { code: "FMT001", message: /names no bucket and key/ });
  throws(() => object("s3://b/k", {}), { code: "FMT001", message: /AWS_ACCESS_KEY_ID is not set/ });
  throws(() => object("s3://b/k", { AWS_ACCESS_KEY_ID: "id" }), {
    message: /AWS_SECRET_ACCESS_KEY is not set/,
  });
});
