/** Inputs over the network. @module */
export { openAccess } from "./open_access.ts";
export { holdRemotes, REMOTE_BYTES, RemoteFile } from "./remote_file.ts";
export { openRemoteDecoder, withRemote } from "./remote_source.ts";
export { isRemote, pathOf } from "./remote_url.ts";
