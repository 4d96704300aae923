/** Profile scoring over 200 features: standardise, clip, ten clusters, softmax, the best of them. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "files-scoring",
  inputs: {
    profile_id: input("i64", ["N"]),
    features: input("f32", ["N", "feature=200"]),
  },
  params: {
    mean: param("f32", ["feature=200"]),
    std: param("f32", ["feature=200"]),
    weights: param("f32", ["feature=200", "cluster=10"]),
  },
  transform({ profile_id, features }, { mean, std, weights }) {
    const p = features.sub(mean).div(std).clip(-3, 3).matmul(weights).softmax("cluster");
    return { profile_id, cluster: p.argmax("cluster"), score: p.max("cluster") };
  },
});
