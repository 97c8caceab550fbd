/** `retask links`: the boot links beside what is recorded; `--repair` points named ones at their recorded image again. */
import type { Command } from "commander";
import type { Repaired } from "../control/repair-links.ts";
import type { LinksReport } from "../world/boot-links/report.ts";
import type { MachinesAnswer } from "./answers.ts";
import { asCountFrom1, asLine, asMachines } from "./arguments.ts";
import { CommandFailed } from "./command-failed.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { didYouMean } from "./did-you-mean.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withAuthor } from "./override-options.ts";
import { judgeLinks, type LinksShown, linksText, repairedText } from "./text/links-text.ts";

interface LinksOptions extends EndOptions {
  readonly repair?: boolean;
  readonly all?: number;
}

/** Each link may take the daemon its whole deadline on a sick disk. */
const REPAIR_DEADLINE_MS = 300_000;

const ABOUT = `--repair points the named machines' links at the image that is recorded for them, replacing foreign links; plain files
and shadowed links are refused. --repair --all COUNT takes every link that is wrong, and COUNT must be how many those are.`;

export function addLinksCommand(program: Command): void {
  withAuthor(
    program
      .command("links")
      .description("show the boot links beside what is recorded, or repair them")
      .argument("[machines...]", "these machines alone", asMachines),
  )
    .option("--repair", "point the named machines' links at their recorded image")
    .option("--all <count>", "with --repair: every wrong link, of which there are COUNT", asCountFrom1)
    .option("--reason <text>", "with --repair: why; goes into the audit log", asLine, "repaired by hand")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: ["links", "links --repair m01 m02", "links --repair --all 3"],
        exits: "0 fine, 1 error, or a link that could not be repaired.",
      }),
    )
    .action(async (machines: readonly string[], options: LinksOptions, command: Command) => {
      const cli = invocationOf(command);
      if (options.all !== undefined && options.repair !== true) throw new CommandFailed("--all belongs to --repair");
      const daemon = await cli.daemon();
      if (options.repair === true) return repair(cli, daemon, machines, options);
      const shown = await readLinks(daemon);
      return cli.show("links", machines.length === 0 ? shown : onlyOf(shown, machines), linksText);
    });
}

async function readLinks(daemon: DaemonClient): Promise<LinksShown> {
  const report = await daemon.get<LinksReport>("/v1/links");
  const { machines } = await daemon.get<MachinesAnswer>("/v1/machines");
  return { ...report, machines: judgeLinks(report.machines, machines) };
}

function onlyOf(shown: LinksShown, names: readonly string[]): LinksShown {
  const known: readonly string[] = shown.machines.map(({ machine }) => machine);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new CommandFailed(`there is no machine ${unknown} in fleet.yaml${didYouMean(unknown, known)}`);
  return { ...shown, machines: shown.machines.filter(({ machine }) => names.includes(machine)) };
}

async function repair(
  cli: Invocation,
  daemon: DaemonClient,
  named: readonly string[],
  options: LinksOptions,
): Promise<void> {
  const machines = options.all === undefined ? named : await wrongOnes(daemon, named, options.all);
  if (machines.length === 0) throw new CommandFailed("say which: --repair m01 m02, or --repair --all COUNT");
  const body = { ...endBody(options), machines };
  const answer = await daemon.send<{ readonly repaired: readonly Repaired[] }>(
    "POST",
    "/v1/links/repair",
    body,
    REPAIR_DEADLINE_MS,
  );
  cli.show("repaired", answer, ({ repaired }, look) => repairedText(repaired, look));
  if (answer.repaired.some(({ done }) => done === "refused")) process.exitCode = 1;
}

/** "All" is only ever meant with its count: a table that changed since it was read is looked at again (S3). */
async function wrongOnes(daemon: DaemonClient, named: readonly string[], count: number): Promise<readonly string[]> {
  if (named.length > 0) throw new CommandFailed("either name machines or say --all COUNT, not both");
  const { machines } = await readLinks(daemon);
  const wrong = machines.filter(({ verdict }) => verdict === "wrong").map(({ machine }) => machine);
  if (wrong.length === count) return wrong;
  const which = wrong.length === 0 ? "none" : `${wrong.length}: ${wrong.join(", ")}`;
  throw new CommandFailed(`nothing was repaired: --all ${count} was said, but the wrong links are ${which}`);
}
