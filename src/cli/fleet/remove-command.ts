/** `retask fleet remove`: a machine goes in two steps, so that nobody deletes the entry of one that still runs. */
import type { Command } from "commander";
import { machineName } from "../../core/domain/names.ts";
import type { MachineWithHistory } from "../answers.ts";
import { asLine, asMachine } from "../arguments.ts";
import { CommandFailed } from "../command-failed.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { helpText } from "../help-text.ts";
import { type Invocation, invocationOf } from "../invocation.ts";
import { type EndOptions, endBody, withAuthor } from "../override-options.ts";
import { type FleetRemoved, fleetRemovedText } from "../text/fleet-text.ts";
import { prepareFleetChange } from "./change-fleet.ts";
import { removeLink, type StepLine, taken } from "./daemon-steps.ts";
import { dhcpStep } from "./dhcp-step.ts";
import { removeEntry, setEntryKeys } from "./edit-fleet.ts";

interface RemoveOptions extends EndOptions {
  readonly retire?: boolean;
}

const CHANGES_PENDING = 2;

const ABOUT = `First --retire: the entry gets status: retiring, and the daemon drains the machine, re-tasks others where a role would be
short, and powers it off. Once it is off, the command without --retire takes away its boot link and its entry. While it is not
known to be off, that is refused: without its entry retask could neither drain it nor switch it off.`;

export function addFleetRemove(fleet: Command): void {
  withAuthor(
    fleet
      .command("remove")
      .description("take a machine out: first retire it, then remove what belongs to it")
      .argument("<machine>", "the machine", asMachine),
  )
    .option("--retire", "set its status to retiring, so that it is drained and powered off")
    .option("--reason <text>", "why; goes into the audit log", asLine, "removed by hand")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: ["fleet remove m07 --retire", "fleet remove m07"],
        exits: "0 done, 1 error or refused, 2 the daemon has yet to take the new file.",
      }),
    )
    .action(async (name: string, options: RemoveOptions, command: Command) => {
      const cli = invocationOf(command);
      const removed = options.retire === true ? await retire(cli, name) : await remove(cli, name, options);
      cli.show("fleetRemoved", removed, fleetRemovedText);
      if (removed.steps.some(({ done }) => done === "refused")) process.exitCode = 1;
      else if (removed.steps.some(({ done }) => done === "left")) process.exitCode = CHANGES_PENDING;
    });
}

async function retire(cli: Invocation, name: string): Promise<FleetRemoved> {
  const change = await prepareFleetChange(cli.options.site, (text) => setEntryKeys(text, name, { status: "retiring" }));
  await change.write();
  const entry: StepLine = { step: "entry", done: "changed", why: `status: retiring, in ${change.file}` };
  return { machine: name, retiring: true, steps: [entry, await taken(await cli.daemon(), change.after.digest)] };
}

/** The link goes first: without the entry nobody would know whose it was. */
async function remove(cli: Invocation, name: string, options: RemoveOptions): Promise<FleetRemoved> {
  const change = await prepareFleetChange(cli.options.site, (text) => removeEntry(text, name));
  const daemon = await cli.daemon();
  const isRetired = change.before?.site.machines.has(machineName(name)) === false;
  if (!isRetired) await insistOnOff(daemon, name);
  const asked = await removeLink(daemon, name, endBody(options));
  // At a retired one's address nothing boots: its link may stay, where the daemon knows it only as a machine.
  const link: StepLine = isRetired && asked.done === "refused" ? { ...asked, done: "left" } : asked;
  if (link.done === "refused") return { machine: name, retiring: false, steps: [link] };
  await change.write();
  const entry: StepLine = { step: "entry", done: "changed", why: `taken out of ${change.file}` };
  const dhcp = await dhcpStep(change.after);
  return { machine: name, retiring: false, steps: [link, entry, dhcp, await taken(daemon, change.after.digest)] };
}

async function insistOnOff(daemon: DaemonClient, name: string): Promise<void> {
  const machine = await daemon.get<MachineWithHistory>(`/v1/machines/${name}`);
  const why = whyNot(machine);
  if (why !== null) throw new CommandFailed(`nothing was changed: ${why}`);
}

/** Why a machine's entry must stay; null: it may go. */
function whyNot({
  name,
  status,
  observed,
  operation,
}: Pick<MachineWithHistory, "name" | "status" | "observed" | "operation">): string | null {
  if (status !== "retiring")
    return `${name} is not retiring: \`retask fleet remove ${name} --retire\` has it drained and powered off`;
  if (operation !== null) return `${name} is on its way (operation ${operation}): wait for its end`;
  const power = observed?.power ?? { kind: "unknown", why: "it was not observed yet" };
  switch (power.kind) {
    case "off":
      return power.readings >= 2 ? null : `${name} was read off only once; try again in some minutes`;
    case "on":
      return `${name} is still on: it is powered off once it is drained and no role falls below its floor; \`retask explain ${name}\` says what it waits for`;
    case "unknown":
      return `whether ${name} is off is not known: ${power.why}; mend its BMC, or pull its plug and delete the entry by hand`;
  }
}
