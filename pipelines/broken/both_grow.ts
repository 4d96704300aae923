/** All pairs of 300 features by two new axes: both operands grow, to 90,000 numbers a row. */
import { definePipeline, input } from "ndpipe";

export default definePipeline({
  name: "both-grow",
  inputs: { features: input("f32", ["N", "feature=300"]) },
  transform({ features }) {
    const pairs = features.expandDims(2).mul(features.expandDims(1));
    return { energy: pairs.sum([1, 2]) };
  },
});
