/** `retask fleet add`: a new machine, from its entry in fleet.yaml to its first boot. */
import { type Command, Option } from "commander";
import type { Configuration } from "../../control/configuration/configuration.ts";
import type { Machine } from "../../core/domain/fleet.ts";
import { imageNameSchema, machineName } from "../../core/domain/names.ts";
import type { BmcCode } from "../../core/domain/observation.ts";
import { durationSchema } from "../../core/domain/units.ts";
import { asDuration, asLine, asMachine, asRole } from "../arguments.ts";
import { CommandFailed } from "../command-failed.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { readRecorded } from "../doctor/recorded.ts";
import { helpText } from "../help-text.ts";
import { type Invocation, invocationOf } from "../invocation.ts";
import { type EndOptions, endBody, withAuthor } from "../override-options.ts";
import { isSimulated } from "../simulated.ts";
import { type FleetAdded, fleetAddedText } from "../text/fleet-text.ts";
import { type FleetChange, prepareFleetChange } from "./change-fleet.ts";
import { booted, linkless, prepare, type StepLine, taken } from "./daemon-steps.ts";
import { dhcpStep } from "./dhcp-step.ts";
import { addEntries } from "./edit-fleet.ts";
import { entryOf, type MachineOptions, withMachineOptions } from "./machine-options.ts";
import { entriesOf, standingOf } from "./merge-entries.ts";
import { probeAddress, probeBmc } from "./probe-machine.ts";
import { renderEntry, type WrittenEntry } from "./render-entry.ts";

interface AddOptions extends MachineOptions, EndOptions {
  readonly role?: string;
  readonly image?: string;
  readonly bootDevice?: "bios" | "uefi" | "none";
  readonly powerOn?: boolean;
  readonly wait: string;
  readonly unreachable?: boolean;
  readonly print?: boolean;
}

const CHANGES_PENDING = 2;

const ABOUT = `Asks its BMC who it is, looks that nobody else has its name or addresses, checks the whole site with the new entry, and only
then adds the entry to fleet.yaml, whose other bytes stay. The daemon then makes the first boot link and tells the BMC to boot
by the network. Without --role or --image there is no link, and the machine boots the holding image. Given again, it goes on
where it stopped. The machine serves nothing that retask counts until \`retask adopt\` takes it in.`;

export function addFleetAdd(fleet: Command): void {
  const command = withMachineOptions(
    fleet
      .command("add")
      .description("add a machine: its entry, its boot link, network boot, and its first start")
      .argument("<name>", "its name, for ever; never a role's", asMachine),
  );
  withAuthor(command)
    .option("--role <role>", "boot the production image of this role", asRole)
    .addOption(new Option("--image <image>", "boot this image").argParser(asImage).conflicts("role"))
    .addOption(
      new Option("--boot-device <kind>", "how it is told to boot by the network (default: by its loader)").choices([
        "bios",
        "uefi",
        "none",
      ]),
    )
    .option("--power-on", "switch it on, and wait for its beacon")
    .option("--wait <duration>", "with --power-on: how long to wait", asDuration, "15m")
    .option("--unreachable", "add it though its BMC does not answer yet")
    .option("--print", "show the entry, and do nothing")
    .option("--reason <text>", "why; goes into the audit log", asLine, "added by hand")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: [
          "fleet add m31 --mac 00:11:22:33:44:31 --ip 10.0.3.41 --bmc 10.0.9.41 --rack r3 --print",
          "fleet add m31 --mac 00:11:22:33:44:31 --ip 10.0.3.41 --bmc 10.0.9.41 --role web --power-on",
        ],
        exits: "0 all done, 1 error or a step was refused, 2 steps are left, as without a daemon.",
      }),
    )
    .action(async (name: string, options: AddOptions, command: Command) => {
      const cli = invocationOf(command);
      const entry = entryOf(name, options);
      const change = await prepareFleetChange(cli.options.site, (text) => adding(text, entry));
      const added = { machine: name, file: change.file, entry: renderEntry(entry, null) };
      if (options.print === true)
        return cli.show("fleetAdded", { ...added, steps: [] }, (shown) => `  - ${shown.entry}`);
      const steps = await addStepByStep(cli, change, name, options);
      show(cli, { ...added, steps });
    });
}

const asImage = (text: string): string => {
  const parsed = imageNameSchema.safeParse(text);
  if (!parsed.success) throw new CommandFailed(parsed.error.issues[0]?.message ?? "not an image's name");
  return parsed.data;
};

/** An entry that is there already, just so, is no mistake: the command was given before. */
function adding(text: string, entry: WrittenEntry) {
  const standing = standingOf(entriesOf(text), entry);
  if (standing.kind === "conflict") return { ok: false, why: `${entry.name}: ${standing.why}` } as const;
  return standing.kind === "same" ? ({ ok: true, text } as const) : addEntries(text, [entry]);
}

async function addStepByStep(
  cli: Invocation,
  change: FleetChange,
  name: string,
  options: AddOptions,
): Promise<StepLine[]> {
  const daemon = await cli.daemon();
  const machine = change.after.site.machines.get(machineName(name));
  if (machine === undefined) throw new Error("the entry that was added is there");
  const steps = await insistOnProbes(cli, daemon, change.after, machine, options);
  const isNew = change.before?.site.machines.has(machine.name) !== true;
  await change.write();
  steps.push({ step: "entry", done: isNew ? "changed" : "unchanged", why: `${name} stands in ${change.file}` });
  const dhcp = await dhcpStep(change.after);
  const known = await taken(daemon, change.after.digest);
  steps.push(dhcp, known);
  const wanted = wantedOf(options, machine);
  if (known.done !== "changed") return [...steps, ...left(wanted, "once the daemon runs by the new file")];
  if (wanted.boots === null) steps.push(await linkless(daemon, machine));
  const silent = steps.some(({ step, done }) => step === "bmc" && done === "left");
  const ofBmc = { boots: null, networkBoot: wanted.networkBoot, powerOn: wanted.powerOn };
  // Without an address it would boot nothing, or what another DHCP server says.
  const powerOn = wanted.powerOn && !silent && dhcp.done !== "refused";
  const body = { ...endBody(options), ...wanted, networkBoot: silent ? null : wanted.networkBoot, powerOn };
  const prepared = await prepare(daemon, name, body);
  steps.push(...prepared, ...(silent ? left(ofBmc, "once its BMC answers") : []));
  if (powerOn && !prepared.some(({ done }) => done === "refused"))
    steps.push(await booted(daemon, name, durationSchema.parse(options.wait)));
  return steps;
}

/** Whether this BMC is the right one can't be told; any other answer tells that something is wrong with it. */
const SILENT: ReadonlySet<BmcCode | null> = new Set([
  ...(["RTK_BMC_UNREACHABLE", "RTK_BMC_TIMEOUT", "RTK_BMC_BUSY", "RTK_BMC_PASSWORD_FILE"] as const),
  ...(["RTK_IPMITOOL_MISSING", "RTK_IPMITOOL_BROKEN"] as const),
]);

/** What is wrong with its addresses is told before anything is written. */
async function insistOnProbes(
  cli: Invocation,
  daemon: DaemonClient,
  after: Configuration,
  machine: Machine,
  options: AddOptions,
): Promise<StepLine[]> {
  if (await isSimulated(daemon)) {
    const why = "simulated: the daemon asks its own world, and nobody is asked at this address";
    return (["bmc", "address"] as const).map((step) => ({ step, done: "unchanged", why }));
  }
  const recorded = await readRecorded(daemon, after.settings.store.file);
  if (recorded.trouble !== null) cli.note(`the other machines' GUIDs are not known: ${recorded.trouble}`);
  cli.note(`asking ${machine.name}'s BMC, ${machine.bmc.address}`);
  const [bmc, address] = [await probeBmc(after, machine, recorded), await probeAddress(after, machine)];
  const silent = !bmc.ok && SILENT.has(bmc.code);
  const advice = silent ? "\n  a BMC that is to be connected later is let pass by --unreachable" : "";
  if (!bmc.ok && !(silent && options.unreachable === true))
    throw new CommandFailed(`nothing was changed: ${bmc.why}${advice}`);
  if (!address.ok) throw new CommandFailed(`nothing was changed: ${address.why}`);
  return [
    { step: "bmc", done: bmc.ok ? "unchanged" : "left", why: bmc.why },
    { step: "address", done: "unchanged", why: address.why },
  ];
}

type Wanted = ReturnType<typeof wantedOf>;

function wantedOf({ role, image, bootDevice, powerOn }: AddOptions, { loader }: Machine) {
  const device = bootDevice ?? (loader === "grub" ? "uefi" : "bios");
  return {
    boots: role !== undefined ? { role } : image !== undefined ? { image } : null,
    networkBoot: device === "none" ? null : device,
    powerOn: powerOn === true,
  };
}

/** What the daemon would have done. */
function left({ boots, networkBoot, powerOn }: Wanted, when: string): StepLine[] {
  const why = `${when}, give the same command again`;
  const names = [boots && "bootLink", networkBoot && "networkBoot", powerOn && "powerOn"] as const;
  return names.flatMap((step) => (step ? [{ step, done: "left" as const, why }] : []));
}

function show(cli: Invocation, added: FleetAdded): void {
  cli.show("fleetAdded", added, fleetAddedText);
  if (added.steps.some(({ done }) => done === "refused")) process.exitCode = 1;
  else if (added.steps.some(({ done }) => done === "left")) process.exitCode = CHANGES_PENDING;
}
