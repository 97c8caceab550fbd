/** A file server in a state of its own choosing, as a page's reader or an API's caller has it before them. */
import type { Controller } from "../../../src/control/controller.ts";
import { type ImageName, machineName } from "../../../src/core/domain/names.ts";
import { newStorage } from "../../../src/core/storage/storage.statechart.ts";

/** Dead just now; or recovered long since, with m23 away on the mirror. */
export async function tellStorage(controller: Controller, server: string, state: "dead" | "recovered"): Promise<void> {
  const fresh = newStorage();
  const context = { ...(fresh.context as object), upMs: state === "dead" ? 0 : 86_400_000 };
  const storage = new Map(controller.state.storage).set(server, { ...fresh, value: state, context });
  const away = machineName("m23");
  const record = controller.state.machines.get(away);
  const machine = controller.configured.site().machines.get(away);
  if (machine === undefined || record?.image == null) throw new Error("m23 runs no image");
  const image = record.image.replace(/(?:@.*)?$/, state === "dead" ? "" : "@nfs-b") as ImageName;
  // Its link too: what tells of wrong links shall find none of ours.
  await controller.world.links.point(machine, image, AbortSignal.timeout(5_000));
  const machines = new Map(controller.state.machines).set(away, { ...record, image });
  controller.state = { ...controller.state, storage, machines };
}
