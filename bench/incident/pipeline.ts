/** The incident's table, scored as it was meant to be: 1000 features of f32 by ten clusters. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "incident-size",
  inputs: {
    profile_id: input("i64", ["N"]),
    features: input("f32", ["N", "feature=1000"]),
  },
  params: {
    mean: param("f32", ["feature=1000"]),
    std: param("f32", ["feature=1000"]),
    weights: param("f32", ["feature=1000", "cluster=10"]),
  },
  transform({ profile_id, features }, { mean, std, weights }) {
    const p = features.sub(mean).div(std).clip(-3, 3).matmul(weights).softmax("cluster");
    return { profile_id, cluster: p.argmax("cluster"), score: p.max("cluster") };
  },
});
