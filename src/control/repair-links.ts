/** `retask links --repair`: each named machine's boot link is pointed again at the image that is recorded for it. */

import type { MachineName } from "../core/domain/names.ts";
import type { BootLinksOnDisk } from "../world/boot-links/boot-links.ts";
import type { Controller } from "./controller.ts";
import type { Asker } from "./operator-actions.ts";

/** The boot links where they lie on a disk, and can be looked at and mended. */
export type LinksOnDisk = BootLinksOnDisk;

export interface Repaired {
  readonly machine: MachineName;
  readonly done: "changed" | "unchanged" | "refused";
  readonly why: string;
}

const DEADLINE_MS = 10_000;

export function repairLinks(
  controller: Controller,
  links: LinksOnDisk,
  asker: Asker,
  names: readonly MachineName[],
  reason: string,
): Promise<Repaired[]> {
  return controller.exclusively(async () => {
    const repaired: Repaired[] = [];
    // While it only advises, nobody has asked for the links yet; a refusal shows with each machine.
    await links.own(controller.owner, controller.world.clock.deadline(DEADLINE_MS));
    for (const name of names) repaired.push(await repairOne(controller, links, name));
    await controller.store.audit({
      atMs: controller.world.clock.wallMs(),
      who: asker.author,
      from: asker.from,
      action: "repair links",
      why: reason,
      before: names,
      after: repaired,
      refused: repaired.every(({ done }) => done === "refused") ? "RTK_NOT_REPAIRED" : null,
    });
    return repaired;
  });
}

async function repairOne(controller: Controller, links: LinksOnDisk, name: MachineName): Promise<Repaired> {
  const refused = (why: string): Repaired => ({ machine: name, done: "refused", why });
  const machine = controller.configured.site().machines.get(name);
  if (machine === undefined) return refused("there is no such machine in fleet.yaml");
  const busy = [...controller.state.operations.values()].some((operation) => operation.machine === name);
  if (busy) return refused("it is in operation, which sets its link by itself");
  const image = controller.state.machines.get(name)?.image ?? null;
  if (image === null) return refused("no image is recorded for it: it was never adopted, or is a cold spare");
  const changed = await links.repair(machine, image, controller.world.clock.deadline(DEADLINE_MS));
  if (!changed.ok) return refused(changed.why);
  return { machine: name, done: changed.changed ? "changed" : "unchanged", why: `names ${image}` };
}
