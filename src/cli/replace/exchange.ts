/** The steps that change the operator's files, each undone when a later one fails. */
import type { Configuration } from "../../control/configuration/configuration.ts";
import type { MachineName } from "../../core/domain/names.ts";
import { applyDhcp } from "../../world/dhcp/apply-dhcp.ts";
import type { Handover } from "../../world/dhcp/dhcp-file.ts";
import { releaseLease } from "../../world/dhcp/release-lease.ts";
import type { MachineWithHistory } from "../answers.ts";
import { CommandFailed } from "../command-failed.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { prepareFleetChange } from "../fleet/change-fleet.ts";
import { removeLink } from "../fleet/daemon-steps.ts";
import { exchangeHardware } from "../fleet/exchange-hardware.ts";
import type { Invocation } from "../invocation.ts";
import { whileWaiting } from "../waiting.ts";
import { comeIntoForce } from "./in-force.ts";

export interface Task {
  readonly cli: Invocation;
  readonly daemon: DaemonClient;
  readonly machine: MachineName;
  readonly spare: MachineName;
  readonly author: string;
  readonly reason: string;
}

const DHCP_DEADLINE_MS = 240_000;
/** Several questions to two BMCs, each in its turn, and a dead one's deadlines. */
export const BMC_DEADLINE_MS = 300_000;

/** fleet.yaml with the hardware exchanged, in force; what the site's files are then. */
export async function exchangeInFleet(task: Task, spareIs: "retired" | "active"): Promise<Configuration> {
  const { cli, daemon, machine, spare, author } = task;
  const edit = (text: string) => exchangeHardware(text, { machine, spare, spareIs });
  const change = await prepareFleetChange(cli.options.site, edit);
  await change.write();
  cli.note(`fleet.yaml: ${machine} and ${spare} have changed hardware, ${spare} is ${spareIs}`);
  try {
    await comeIntoForce(daemon, change.after.digest, author);
    return change.after;
  } catch (error) {
    const back = await prepareFleetChange(cli.options.site, (text) =>
      exchangeHardware(text, { machine, spare, spareIs: spareIs === "retired" ? "active" : "retired" }),
    );
    await back.write();
    // It would expire; whether it is there at all is no matter.
    await daemon.ask({ method: "DELETE", path: `/v1/overrides/pins/${spare}`, body: { author, reason: task.reason } });
    cli.note("fleet.yaml: as it was");
    throw error;
  }
}

/** The DHCP server's entries as the fleet says; null where retask.yaml names no server. `handover`: the address is only just the new card's. */
export async function writeDhcp(
  { cli }: Task,
  { settings, site }: Configuration,
  handover: Handover | null,
): Promise<void> {
  const { dhcp } = settings;
  if (dhcp === undefined) return;
  const signal = AbortSignal.timeout(DHCP_DEADLINE_MS);
  const wish = { settings: dhcp, machines: [...site.machines.values()], handover };
  const work = applyDhcp(wish, { dryRun: false, signal });
  const applied = await whileWaiting("waiting for the DHCP server", work);
  if (!applied.ok) throw new CommandFailed(`${applied.why} (${applied.code})`);
  if (applied.changed) cli.note(`DHCP: ${applied.file} is written, and the server has read it`);
  const ip = handover === null ? undefined : site.machines.get(handover.machine as MachineName)?.ip;
  if (ip === undefined) return;
  const kept = await releaseLease(dhcp, ip, signal);
  if (kept !== null) cli.note(`warning: ${kept.why} (${kept.code})`);
}

/** At the spare's own address nothing boots any more; its hardware is verified elsewhere, so nothing is taken back. */
export async function dropSpareLink({ cli, daemon, spare, author, reason }: Task): Promise<void> {
  const { done, why } = await removeLink(daemon, spare, { author, reason });
  if (done === "changed") cli.note(`${spare}'s own boot link: removed`);
  if (done === "refused") cli.note(`warning: ${spare}'s own boot link stays: ${why}`);
}

/** Everything as it was: fleet.yaml, the record, the entries. The dead machine stays out, in quarantine. */
export async function undoExchange(task: Task): Promise<void> {
  const { daemon, machine, spare, author, reason } = task;
  // An answer may have been lost, and the hardware be on its way: its operation must not find the dead one's BMC.
  const { operation } = await daemon.get<MachineWithHistory>(`/v1/machines/${machine}`);
  if (operation !== null) throw new CommandFailed(`${machine} is in operation ${operation}, and nothing was put back`);
  const before = await exchangeInFleet(task, "active");
  const body = { author, reason, spare, undo: true };
  await daemon.send("POST", `/v1/machines/${machine}/replacement`, body, BMC_DEADLINE_MS);
  await writeDhcp(task, before, null);
  task.cli.note(`${spare} is a spare again, and ${machine} stays out`);
}
