/** One machine explained: how it counts and why, what is recorded and observed, where it goes, and where it was. */

import { nextSteps } from "../../core/domain/next-steps.ts";
import type { EffectFact } from "../../core/domain/observation.ts";
import type { Override } from "../../core/domain/override.ts";
import type { NotDone } from "../../core/domain/plan.ts";
import type { MachineWithHistory, OperationAnswer } from "../answers.ts";
import { factsText } from "./facts-text.ts";
import { type Look, toned } from "./look.ts";
import { observedFacts } from "./machine-facts.ts";
import { clockTime, relativeTo } from "./moments.ts";
import { notDoneText } from "./not-done-text.ts";
import { operationsText } from "./operation-text.ts";
import { overrideText } from "./override-text.ts";
import { firstFew, section, sections } from "./table.ts";

export interface MachineExplained {
  readonly machine: MachineWithHistory;
  readonly operations: readonly OperationAnswer[];
  readonly overrides: readonly Override[];
  readonly notDone: readonly NotDone[];
  /** The daemon's clock. */
  readonly atMs: number;
}

export function machineText(explained: MachineExplained, look: Look): string {
  const { machine, operations, overrides, notDone, atMs } = explained;
  const { standing, observed, history } = machine;
  const title = toned(look, "strong", `machine ${machine.name}`);
  return sections([
    `${title}: ${standing === null ? "not judged yet" : standing.kind}`,
    factsText([...countFacts(machine), ...recordFacts(machine, atMs, look)]),
    section(look, "what to do next", nextSteps(machine).join("\n")),
    section(look, "observed", observed === null ? "nothing yet" : factsText(observedFacts(observed))),
    section(
      look,
      "operation",
      [operationsText(operations, atMs, look), ...operations.map(effectLines)].filter(Boolean).join("\n"),
    ),
    section(
      look,
      "overrides",
      firstFew(overrides, Number.POSITIVE_INFINITY, (one) => overrideText(one, atMs, look)),
    ),
    section(look, "not done", notDoneText(notDone, look)),
    section(look, "history, newest first", history.map((one) => historyLine(one, look)).join("\n")),
    factsText(fleetFacts(machine)),
  ]);
}

function countFacts({ standing }: MachineWithHistory): [string, string][] {
  if (standing === null) return [];
  const says = (yes: boolean): string => (yes ? "yes" : "no");
  const { forFloor, asCapacity, mayMove, why } = standing;
  return [
    ["because", why],
    ["counts", `for the floor ${says(forFloor)}, as capacity ${says(asCapacity)}; may be moved ${says(mayMove)}`],
  ];
}

function recordFacts({ recorded }: MachineWithHistory, atMs: number, look: Look): [string, string][] {
  if (recorded?.adopted !== true) return [["recorded", "nothing: it is not adopted (retask adopt)"]];
  const { placement, image, unmanageable, quarantine } = recorded;
  const facts: [string, string][] = [["recorded", `${placement ?? "no role"}, ${image ?? "no image"}`]];
  if (unmanageable !== null) facts.push(["unmanageable", unmanageable]);
  if (quarantine !== null) {
    const since = `since ${clockTime(quarantine.sinceMs, look)} (${relativeTo(atMs, quarantine.sinceMs)})`;
    facts.push(["quarantined", `${since}: ${quarantine.why}`]);
    if (quarantine.expected !== null) {
      const { placement: role, image: expected } = quarantine.expected;
      facts.push(["expected", `${role}, ${expected ?? "off"}; released by itself once it is that for a while`]);
    }
  }
  return facts;
}

/** What was started for the operation, and how it ended. */
const effectLines = ({ effects }: OperationAnswer): string =>
  Object.values<EffectFact>(effects)
    .map(({ effect, state, attempts, code, detail }) => {
      const said = [code, detail].filter((text) => text !== null).join(": ");
      return `${effect}  ${state}${attempts > 1 ? ` (attempt ${attempts})` : ""}${said === "" ? "" : `  ${said}`}`;
    })
    .join("\n");

const historyLine = ({ from, to, outcome, why, endedMs }: MachineWithHistory["history"][number], look: Look): string =>
  `${clockTime(endedMs, look)}  ${from} to ${to}: ${outcome}, ${why}`;

function fleetFacts({
  ip,
  mac,
  bmc,
  domains,
  roles,
  capacity,
  loader,
  status,
}: MachineWithHistory): [string, string][] {
  const places = Object.entries(domains).map(([kind, name]) => `${kind} ${name}`);
  return [
    ["fleet.yaml", `${ip}, ${mac}, BMC ${bmc}, ${loader}, capacity ${capacity}, ${status}`],
    ["domains", places.join(", ") || "none"],
    ["may be", roles.join(", ")],
  ];
}
