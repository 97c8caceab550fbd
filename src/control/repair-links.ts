/** `retask links --repair`: each named machine's boot link is pointed again at the image that is recorded for it. */

import type { MachineName } from "../core/domain/names.ts";
import type { BootLinksOnDisk } from "../world/boot-links/boot-links.ts";
import type { Controller } from "./controller.ts";
import { type Asker, audit } from "./operator-change.ts";

/** The boot links where they lie on a disk, and can be looked at and mended. */
export type LinksOnDisk = BootLinksOnDisk;

export interface Repaired {
  readonly machine: MachineName;
  readonly done: "changed" | "unchanged" | "refused";
  readonly why: string;
}

const DEADLINE_MS = 10_000;

/** Answers once for each machine; it holds the loop up for no longer than one link takes. */
export async function repairLinks(
  controller: Controller,
  links: LinksOnDisk,
  asker: Asker,
  names: readonly MachineName[],
  reason: string,
): Promise<Repaired[]> {
  const repaired: Repaired[] = [];
  // One deadline for all: behind a hanging file server a thousand machines must not wait one after another.
  const signal = controller.world.clock.deadline(DEADLINE_MS);
  for (const name of new Set(names)) {
    repaired.push(await controller.exclusively(() => repairOne(controller, links, name, signal)));
  }
  const nothing = repaired.every(({ done }) => done === "refused");
  await audit(controller, asker, {
    action: "repair links",
    why: reason,
    before: names,
    after: repaired,
    refused: nothing ? `RTK_NOT_REPAIRED: ${repaired[0]?.why ?? ""}` : null,
  });
  return repaired;
}

async function repairOne(
  controller: Controller,
  links: LinksOnDisk,
  name: MachineName,
  signal: AbortSignal,
): Promise<Repaired> {
  const refused = (why: string): Repaired => ({ machine: name, done: "refused", why });
  if (controller.dryRun) return refused("a dry run changes nothing");
  if (signal.aborted) return refused(`not tried: all together took longer than ${DEADLINE_MS / 1_000} s; try again`);
  const machine = controller.configured.site().machines.get(name);
  if (machine === undefined) return refused("there is no such machine in fleet.yaml");
  const busy = [...controller.state.operations.values()].some((operation) => operation.machine === name);
  if (busy) return refused("it is in operation, which sets its link by itself");
  const image = controller.state.machines.get(name)?.image ?? null;
  if (image === null) return refused("no image is recorded for it: it was never adopted, or is a cold spare");
  const changed = await links.repair(machine, image, signal);
  if (!changed.ok) return refused(changed.why);
  return { machine: name, done: changed.changed ? "changed" : "unchanged", why: `names ${image}` };
}
