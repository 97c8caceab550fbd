/** The step of a change of the fleet that is the DHCP server's: its entries, where retask.yaml says that retask writes them. */
import type { Configuration } from "../../control/configuration/configuration.ts";
import { applyDhcp } from "../../world/dhcp/apply-dhcp.ts";
import { whileWaiting } from "../waiting.ts";
import type { StepLine } from "./daemon-steps.ts";

/** The server's trial and two reloads, each with a deadline of its own. */
const DEADLINE_MS = 240_000;
const YOURS = "retask.yaml names no DHCP server, so its entry is yours to write; see `dhcp` there";

export async function dhcpStep({ settings, site }: Configuration): Promise<StepLine> {
  if (settings.dhcp === undefined) return { step: "dhcp", done: "yours", why: YOURS };
  const wish = { settings: settings.dhcp, machines: [...site.machines.values()] };
  const work = applyDhcp(wish, { dryRun: false, signal: AbortSignal.timeout(DEADLINE_MS) });
  const applied = await whileWaiting("waiting for the DHCP server", work);
  if (!applied.ok)
    return { step: "dhcp", done: "refused", why: `${applied.why} (${applied.code}); then: retask dhcp apply` };
  const { changed, added, removed, file } = applied;
  const why = changed ? `${file}: ${added.length} added, ${removed.length} taken out` : `${file} has it already`;
  return { step: "dhcp", done: changed ? "changed" : "unchanged", why };
}
