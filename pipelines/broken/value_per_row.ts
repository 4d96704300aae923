/** A value per row, (N), meets a matrix, (N, feature=100): aligned at the right, as in NumPy, they do not match. */
import { definePipeline, input } from "ndpipe";

export default definePipeline({
  name: "value-per-row",
  inputs: { exposure: input("f32", ["N"]), features: input("f32", ["N", "feature=100"]) },
  transform({ exposure, features }) {
    return { rate: features.div(exposure) };
  },
});
