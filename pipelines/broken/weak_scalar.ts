/** A plain number takes the tensor's dtype, and u8 holds no -128. NumPy 2 refuses it too; NumPy 1 did not. */
import { definePipeline, input } from "ndpipe";

export default definePipeline({
  name: "weak-scalar",
  inputs: { pixels: input("u8", ["N", "pixel=784"]) },
  transform({ pixels }) {
    return { centred: pixels.add(-128) };
  },
});
