/**
 * The sum over the features fuses with the outer product, so its 655 million elements a chunk would take no
 * memory at all. They are refused all the same: a product of this size is nearly always one that nobody meant.
 */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "element-guard",
  inputs: { features: input("f32", ["N", "feature=1000"]) },
  params: { perCluster: param("f32", ["cluster=10"]) },
  transform({ features }, { perCluster }) {
    return { total: features.outer(perCluster).sum("feature") };
  },
});
