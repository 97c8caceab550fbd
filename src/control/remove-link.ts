/** What a machine that leaves for good leaves behind: its boot link, which nobody would own any more. */
import type { Machine } from "../core/domain/fleet.ts";
import type { MachineName } from "../core/domain/names.ts";
import type { BootLinksOnDisk } from "../world/boot-links/boot-links.ts";
import type { Controller } from "./controller.ts";
import { machinesOff } from "./machines-off.ts";
import { type ActionResult, type Asker, audit, type Refused } from "./operator-change.ts";

const DEADLINE_MS = 10_000;

/**
 * Only of a machine that is retiring and known to be off, for a link that is gone takes the role of what boots next; or of
 * hardware that is retired, at whose address nothing boots any more.
 */
export function removeLink(
  controller: Controller,
  links: BootLinksOnDisk,
  asker: Asker,
  name: MachineName,
  reason: string,
): Promise<ActionResult<{ readonly removed: boolean }>> {
  return controller.exclusively(async () => {
    const refused = refusalOf(controller, name);
    const entry = { action: `remove boot link of ${name}`, why: reason, before: null };
    await audit(controller, asker, { ...entry, after: null, refused: refused && `${refused.code}: ${refused.why}` });
    if (refused !== null) return refused;
    const machine = entryOf(controller, name);
    if (machine === undefined) throw new Error("it was there a moment ago");
    const signal = controller.world.clock.deadline(DEADLINE_MS);
    const owned = await links.own(controller.owner, signal);
    const removed = owned.ok ? await links.remove(machine, signal) : owned;
    if (!removed.ok) return { ok: false, code: "RTK_LINK_KEPT", why: removed.why };
    return { ok: true, value: { removed: removed.changed } };
  });
}

function entryOf({ configured }: Controller, name: MachineName): Machine | undefined {
  const { machines, retired } = configured.site();
  return machines.get(name) ?? retired.get(name);
}

function refusalOf(controller: Controller, name: MachineName): Refused | null {
  const refuse = (code: Refused["code"], why: string): Refused => ({ ok: false, code, why });
  const machine = entryOf(controller, name);
  if (machine === undefined) return refuse("RTK_UNKNOWN_MACHINE", `there is no machine ${name} in fleet.yaml`);
  if (controller.dryRun) return refuse("RTK_DRY_RUN", "a dry run changes nothing");
  if (machine.status === "retired") {
    const heir = [...controller.configured.site().machines.values()].find(({ ip }) => ip === machine.ip);
    return heir === undefined
      ? null
      : refuse("RTK_NOT_RETIRED", `its address is ${heir.name}'s now, and so is the link`);
  }
  if (machine.status !== "retiring") return refuse("RTK_NOT_RETIRED", `${name} is not retiring`);
  if (!machinesOff(controller).has(name)) return refuse("RTK_NOT_RETIRED", `${name} is not known to be off yet`);
  return null;
}
