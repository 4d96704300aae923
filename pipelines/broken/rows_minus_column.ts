/** (N) − (N, 1): in NumPy an N × N matrix, 25 × 10¹² numbers for 5,000,000 rows. The mean kept an axis too many. */
import { definePipeline, input } from "ndpipe";

export default definePipeline({
  name: "rows-minus-column",
  inputs: { target: input("f32", ["N"]), features: input("f32", ["N", "feature=100"]) },
  transform({ target, features }) {
    const predicted = features.mean("feature", { keepdims: true });
    return { residual: target.sub(predicted) };
  },
});
