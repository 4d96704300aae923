/** The mean over all rows is known when the last one was read, and needed for the first: it is no transform. */
import { definePipeline, input } from "ndpipe";

export default definePipeline({
  name: "row-reduction",
  inputs: { features: input("f32", ["N", "feature=100"]) },
  transform({ features }) {
    return { centred: features.sub(features.mean("N")) };
  },
});
