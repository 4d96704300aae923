/** NumPy arrays as outputs. */
export { npySinkBytes, openNpySink } from "./npy_sink.ts";
export { npzSinkBytes, openNpzSink } from "./npz_sink.ts";
