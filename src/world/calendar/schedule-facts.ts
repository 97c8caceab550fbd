/** Every schedule of the site as it stands now, in the order in which the files list them. */
import type { ScheduleFacts } from "../../core/domain/schedule.ts";
import type { Site } from "../../core/domain/site.ts";
import type { Calendar } from "../ports.ts";

export function scheduleFacts(site: Site, calendar: Calendar, wallMs: number): ScheduleFacts {
  const raisedFloors = [...site.policies].map(
    ([role, policy]) => [role, policy.machines.raiseFloor.map((schedule) => calendar.at(schedule, wallMs))] as const,
  );
  return {
    windows: site.limits.windows.map((schedule) => calendar.at(schedule, wallMs)),
    freezes: site.limits.freeze.map((schedule) => calendar.at(schedule, wallMs)),
    raisedFloors: new Map(raisedFloors),
  };
}
