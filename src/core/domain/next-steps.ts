/** What an operator does next with a machine that is unwell: the same words in terminal and page. */
import type { MachineFacts } from "./observation.ts";
import type { MachineRecord } from "./pool-state.ts";
import type { Standing } from "./standing.ts";

export interface Unwell {
  readonly name: string;
  readonly recorded: Pick<MachineRecord, "quarantine" | "unmanageable"> | null;
  readonly observed: Observed;
  readonly standing: Pick<Standing, "kind" | "why"> | null;
}
/** Null: not observed yet. */
type Observed = Pick<MachineFacts, "power" | "beacon"> | null;

/** In the order to take them; none for a machine that is well. */
export function nextSteps({ name, recorded, observed, standing }: Unwell): string[] {
  if (recorded?.quarantine != null) {
    return [
      powerStep(observed),
      "Mend what is wrong; a machine that comes back as it was expected to is released by itself after five minutes.",
      "Or release it (retask unquarantine), as what it then is. It must have a beacon, or be off.",
    ];
  }
  switch (standing?.kind) {
    case "unmanageable":
      return [
        `Find out why its BMC does not answer: ${recorded?.unmanageable ?? ""}. The machine itself serves on.`,
        "Once the BMC answers again it is taken back by itself.",
      ];
    case "stray":
      return [`Look at what retask adopt says of ${name}, and adopt it when that is right.`];
    case "unknown":
      return [`${standing.why}. Look at its console; retask leaves it alone meanwhile.`];
    default:
      return [];
  }
}

/** What a machine said so long ago says nothing of what it is now. */
const OLD_MS = 60_000;

function powerStep(observed: Observed): string {
  if (observed === null) return "It was not observed yet: wait for the next tick.";
  const { power, beacon } = observed;
  if (power.kind === "unknown") return `Its BMC does not tell whether it is on (${power.why}): look at the BMC first.`;
  if (power.kind === "off") return "It is off: power it on at its BMC, and watch its console while it boots.";
  if (beacon.kind === "silent" || beacon.ageMs > OLD_MS)
    return "It is on, and no beacon answers: look at its console, that is where the boot stopped.";
  return `It is on, and says that it is ${beacon.report.role || "in no role"}: check that this is what it should be.`;
}
