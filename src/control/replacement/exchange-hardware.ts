/**
 * After fleet.yaml has changed the hardware of a dead machine and a spare: their enrolments follow, by the GUID that really
 * answers; the record says so; and the machine is booted in its role, by an operation like any other. Safe to repeat.
 */
import type { Machine } from "../../core/domain/fleet.ts";
import type { Operation } from "../../core/domain/operation.ts";
import type { PoolState } from "../../core/domain/pool-state.ts";
import { beginPlan } from "../../core/operate/begin.ts";
import {
  isReserved,
  type Replacement,
  roleOf,
  withNewHardware,
  withOldHardware,
} from "../../core/operate/replacement.ts";
import type { Enrolment } from "../../world/ports.ts";
import { sameGuid } from "../../world/power/guid.ts";
import type { Controller } from "../controller.ts";
import { NOT_OBSERVED } from "../operator-actions.ts";
import {
  type ActionCode,
  type ActionResult,
  type Applied,
  type Asker,
  changeState,
  type Refused,
} from "../operator-change.ts";
import { planBoot } from "./plan-boot.ts";
import { offBy, type ProofWanted } from "./prove-off.ts";

const no = (code: ActionCode, why: string): Refused => ({ ok: false, code, why });

/** Boots the machine on its new hardware. One that is under way already is answered as it is. */
export async function bootReplacement(
  controller: Controller,
  asker: Asker,
  replacement: ProofWanted,
  why: string,
): Promise<ActionResult<Operation>> {
  const { machine, spare } = replacement;
  const hindrance =
    notExchanged(controller, replacement, spare) ??
    notProven(controller, replacement) ??
    (await takeHardware(controller, machine, spare));
  const begun = await changeState<Operation>(controller, asker, {
    action: `replace ${machine} with ${spare}: boot it`,
    why,
    show: (state) => operationOf(state, replacement)?.id ?? state.machines.get(machine) ?? null,
    apply: (state) => hindrance ?? booting(controller, asker, state, replacement, why),
  });
  if (begun.ok) controller.logger.info({ machine, spare, operation: begun.value.id }, "replaced hardware boots");
  return begun;
}

/** fleet.yaml has put the hardware back: the spare is a spare again, and the dead machine stays out. */
export async function takeBack(
  controller: Controller,
  asker: Asker,
  replacement: Replacement,
  why: string,
): Promise<ActionResult<Replacement>> {
  const { machine, spare } = replacement;
  const hindrance = notExchanged(controller, replacement, null) ?? (await takeHardware(controller, spare, machine));
  return changeState<Replacement>(controller, asker, {
    action: `replace ${machine} with ${spare}: undo`,
    why,
    show: (state) => ({ [machine]: state.machines.get(machine), [spare]: state.machines.get(spare) }),
    apply: (state) => {
      if (hindrance !== null) return hindrance;
      const after = withOldHardware(state, replacement, controller.world.clock.wallMs());
      return { ok: true, value: { state: after, value: replacement } };
    },
  });
}

/** `retired`: who should be so, by the configuration in force; null: neither. */
function notExchanged(
  { configured, stopped, state }: Controller,
  { machine, spare }: Replacement,
  retired: Replacement["spare"] | null,
): Refused | null {
  const site = configured.site();
  const active = retired === null ? [machine, spare] : [machine];
  const missing = active.find((name) => !site.machines.has(name));
  if (missing !== undefined) return no("RTK_NOT_EXCHANGED", `fleet.yaml has no machine ${missing} in force`);
  if (retired !== null && !site.retired.has(retired))
    return no("RTK_NOT_EXCHANGED", `fleet.yaml, as it is in force, does not say that ${retired} is retired`);
  const busy = operationOf(state, { machine, spare });
  if (busy !== undefined && retired === null)
    return no("RTK_NOT_REPLACEABLE", `${machine} is in operation ${busy.id}; wait for its end`);
  const stop = stopped();
  return stop === null ? null : no("RTK_STOPPED", stop);
}

/** The old metal has another name by now, so its proof was made before: it is good for as long as the spare is reserved. */
function notProven({ state, world }: Controller, wanted: ProofWanted): Refused | null {
  const { machine, spare, unplugged } = wanted;
  const known = operationOf(state, wanted) !== undefined || isReserved(state, wanted, world.clock.wallMs());
  if (known || unplugged) return null;
  const why = `that ${machine}'s old hardware is off was not proven within the hour`;
  return no(
    "RTK_NOT_PROVEN_OFF",
    `${why}; pull its plugs and say --dead-is-unplugged, or put all back with --undo and begin anew with ${spare}`,
  );
}

const operationOf = ({ operations }: PoolState, { machine }: Replacement): Operation | undefined =>
  [...operations.values()].find((operation) => operation.machine === machine);

/**
 * The board that answers for `to` must be the one enrolled for `from` (or for `to`, where this was done before); then the two
 * names change their enrolments, and `to` is proven off. Null: done.
 */
async function takeHardware(
  controller: Controller,
  to: Replacement["machine"],
  from: Replacement["machine"],
): Promise<Refused | null> {
  const machine = controller.configured.site().machines.get(to);
  if (machine === undefined) return no("RTK_NOT_EXCHANGED", `fleet.yaml has no machine ${to} in force`);
  // An operation of its own is under way: its hardware was taken before.
  if (operationOf(controller.state, { machine: to, spare: from }) !== undefined) return null;
  const { store, observer } = controller;
  const found = await answering(controller, machine);
  if ("ok" in found) return found;
  const [own, others] = [await store.enrolment(to), await store.enrolment(from)];
  if (own === null || !sameGuid(own.guid, found.guid)) {
    if (others !== null && !sameGuid(others.guid, found.guid)) {
      const why = `the board at ${machine.bmc.address} has the GUID ${found.guid}, not ${from}'s, ${others.guid}`;
      return no("RTK_WRONG_HARDWARE", why);
    }
    // This one first: where the process dies in between, the next try finds the board enrolled, and goes on.
    await store.saveEnrolment(to, found);
    if (own !== null) await store.saveEnrolment(from, own);
  }
  observer.power.forget(to);
  observer.power.forget(from);
  const off = await offBy(controller, machine, false);
  return off.ok ? null : off;
}

async function answering({ world }: Controller, machine: Machine): Promise<Enrolment | Refused> {
  const reply = await world.power.enrol(machine, world.clock.deadline(120_000));
  return reply.ok
    ? reply.enrolment
    : no("RTK_WRONG_HARDWARE", `the BMC at ${machine.bmc.address} does not tell its GUID: ${reply.why}`);
}

function booting(
  controller: Controller,
  asker: Asker,
  state: PoolState,
  replacement: Replacement,
  reason: string,
): Applied<Operation> {
  const { machine, spare } = replacement;
  const underWay = operationOf(state, replacement);
  if (underWay !== undefined) return { ok: true, value: { state, value: underWay } };
  const { last } = controller;
  const role = roleOf(state.machines.get(machine));
  if (last === null) return NOT_OBSERVED;
  if (role === null)
    return no("RTK_NOT_REPLACEABLE", `${machine} has no role to come back into; \`retask force\` gives it one`);
  const why = `replaced by ${asker.author} with ${spare}'s hardware: ${reason}`;
  const { now, plan } = planBoot(controller, last, state, { replacement, role, reason: why });
  if (!("id" in plan)) return no("RTK_HELD", plan.why);
  const after = beginPlan(withNewHardware(state, replacement), plan, now.observation, now.site);
  const begun = operationOf(after, replacement);
  if (begun === undefined) throw new Error("a plan of one move began nothing");
  return { ok: true, value: { state: after, value: begun } };
}
