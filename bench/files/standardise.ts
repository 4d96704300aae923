/** The part that dataframe libraries can express: (x - mean) / std, clipped to -3..3, of 200 columns of f32. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "files-standardise",
  inputs: { features: input("f32", ["N", "feature=200"], { columns: "f*" }) },
  params: {
    mean: param("f32", ["feature=200"]),
    std: param("f32", ["feature=200"]),
  },
  transform({ features }, { mean, std }) {
    return { features: features.sub(mean).div(std).clip(-3, 3) };
  },
});
