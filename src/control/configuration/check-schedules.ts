/** Every schedule of every file: cron fields and time zone that mean something. */
import type { Schedule } from "../../core/domain/schedule.ts";
import { validateSchedule } from "../../world/calendar/validate-schedule.ts";
import { type Draft, problemAt } from "./draft.ts";
import type { YamlFile } from "./parse-yaml.ts";
import type { Problem } from "./problem.ts";

export function checkSchedules({ policies, limits }: Draft): Problem[] {
  const ofPolicies = policies.flatMap(({ yaml, value }) =>
    check(yaml, ["machines", "raiseFloor"], value.machines.raiseFloor),
  );
  if (limits?.yaml == null) return ofPolicies;
  const { windows, freeze } = limits.value;
  return [
    ...ofPolicies,
    ...check(limits.yaml, ["limits", "windows"], windows),
    ...check(limits.yaml, ["limits", "freeze"], freeze),
  ];
}

function check(yaml: YamlFile, path: readonly string[], schedules: readonly Schedule[]): Problem[] {
  return schedules.flatMap(({ opens, timezone }, index) => {
    const wrong = validateSchedule(opens, timezone);
    return wrong === null ? [] : [problemAt(yaml, [...path, index, wrong.key], wrong.why)];
  });
}
