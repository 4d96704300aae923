/** The module's exports. */
export { decodeLz4 } from "./decode_lz4";
export { encodeLz4 } from "./encode_lz4";
export { decodeSnappy } from "./decode_snappy";
export { encodeSnappy } from "./encode_snappy";
export { problem } from "./problem";
export { xxhash32 } from "./xxhash32";
