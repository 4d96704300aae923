/** The pipeline is right, the file of its parameters is not: it holds the weights by cluster. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "params-shape",
  inputs: { features: input("f32", ["N", "feature=3"]) },
  params: { weights: param("f32", ["feature=3", "cluster=2"]) },
  transform({ features }, { weights }) {
    return { score: features.matmul(weights) };
  },
});
