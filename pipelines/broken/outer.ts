/**
 * The incident's array asked for by its name. `outer` is allowed to grow, so the shapes are right; but what is
 * asked for still has to fit: 65,536 rows of it, the rows of one record batch of the output, are 2.44 GiB.
 */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "outer",
  inputs: { features: input("f32", ["N", "feature=1000"]) },
  params: { perCluster: param("f32", ["cluster=10"]) },
  transform({ features }, { perCluster }) {
    return { weighted: features.outer(perCluster) };
  },
});
