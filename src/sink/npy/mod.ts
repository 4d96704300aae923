/** NumPy arrays as outputs. */
export { npySinkBytes, openNpySink } from "./npy_sink.ts";
