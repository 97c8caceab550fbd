/** Each kind of effect, carried out once. Its outcome is only noted: whether it worked is for the next observation to tell. */
import type { Machine } from "../core/domain/fleet.ts";
import { type ImageName, isRole, type Placement } from "../core/domain/names.ts";
import type { EffectKind } from "../core/domain/observation.ts";
import type { Operation } from "../core/domain/operation.ts";
import type { Site } from "../core/domain/site.ts";
import type { BmcReply, Clock, Enrolment } from "../world/ports.ts";
import type { Controller } from "./controller.ts";
import type { EffectOutcome } from "./effect-log.ts";

/** Longer than any adapter's own deadline: what still runs then is cut off and counts as unknown. */
const DEADLINE_MS = 60_000;

/** A tick, or the last look before an effect, takes a few seconds at most. */
const STALE_MS = 30_000;

export interface Errand {
  readonly operation: Operation;
  readonly machine: Machine;
  readonly effect: EffectKind;
  readonly site: Site;
  /** Wall-clock ms of the observation that asked for it. */
  readonly seenMs: number;
}

const DONE: EffectOutcome = { ok: true, code: null, detail: null };
const refuse = (code: string, detail: string): EffectOutcome => ({ ok: false, code, detail });

export function runEffect(controller: Controller, errand: Errand): Promise<EffectOutcome> {
  const signal = controller.world.clock.deadline(DEADLINE_MS);
  const { operation, effect } = errand;
  switch (effect) {
    case "preflight":
      return preflight(controller, errand, signal);
    case "trafficOff":
      return setTraffic(controller, errand, operation.from, "off");
    case "trafficOn":
      // An undo gives traffic back to the old role, a verified machine gets its new one.
      return setTraffic(controller, errand, servesAs(operation), "on");
    case "relink":
      return point(controller, errand, operation.toImage, signal);
    case "restoreLink":
      return point(controller, errand, operation.fromImage, signal);
    case "identify":
    case "softOff":
    case "hardOff":
    case "powerOn":
      return command(controller, errand, effect, signal);
  }
}

/** Wall-clock time, since monotonic time stands still in a suspend; a clock that was set costs one tick. */
export const isStale = (clock: Clock, seenMs: number): boolean => Math.abs(clock.wallMs() - seenMs) > STALE_MS;

const servesAs = ({ from, to, chart }: Operation): Placement => (chart.value === "undoing" ? from : to);

/** Everything that could be found wrong before the first session is drained: owner, link, BMC, and what would be booted. */
async function preflight(controller: Controller, errand: Errand, signal: AbortSignal): Promise<EffectOutcome> {
  const { machine, operation } = errand;
  const { links, bootServer } = controller.world;
  const forbidden = await actForbidden(controller, signal);
  if (forbidden !== null) return forbidden;

  if (operation.toImage !== null) {
    const writable = await links.writable(machine, signal);
    if (!writable.ok) return refuse(writable.code, writable.why);
    const fetched = await bootServer.fetch(machine, operation.toImage, signal);
    if (!fetched.ok) return refuse("RTK_BOOT_FILES", fetched.why);
  }
  return command(controller, errand, "identify", signal);
}

/** The last look before a side effect: someone may have said stop, or another controller may own the links by now (S6). */
async function actForbidden(controller: Controller, signal: AbortSignal): Promise<EffectOutcome | null> {
  const stopped = controller.stopped();
  return stopped === null ? ownerForbidden(controller, signal) : refuse("RTK_STOPPED", stopped);
}

async function ownerForbidden(controller: Controller, signal: AbortSignal): Promise<EffectOutcome | null> {
  const owned = await controller.world.links.own(controller.owner, signal);
  return owned.ok ? null : refuse("RTK_NOT_OWNER", owned.why);
}

async function command(
  controller: Controller,
  { machine, operation, seenMs }: Errand,
  effect: "identify" | "softOff" | "hardOff" | "powerOn",
  signal: AbortSignal,
): Promise<EffectOutcome> {
  const enrolment = await controller.observer.power.enrolment(machine.name);
  if (enrolment === null)
    return refuse("RTK_BMC_NOT_ENROLLED", `${machine.name}'s BMC has never answered: its GUID is unknown`);
  // A hard off finishes what a soft one began: a stop in between must not leave the machine drained and half-way.
  const isFirstOff = effect === (operation.manner === "hard" ? "hardOff" : "softOff");
  const forbids = isFirstOff ? actForbidden : effect === "hardOff" ? ownerForbidden : null;
  const forbidden = await forbids?.(controller, signal);
  if (forbidden) return forbidden;
  // The last moment: a process that was stopped, or a suspended controller, counted the floor in another hour (S6, S15).
  if (isFirstOff && isStale(controller.world.clock, seenMs))
    return refuse("RTK_STALE", "too much time has passed since the floor was counted");
  if (effect !== "identify") controller.observer.power.commandSent(machine.name);
  const reply = await COMMANDS[effect](controller, machine, enrolment, signal);
  return reply.ok ? DONE : refuse(reply.code, reply.why);
}

type Command = (c: Controller, machine: Machine, enrolment: Enrolment, signal: AbortSignal) => Promise<BmcReply>;

const COMMANDS: Record<"identify" | "softOff" | "hardOff" | "powerOn", Command> = {
  identify: (c, ...rest) => c.world.power.identify(...rest),
  softOff: (c, ...rest) => c.world.power.softOff(...rest),
  hardOff: (c, ...rest) => c.world.power.hardOff(...rest),
  powerOn: (c, ...rest) => c.world.power.on(...rest),
};

async function setTraffic(
  controller: Controller,
  { machine, site }: Errand,
  placement: Placement,
  to: "on" | "off",
): Promise<EffectOutcome> {
  const policy = isRole(placement) ? site.policies.get(placement) : undefined;
  if (policy === undefined) return DONE;
  // A hook may have longer than all else.
  const signal = controller.world.clock.deadline(Math.max(DEADLINE_MS, policy.traffic.hook?.deadline ?? 0));
  const changed = await controller.world.traffic[to](policy.role, policy.traffic, machine, signal);
  return changed.ok ? DONE : refuse(changed.code, changed.why);
}

async function point(controller: Controller, { machine }: Errand, image: ImageName | null, signal: AbortSignal) {
  if (image === null) return DONE;
  // A stop must not keep a link from being restored: only a foreign owner may.
  const forbidden = await ownerForbidden(controller, signal);
  if (forbidden !== null) return forbidden;
  const pointed = await controller.world.links.point(machine, image, signal);
  return pointed.ok ? DONE : refuse(pointed.code, pointed.why);
}
