/** NumPy's .npy and .npz files: the values of params. */
export { type NpyArray, parseNpy } from "./npy.ts";
export { type NpzArchive, openNpz } from "./npz.ts";
export { openNpyDecoder, openNpySource } from "./npy_source.ts";
export { openNpzDecoder, openNpzSource } from "./npz_source.ts";
