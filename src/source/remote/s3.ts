/**
 * s3://bucket/key → the URL of the object, and what requests for it are signed with. The settings are the AWS tools'
 * own environment variables.
 *
 * @module
 */
import { FormatError } from "../../errors.ts";

/** What requests are signed with (AWS Signature Version 4). Plain data. */
export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
}

/** An object of a bucket. */
export interface S3Object {
  readonly url: string;
  readonly keys: S3Keys;
}

const VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_ENDPOINT_URL_S3",
  "AWS_ENDPOINT_URL",
] as const;

/**
 * The object that a path names. With AWS_ENDPOINT_URL (or AWS_ENDPOINT_URL_S3) the bucket is the first part of the
 * path, as other stores than Amazon's have it; without, it is part of the host's name.
 *
 * @throws FormatError FMT001: no bucket or key, no credentials, or the environment may not be read
 *
 * @example
 * ```ts
 * import { s3Object } from "./s3.ts";
 * import { strictEqual } from "node:assert/strict";
 * const env = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "eu-west-1" };
 * const object = s3Object("s3://tables/2026/a b.parquet", (name) => (env as Record<string, string>)[name]);
 * strictEqual(object.url, "https://tables.s3.eu-west-1.amazonaws.com/2026/a%20b.parquet");
 * ```
 */
export function s3Object(
  path: string,
  environment: (name: string) => string | undefined = (name) => Deno.env.get(name),
): S3Object {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/i.exec(path) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new FormatError("FMT001", `cannot read ${path}: it names no bucket and key`, {
      help: "write s3://BUCKET/KEY",
    });
  }
  const variable = (name: typeof VARIABLES[number]) => readVariable(path, name, environment);
  const accessKeyId = variable("AWS_ACCESS_KEY_ID"), secretAccessKey = variable("AWS_SECRET_ACCESS_KEY");
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY";
    throw new FormatError("FMT001", `cannot read ${path}: ${missing} is not set`, {
      notes: ["requests to s3 are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"],
      help: "set both (and AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL as needed), or give an https URL",
    });
  }
  const region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? "us-east-1";
  const endpoint = variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL");
  const sessionToken = variable("AWS_SESSION_TOKEN");
  const escaped = key.split("/").map(escapeName).join("/");
  // a certificate covers one name below the host, and a bucket's name with points is several
  const url = endpoint !== undefined
    ? `${endpoint.replace(/\/+$/, "")}/${escapeName(bucket)}/${escaped}`
    : bucket.includes(".")
    ? `https://s3.${region}.amazonaws.com/${bucket}/${escaped}`
    : `https://${bucket}.s3.${region}.amazonaws.com/${escaped}`;
  const keys = { accessKeyId, secretAccessKey, region };
  return { url, keys: sessionToken === undefined ? keys : { ...keys, sessionToken } };
}

function readVariable(
  path: string,
  name: string,
  environment: (name: string) => string | undefined,
): string | undefined {
  try {
    const value = environment(name);
    return value === "" ? undefined : value;
  } catch (error) {
    throw new FormatError("FMT001", `cannot read ${path}: the environment may not be read`, {
      notes: [`${name} says how requests to s3 are signed and where they go`],
      help: `allow it: deno run --allow-env=${VARIABLES.join(",")} …`,
      cause: error,
    });
  }
}

/** as RFC 3986 has it: the signature is over exactly this */
function escapeName(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*]/g,
    (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase(),
  );
}
