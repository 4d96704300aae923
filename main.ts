/** The command line's entry: `deno run -P main.ts run PIPELINE -i INPUT -o OUTPUT`. */
import { main } from "./src/cli/main.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
