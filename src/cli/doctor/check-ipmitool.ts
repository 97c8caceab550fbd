/** Whether ipmitool works here at all: a damaged one fails every command, and looks like a room full of dead BMCs. */
import type { IpmitoolCheck } from "../../world/power/check-ipmitool.ts";
import { type Check, USUAL_DEADLINE_MS } from "./examined.ts";
import { looked, type Outcome } from "./finding.ts";

export const ipmitoolCheck: Check = {
  name: "ipmitool",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async (site) => judgeIpmitool(await site.ipmitool()),
};

export function judgeIpmitool(found: IpmitoolCheck): Outcome {
  if (found.ok) return looked([], `ipmitool ${found.version} works`);
  const { code, why } = found;
  return looked(
    [
      {
        name: "ipmitool-broken",
        level: "error",
        what: "ipmitool does not work, so no machine's power can be read or switched",
        where: ["the controller"],
        why: code,
        advice: why,
      },
    ],
    "",
  );
}
