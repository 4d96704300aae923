/**
 * The incident. One weight a feature was meant; `expandDims(-1)` and a vector of ten made an array of
 * 5,000,000 × 1000 × 10 of it. NumPy broadcast it without a word, and the container was killed at 3 AM.
 */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "incident",
  inputs: { features: input("f32", ["N", "feature=1000"]) },
  params: { perCluster: param("f32", ["cluster=10"]) },
  transform({ features }, { perCluster }) {
    return { weighted: features.expandDims(-1).mul(perCluster) };
  },
});
