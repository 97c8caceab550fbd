/** `retask replace`: a dead machine's name, address and role go over to a spare, which boots as that machine. */
import type { Command } from "commander";
import type { Configuration } from "../control/configuration/configuration.ts";
import type { ProvenOff } from "../control/replacement/prove-off.ts";
import type { MachineName } from "../core/domain/names.ts";
import type { MachineWithHistory } from "./answers.ts";
import { asLine, asMachine } from "./arguments.ts";
import { askFor } from "./ask.ts";
import { CommandFailed } from "./command-failed.ts";
import { siteIn } from "./find-site.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { authorOf, type EndOptions, withAuthor } from "./override-options.ts";
import {
  BMC_DEADLINE_MS,
  dropSpareLink,
  exchangeInFleet,
  type Task,
  undoExchange,
  writeDhcp,
} from "./replace/exchange.ts";
import { followBoot } from "./replace/follow-boot.ts";
import { comeIntoForce, insistOnSameFiles } from "./replace/in-force.ts";
import { type ReplacementEnd, replacementEndText, replacementPlanText } from "./text/replace-text.ts";
import { whileWaiting } from "./waiting.ts";

interface ReplaceOptions extends EndOptions {
  readonly with: MachineName;
  readonly deadIsUnplugged?: boolean;
  readonly dhcpByHand?: boolean;
  readonly undo?: boolean;
  readonly confirm?: string;
}

const ABOUT = `The daemon proves that the dead machine is off: its BMC says so twice, and no beacon answers. Then fleet.yaml's two
entries change their hardware, the spare's staying behind as retired; the DHCP server gets the new MAC address; and the spare
boots under the old name, address and role, verified like any other. Until it is switched on, a step that fails undoes the ones
before it. Given again after an interruption, the command goes on where it stopped. --undo takes back a replacement that did
not come up, once it is off.`;

export function addReplaceCommand(program: Command): void {
  withAuthor(
    program
      .command("replace")
      .description("have a spare take a dead machine's place: its name, address, role and DHCP entry")
      .argument("<machine>", "the dead machine", asMachine)
      .requiredOption("--with <spare>", "the spare whose hardware takes its place; off", asMachine),
  )
    .option(
      "--dead-is-unplugged",
      "its BMC is dead too, and its plugs are pulled; said in full, for nothing else proves it",
    )
    .option("--dhcp-by-hand", "retask.yaml names no DHCP server, and its entry is changed by hand already")
    .option("--undo", "the new hardware failed as well: put everything back")
    .option("--confirm <name>", "do not ask: the dead machine's name, which would have to be typed", asLine)
    .option("--reason <text>", "why; goes into the audit log", asLine, "replaced by hand")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: [
          "replace m07 --with m31",
          "replace m07 --with m31 --dead-is-unplugged",
          "replace m07 --with m31 --undo",
        ],
        exits: "0 it serves, verified (or all is back, with --undo); 1 error, or it did not come up.",
      }),
    )
    .action(async (machine: MachineName, options: ReplaceOptions, command: Command) => {
      const cli = invocationOf(command);
      const { with: spare, reason } = options;
      const task = { cli, daemon: await cli.daemon(), machine, spare, author: authorOf(options), reason };
      const before = await siteIn(cli.options.site);
      const end = options.undo === true ? await takeBack(task, before, options) : await replace(task, before, options);
      cli.show("replaced", end, replacementEndText);
      if (end.outcome === "undone" || end.outcome === "quarantined") process.exitCode = 1;
    });
}

async function replace(task: Task, before: Configuration, options: ReplaceOptions): Promise<ReplacementEnd> {
  const { cli, daemon, machine, spare } = task;
  const isGoingOn = before.site.retired.has(spare);
  showPlan(task, before, options);
  if (isGoingOn) cli.note(`fleet.yaml has ${machine} on its new hardware already: going on from there`);
  if (!isGoingOn) await insistOnSameFiles(daemon, before.digest);
  await confirm(cli, machine, options);
  if (isGoingOn) {
    await comeIntoForce(daemon, before.digest, task.author);
    const { observed, standing } = await daemon.get<MachineWithHistory>(`/v1/machines/${machine}`);
    if (standing?.kind === "serving") {
      await writeDhcp(task, before, null);
      await dropSpareLink(task);
      return { machine, spare, role: standing.placement, operation: null, outcome: "done", why: "it serves already" };
    }
    if (observed === null) throw new CommandFailed(`${machine} was not observed yet; try again in a minute`);
  } else await prove(task, options);
  const after = isGoingOn ? before : await exchangeInFleet(task, "retired");
  const operation = await boot(task, after, { ...options, isGoingOn });
  const end = await followBoot(cli, daemon, operation);
  // The DHCP server needed both cards to hand the address over. Now it is the new one's alone.
  if (end.outcome !== "undone") await writeDhcp(task, after, null);
  if (end.outcome === "done") await dropSpareLink(task);
  return { machine, spare, operation, ...end };
}

function showPlan({ cli, machine, spare }: Task, { site, settings }: Configuration, options: ReplaceOptions): void {
  const entry = site.machines.get(machine);
  if (entry === undefined) throw new CommandFailed(`there is no machine ${machine} in fleet.yaml`);
  const other = site.machines.get(spare) ?? site.retired.get(spare);
  if (other === undefined) throw new CommandFailed(`there is no machine ${spare} in fleet.yaml`);
  if (settings.dhcp === undefined && options.dhcpByHand !== true)
    throw new CommandFailed(
      `nothing was changed: retask.yaml names no DHCP server (key dhcp); give ${entry.ip} to ${other.mac} there, then say --dhcp-by-hand`,
    );
  const isGoingOn = site.retired.has(spare);
  const [dead, fresh] = isGoingOn ? [other, entry] : [entry, other];
  const dhcpFile = settings.dhcp?.file ?? null;
  cli.tell({ machine, spare, ip: entry.ip, dead, fresh, dhcpFile }, replacementPlanText);
}

async function confirm(cli: Invocation, machine: string, options: ReplaceOptions): Promise<void> {
  const question =
    options.deadIsUnplugged === true ? `Its plugs are pulled. Type ${machine}: ` : `Type ${machine} to do this: `;
  const said = options.confirm ?? (await askFor(question, cli.options));
  if (said === machine) return;
  const why = said === null ? `nobody could be asked; say --confirm ${machine}` : `${machine} was to be typed`;
  throw new CommandFailed(`nothing was changed: ${why}`);
}

async function prove({ cli, daemon, machine, spare, author, reason }: Task, options: ReplaceOptions): Promise<void> {
  const body = { author, reason, spare, unplugged: options.deadIsUnplugged === true };
  const path = `/v1/machines/${machine}/prove-off`;
  const proof = daemon.send<ProvenOff>("POST", path, body, BMC_DEADLINE_MS);
  const { role, why } = await whileWaiting("asking both BMCs", proof);
  cli.note(`${machine}, ${role}: ${why}`);
}

/** DHCP first, then the switch; the id of the operation. */
async function boot(
  task: Task,
  after: Configuration,
  options: ReplaceOptions & { readonly isGoingOn: boolean },
): Promise<string> {
  const { cli, daemon, machine, spare, author, reason } = task;
  const former = after.site.retired.get(spare)?.mac;
  const handover = former === undefined ? null : { machine, formerMac: former };
  try {
    await writeDhcp(task, after, handover);
    const body = { author, reason, spare, unplugged: options.deadIsUnplugged === true };
    const path = `/v1/machines/${machine}/replacement`;
    const begun = daemon.send<{ readonly operation: string }>("POST", path, body, BMC_DEADLINE_MS);
    return (await whileWaiting(`asking ${machine}'s BMC`, begun)).operation;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    // What an earlier call had done is not this one's to undo unasked.
    if (options.isGoingOn)
      throw new CommandFailed(`${error.message}\n  to put all back: retask replace ${machine} --with ${spare} --undo`);
    cli.note(`${error.message}\nputting all back`);
    await undoExchange(task);
    throw new CommandFailed(`${machine} was not replaced, all is as it was: ${error.message}`);
  }
}

async function takeBack(task: Task, before: Configuration, options: ReplaceOptions): Promise<ReplacementEnd> {
  const { cli, daemon, machine, spare } = task;
  if (!before.site.retired.has(spare))
    throw new CommandFailed(
      `nothing was changed: fleet.yaml does not say that ${spare}'s hardware is ${machine}'s now`,
    );
  const { standing, operation, observed } = await daemon.get<MachineWithHistory>(`/v1/machines/${machine}`);
  if (standing?.kind === "serving")
    throw new CommandFailed(`nothing was changed: ${machine} serves on its new hardware, verified`);
  if (operation !== null)
    throw new CommandFailed(`nothing was changed: ${machine} is in operation ${operation}; wait for its end`);
  if (observed?.power.kind !== "off")
    throw new CommandFailed(`nothing was changed: ${machine} is not known to be off; switch it off at its BMC first`);
  await confirm(cli, machine, options);
  await comeIntoForce(daemon, before.digest, task.author);
  await undoExchange(task);
  return { machine, spare, role: null, operation: null, outcome: "takenBack", why: task.reason };
}
