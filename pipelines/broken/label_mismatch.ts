/** Ten features meet ten clusters. The sizes agree, so NumPy would add them; the labels say that it is a mistake. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "label-mismatch",
  inputs: { embedding: input("f32", ["N", "feature=10"]) },
  params: { bias: param("f32", ["cluster=10"]) },
  transform({ embedding }, { bias }) {
    return { shifted: embedding.add(bias) };
  },
});
