/**
 * Before a dead machine's name goes over to a spare: it is proven off, for two machines with one address would answer each
 * other's sessions; and so is the spare, which is kept for it from then on.
 */
import type { Machine } from "../../core/domain/fleet.ts";
import type { RoleName } from "../../core/domain/names.ts";
import type { PowerFact } from "../../core/domain/observation.ts";
import { type Replacement, replacementRefusal, reservation, roleOf } from "../../core/operate/replacement.ts";
import type { Controller } from "../controller.ts";
import { NOT_OBSERVED } from "../operator-actions.ts";
import { type ActionResult, type Asker, changeState, type Refused } from "../operator-change.ts";
import { withOverride } from "../override-actions.ts";
import { planBoot } from "./plan-boot.ts";

export interface ProofWanted extends Replacement {
  /** The operator has pulled the dead machine's plugs: for one whose BMC is dead too. */
  readonly unplugged: boolean;
}

export interface ProvenOff {
  readonly role: RoleName;
  /** How it is known that the machine is off. */
  readonly why: string;
  /** Until when the spare is pinned, wall-clock ms. */
  readonly reservedUntilMs: number;
}

type Proof = Refused | { readonly ok: true; readonly why: string };

const RESERVED_MS = 3_600_000;
const BEACON_DEADLINE_MS = 5_000;
const BMC_DEADLINE_MS = 60_000;

export async function proveOff(
  controller: Controller,
  asker: Asker,
  wanted: ProofWanted,
  why: string,
): Promise<ActionResult<ProvenOff>> {
  const { machine, spare } = wanted;
  const proof = early(controller, wanted) ?? (await proofOf(controller, wanted));
  return changeState<ProvenOff>(controller, asker, {
    action: `replace ${machine} with ${spare}: prove it off`,
    why,
    show: (state) => state.overrides.filter(({ reason }) => reason === reservation(wanted)),
    apply: (state) => {
      if (!proof.ok) return proof;
      const refused = early(controller, wanted);
      if (refused !== null) return refused;
      const role = roleOf(state.machines.get(machine));
      if (role === null) throw new Error("it had a role a moment ago");
      // Files that would be changed for a boot that has to wait would only be changed back.
      const { last } = controller;
      if (last === null) return NOT_OBSERVED;
      const { plan: boot } = planBoot(controller, last, state, { replacement: wanted, role, reason: why });
      if (!("id" in boot)) return { ok: false, code: "RTK_HELD", why: boot.why };
      const expiresMs = controller.world.clock.wallMs() + RESERVED_MS;
      const act = { kind: "pin", machine: spare } as const;
      const pin = { act, reason: reservation(wanted), expiresMs, overrideFloor: false };
      const pinned = withOverride(controller, state, pin, asker.author);
      if (!pinned.ok) return pinned;
      const value = { role, why: proof.why, reservedUntilMs: expiresMs };
      return { ok: true, value: { state: pinned.value.state, value } };
    },
  });
}

/** What needs no BMC to be known. */
function early({ configured, state, stopped, world }: Controller, wanted: Replacement): Refused | null {
  const site = configured.site();
  const unknown = [wanted.machine, wanted.spare].find((name) => !site.machines.has(name));
  if (unknown !== undefined)
    return { ok: false, code: "RTK_UNKNOWN_MACHINE", why: `there is no machine ${unknown} in fleet.yaml` };
  const stop = stopped();
  if (stop !== null) return { ok: false, code: "RTK_STOPPED", why: stop };
  const why = replacementRefusal(wanted, { site, state, wallMs: world.clock.wallMs() });
  return why === null ? null : { ok: false, code: "RTK_NOT_REPLACEABLE", why };
}

async function proofOf(controller: Controller, wanted: ProofWanted): Promise<Proof> {
  const { machines } = controller.configured.site();
  const [dead, spare] = [machines.get(wanted.machine), machines.get(wanted.spare)];
  if (dead === undefined || spare === undefined) throw new Error("both were there a moment ago");
  const proof = await offBy(controller, dead, wanted.unplugged);
  if (!proof.ok) return proof;
  const cold = await offBy(controller, spare, false);
  return cold.ok ? proof : cold;
}

/** The BMC of the enrolled board says off, twice, and no beacon answers (S9, S10). */
export async function offBy(controller: Controller, machine: Machine, unplugged: boolean): Promise<Proof> {
  const { name } = machine;
  const refuse = (why: string): Refused => ({ ok: false, code: "RTK_NOT_PROVEN_OFF", why: `${name}: ${why}` });
  const { clock, beacons } = controller.world;
  const heard = await beacons.read(machine, clock.deadline(BEACON_DEADLINE_MS));
  if (heard.ok) return refuse(`a beacon answers at ${machine.ip}; it calls itself ${heard.value.machine}`);
  const power = await readTwice(controller, machine);
  if (power.kind === "on") return refuse("its BMC says that it is on");
  if (unplugged) return { ok: true, why: `said to be unplugged; ${bmcWord(power)}` };
  if (power.kind === "unknown") return refuse(`its BMC does not say that it is off: ${power.why}`);
  if (power.readings < 2) return refuse("its BMC said off only once");
  const stranger = await notTheEnrolled(controller, machine);
  return stranger === null ? { ok: true, why: "its BMC says off, twice, and no beacon answers" } : refuse(stranger);
}

const bmcWord = (power: PowerFact): string =>
  power.kind === "unknown" ? `its BMC does not answer: ${power.why}` : "its BMC says off";

async function readTwice({ observer: { power } }: Controller, machine: Machine): Promise<PowerFact> {
  await power.read(machine);
  if (power.fact(machine.name).kind === "off") await power.read(machine);
  return power.fact(machine.name);
}

async function notTheEnrolled({ world, observer }: Controller, machine: Machine): Promise<string | null> {
  const enrolment = await observer.power.enrolment(machine.name);
  if (enrolment === null) return "its BMC was never enrolled";
  const reply = await world.power.identify(machine, enrolment, world.clock.deadline(BMC_DEADLINE_MS));
  return reply.ok ? null : reply.why;
}
