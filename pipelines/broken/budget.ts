/** Shapes and names are right, but 16,000 weights for each of 4,000 features take 244 MiB, and 128 MiB are allowed. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "budget",
  inputs: { features: input("f32", ["N", "feature=4000"]) },
  params: { weights: param("f32", ["feature=4000", "unit=16000"]) },
  limits: { memory: "128MiB" },
  transform({ features }, { weights }) {
    return { strongest: features.matmul(weights).max("unit") };
  },
});
