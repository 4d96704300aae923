/** A column that the table does not have: its name is `features`. */
import { definePipeline, input } from "ndpipe";

export default definePipeline({
  name: "column-name",
  inputs: { features: input("u8", ["N", "feature=784"], { column: "feature" }) },
  transform({ features }) {
    return { brightness: features.mean("feature") };
  },
});
