/**
 * Scores a table of profiles: 784 features a row, ten clusters (softmax regression). The data is Fashion-MNIST's
 * test set; `testdata/fashion-mnist/README.md` says where it comes from and how its parameters were trained.
 *
 *     deno task ndpipe run pipelines/profile_scoring.ts -i testdata/fashion-mnist/profiles.arrow \
 *       --params testdata/fashion-mnist/params.npz -o scores.arrow
 */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "profile-scoring",
  inputs: {
    profile_id: input("i64", ["N"]),
    label: input("u8", ["N"]),
    features: input("u8", ["N", "feature=784"]), // one FixedSizeList column, used where it lies
  },
  params: {
    mean: param("f32", ["feature=784"]),
    std: param("f32", ["feature=784"]),
    weights: param("f32", ["feature=784", "cluster=10"]),
    bias: param("f32", ["cluster=10"]),
  },
  limits: { memory: "512MiB" },
  transform({ profile_id, label, features }, { mean, std, weights, bias }) {
    const z = features.astype("f32").div(255).sub(mean).div(std).clip(-3, 3);
    const p = z.matmul(weights).add(bias).softmax("cluster");
    return { profile_id, label, cluster: p.argmax("cluster"), score: p.max("cluster") };
  },
});
