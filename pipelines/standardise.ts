/**
 * Standardises three columns of a CSV table of profiles by means and deviations that are given as params. Missing
 * values are declared: of the measures they are NaN, which becomes the mean (0); missing sessions are none.
 *
 *     deno task ndpipe run pipelines/standardise.ts -i testdata/profiles/profiles.csv \
 *       --params testdata/profiles/params.json -o standardised.csv
 */
import { definePipeline, input, param } from "ndpipe";

export default definePipeline({
  name: "standardise",
  inputs: {
    profile_id: input("i64", ["N"]),
    measures: input("f64", ["N", "measure=3"], {
      columns: ["age", "spend_30d", "latency_ms"],
      nulls: "nan",
    }),
    sessions: input("u32", ["N"], { column: "sessions_30d", nulls: { fill: 0 } }),
  },
  params: {
    mean: param("f64", ["measure=3"]),
    std: param("f64", ["measure=3"]),
  },
  limits: { memory: "256MiB" },
  transform({ profile_id, measures, sessions }, { mean, std }) {
    const z = measures.sub(mean).div(std).clip(-4, 4).fillNan(0);
    return {
      profile_id,
      z, // (N, measure=3): columns z_0, z_1, z_2
      isActive: sessions.gt(0),
      missing: measures.isNan().countNonzero("measure"),
    };
  },
});
