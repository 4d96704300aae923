/** `incident.ts` as it was meant, by the help that its refusal prints: one weight a feature, and no new axis. */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "incident-fixed",
  inputs: { features: input("f32", ["N", "feature=1000"]) },
  params: { perFeature: param("f32", ["feature=1000"]) },
  transform({ features }, { perFeature }) {
    return { weighted: features.mul(perFeature) };
  },
});
