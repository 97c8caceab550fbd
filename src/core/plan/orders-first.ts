/** Moves that were ordered: machines that retire, that somebody works on, and that an operator forces somewhere. */
import type { AssignedMachine } from "../decide/assignment.ts";
import { signed } from "../decide/orders.ts";
import { SPARE } from "../domain/names.ts";
import type { Ask } from "./ask.ts";
import { type Draft, tryMove } from "./draft.ts";

/** A retiring machine goes to spare and off; after that its entry may be deleted. */
export function planRetiring(draft: Draft): void {
  for (const assigned of draft.assignment.machines) {
    const { machine, standing, facts } = assigned;
    if (machine.status !== "retiring" || standing.kind === "switching" || standing.kind === "stray") continue;
    if (standing.kind === "spare" && facts?.power.kind === "off") continue;
    if (standing.placement === null) {
      draft.notDone.push({ subject: machine.name, what: "retire", why: standing.why, notBeforeMs: null });
      continue;
    }
    const ask = {
      assigned,
      from: standing.placement,
      to: SPARE,
      manner: "usual" as const,
      // Switched off, even where the reserve is kept on.
      image: null,
      orderedMs: null,
      ignoresDwell: true,
      overridesFloor: false,
    };
    planOrdered(draft, ask, "retire", "retiring: drained and switched off");
  }
}

/** Drained and kept out; one that is there already is whoever's who works on it, on, off or unplugged. */
export function planMaintained(draft: Draft): void {
  const { machines, orders } = draft.assignment;
  for (const assigned of machines) {
    const { machine, standing } = assigned;
    const order = orders.maintained.get(machine.name);
    if (order === undefined || machine.status === "retiring" || standing.kind === "switching") continue;
    const { value: power, override } = order;
    const what = power === "off" ? "be switched off for maintenance" : "be drained for maintenance";
    if (isOutForMaintenance(draft, assigned, power)) continue;
    if (standing.placement === null) {
      draft.notDone.push({ subject: machine.name, what, why: standing.why, notBeforeMs: null });
      continue;
    }
    const ask = {
      assigned,
      from: standing.placement,
      to: SPARE,
      ...(power === "off" ? ({ manner: "usual", image: null } as const) : ({ manner: "drainOnly" } as const)),
      orderedMs: override.createdMs,
      ignoresDwell: true,
      overridesFloor: override.overrideFloor,
    };
    planOrdered(draft, ask, what, signed("maintenance", override));
  }
}

function isOutForMaintenance(
  { input: { state } }: Draft,
  { machine, facts }: AssignedMachine,
  power: "off" | "on",
): boolean {
  const record = state.machines.get(machine.name);
  if (record?.placement !== SPARE) return false;
  // A spare that was on is still to be switched off; whether its BMC says more than that is no longer retask's affair.
  return power === "on" || facts?.power.kind !== "on" || facts.beacon.kind !== "heard" || record.image === null;
}

/** A force ignores dwell alone; floors only when that was said on purpose. */
export function planForced(draft: Draft): void {
  const { forcedMachines, maintained } = draft.assignment.orders;
  const byName = new Map(draft.assignment.machines.map((assigned) => [assigned.machine.name, assigned]));
  for (const [name, { value: to, override }] of [...forcedMachines].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const what = `go to ${to}`;
    const assigned = byName.get(name);
    if (assigned === undefined) {
      draft.notDone.push({ subject: name, what, why: "fleet.yaml has no such machine", notBeforeMs: null });
      continue;
    }
    const maintenance = maintained.get(name);
    if (maintenance !== undefined) {
      draft.notDone.push({ subject: name, what, why: signed("maintenance", maintenance.override), notBeforeMs: null });
      continue;
    }
    const from = forcedFrom(assigned);
    if (from === to || assigned.standing.kind === "switching" || assigned.machine.status === "retiring") continue;
    if (from === null) {
      draft.notDone.push({ subject: name, what, why: assigned.standing.why, notBeforeMs: null });
      continue;
    }
    const ask = {
      assigned,
      from,
      to,
      manner: "usual" as const,
      orderedMs: override.createdMs,
      ignoresDwell: true,
      overridesFloor: override.overrideFloor,
    };
    planOrdered(draft, ask, what, signed("forced", override));
  }
}

/** Where it stands, if the table lets it stand anywhere. */
const forcedFrom = ({ standing }: AssignedMachine) =>
  standing.asCapacity || standing.kind === "spare" ? standing.placement : null;

function planOrdered(draft: Draft, ask: Ask, what: string, reason: string): void {
  const refusal = draft.ledger.poolRefusal(false) ?? tryMove(draft, ask, reason);
  if (refusal !== null) draft.notDone.push({ subject: ask.assigned.machine.name, what, ...refusal });
}
