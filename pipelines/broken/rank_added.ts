/** A score per row meets a weight per cluster: one new axis turns N numbers into N × 10. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "rank-added",
  inputs: { score: input("f32", ["N"]) },
  params: { perCluster: param("f32", ["cluster=10"]) },
  transform({ score }, { perCluster }) {
    return { weighted: score.expandDims(-1).mul(perCluster) };
  },
});
