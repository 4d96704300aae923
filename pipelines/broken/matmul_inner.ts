/** Weights that were stored by cluster: the inner axes of the product are feature=784 and cluster=10. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "matmul-inner",
  inputs: { features: input("f32", ["N", "feature=784"]) },
  params: { weights: param("f32", ["cluster=10", "feature=784"]) },
  transform({ features }, { weights }) {
    return { score: features.matmul(weights) };
  },
});
