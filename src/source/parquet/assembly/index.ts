/**
 * Values of pages: levels, dictionary indices, nulls, streams of bytes. Addresses are checked by the caller: a source
 * of packed bits may be read up to 16 bytes behind its end, and a target has room for `count` elements and what is said.
 */
export { areListStarts, equalLevels } from "./levels";
export { gather4, gather8 } from "./gather";
export { makeTables, narrow1, narrow2, spread1, spread4, spread8 } from "./spread";
export { joinStreams4, joinStreams8 } from "./streams";
