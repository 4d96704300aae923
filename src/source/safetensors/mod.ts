/** safetensors files of params. */
export { openSafeTensors, type SafeTensor, type SafeTensors } from "./safetensors.ts";
