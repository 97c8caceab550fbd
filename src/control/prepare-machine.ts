/**
 * The last steps by which a new machine joins: its first boot link, persistent network boot, and power on. Only for one that
 * is not adopted yet, so that no capacity is touched; and each step says what it did, or why it did not.
 */
import type { Machine } from "../core/domain/fleet.ts";
import type { ImageName, MachineName, RoleName } from "../core/domain/names.ts";
import { resolveImage } from "../core/plan/images.ts";
import type { BootFlags, Enrolment } from "../world/ports.ts";
import { sameGuid } from "../world/power/guid.ts";
import type { Controller } from "./controller.ts";
import { setNetworkBoot } from "./network-boot.ts";
import { NOT_OBSERVED } from "./operator-actions.ts";
import { type ActionResult, type Asker, audit, type Refused } from "./operator-change.ts";

export interface Preparation {
  readonly machine: MachineName;
  /** What its first boot link names; null: it stays without one, and boots the holding image. */
  readonly boots: { readonly role: RoleName } | { readonly image: ImageName } | null;
  /** How it is to be told to boot by the network; null: not at all. */
  readonly networkBoot: BootFlags["firmware"] | null;
  readonly powerOn: boolean;
}

export interface Step {
  readonly step: "bootLink" | "bmc" | "networkBoot" | "powerOn";
  /** `unproven`: done, but nothing shows that it holds. */
  readonly done: "changed" | "unchanged" | "unproven" | "refused";
  readonly why: string;
}

const LINK_DEADLINE_MS = 10_000;
/** Several commands to one BMC, each in its turn and with its interval. */
const BMC_DEADLINE_MS = 120_000;

export async function prepareMachine(
  controller: Controller,
  asker: Asker,
  wanted: Preparation,
  reason: string,
): Promise<ActionResult<readonly Step[]>> {
  const { machine, ...asked } = wanted;
  const refused = refusalOf(controller, wanted);
  const entry = { why: reason, before: asked, refused: refused === null ? null : `${refused.code}: ${refused.why}` };
  // First: an act that nobody can account for must not be.
  await audit(controller, asker, { action: `prepare ${machine}`, ...entry, after: null });
  if (refused !== null) return refused;
  const steps = await stepsOf(controller, wanted);
  await audit(controller, asker, { action: `prepared ${machine}`, ...entry, after: steps });
  controller.wake();
  return { ok: true, value: steps };
}

function refusalOf(
  { configured, state, stopped, dryRun }: Controller,
  { machine, boots }: Preparation,
): Refused | null {
  const refuse = (code: Refused["code"], why: string): Refused => ({ ok: false, code, why });
  const entry = configured.site().machines.get(machine);
  if (entry === undefined) return refuse("RTK_UNKNOWN_MACHINE", `there is no machine ${machine} in fleet.yaml`);
  if (dryRun) return refuse("RTK_DRY_RUN", "a dry run changes nothing");
  const stop = stopped();
  if (stop !== null) return refuse("RTK_STOPPED", stop);
  if (state.machines.get(machine)?.adopted === true)
    return refuse(
      "RTK_ADOPTED",
      `${machine} is adopted: retask itself decides what it boots and when; see \`retask force\``,
    );
  if (boots !== null && "role" in boots && !entry.roles.includes(boots.role))
    return refuse(
      "RTK_NOT_ELIGIBLE",
      `${machine} may not take the role ${boots.role}: fleet.yaml lets it be ${entry.roles.join(", ")}`,
    );
  return null;
}

async function stepsOf(controller: Controller, wanted: Preparation): Promise<Step[]> {
  const machine = controller.configured.site().machines.get(wanted.machine);
  if (machine === undefined) throw new Error("it was there a moment ago");
  const steps = wanted.boots === null ? [] : [await firstLink(controller, machine, wanted.boots)];
  // A machine that would boot something else than was asked for is not started.
  const linked = steps.every(({ done }) => done !== "refused");
  if (wanted.networkBoot === null && !wanted.powerOn) return steps;
  const signal = controller.world.clock.deadline(BMC_DEADLINE_MS);
  const enrolled = await enrol(controller, machine);
  if ("step" in enrolled) return [...steps, enrolled];
  if (wanted.networkBoot !== null) {
    const errand = { machine, enrolment: enrolled, firmware: wanted.networkBoot };
    const set = await setNetworkBoot(controller.world.power, errand, signal);
    const done = !set.ok ? "refused" : set.kept ? "changed" : "unproven";
    steps.push({ step: "networkBoot", done, why: set.why });
  }
  if (!wanted.powerOn) return steps;
  if (!linked) return [...steps, { step: "powerOn", done: "refused", why: "it has no boot link as asked for" }];
  return [...steps, await powerOn(controller, machine, enrolled, signal)];
}

/** Where none is: whoever made the link that is there meant something by it. */
async function firstLink(
  controller: Controller,
  machine: Machine,
  boots: NonNullable<Preparation["boots"]>,
): Promise<Step> {
  const { world, owner } = controller;
  const signal = world.clock.deadline(LINK_DEADLINE_MS);
  const step = (done: Step["done"], why: string): Step => ({ step: "bootLink", done, why });
  const resolved = imageFor(controller, machine, boots);
  if (!resolved.ok) return step("refused", resolved.why);
  const { image } = resolved;
  return controller.exclusively(async () => {
    const found = await world.links.read(machine, signal);
    if (found.kind === "image" && found.image !== image)
      return step(
        "refused",
        `it names ${found.image} already, and is left as it is; remove the link to have it made anew`,
      );
    const owned = await world.links.own(owner, signal);
    if (!owned.ok) return step("refused", owned.why);
    const pointed = await world.links.point(machine, image, signal);
    if (!pointed.ok) return step("refused", pointed.why);
    return step(pointed.changed ? "changed" : "unchanged", `it names ${image}`);
  });
}

function imageFor({ configured, last, state }: Controller, machine: Machine, boots: NonNullable<Preparation["boots"]>) {
  if ("image" in boots) return { ok: true, image: boots.image } as const;
  if (last === null) return NOT_OBSERVED;
  const resolved = resolveImage(machine, boots.role, configured.site(), last.observation, state);
  if (!resolved.ok) return resolved;
  if (resolved.image === null) throw new Error("a role has an image");
  return { ok: true, image: resolved.image } as const;
}

/** The enrolled identity, once it is known to be no other machine's (S10). */
async function enrol(controller: Controller, machine: Machine): Promise<Enrolment | Step> {
  const { power } = controller.observer;
  const refused = (why: string): Step => ({ step: "bmc", done: "refused", why });
  if ((await power.enrolment(machine.name)) === null) await power.read(machine);
  const enrolment = await power.enrolment(machine.name);
  if (enrolment === null) {
    const fact = power.fact(machine.name);
    return refused(fact.kind === "unknown" ? fact.why : "its BMC was not enrolled");
  }
  for (const { name } of controller.configured.site().machines.values()) {
    const other = name === machine.name ? null : await power.enrolment(name);
    if (other !== null && sameGuid(other.guid, enrolment.guid))
      return refused(
        `its BMC has the GUID of ${name}'s, ${other.guid}: one of the two addresses in fleet.yaml is wrong`,
      );
  }
  return enrolment;
}

async function powerOn(
  { world, observer }: Controller,
  machine: Machine,
  enrolment: Enrolment,
  signal: AbortSignal,
): Promise<Step> {
  const step = (done: Step["done"], why: string): Step => ({ step: "powerOn", done, why });
  const status = await world.power.status(machine, enrolment, signal);
  if (!status.ok) return step("refused", status.why);
  // Whatever it runs was not retask's to begin with, so it is not rebooted.
  if (status.power === "on") return step("unchanged", "it is on already; what was set counts from its next start");
  const same = await world.power.identify(machine, enrolment, signal);
  if (!same.ok) return step("refused", same.why);
  observer.power.commandSent(machine.name);
  await world.bootLog.begin(machine, signal);
  const sent = await world.power.on(machine, enrolment, signal);
  return sent.ok ? step("changed", "switched on") : step("refused", sent.why);
}
