/** `retask dhcp`: the DHCP server's entries, made from fleet.yaml: what would change, and changing it. */
import type { Command } from "commander";
import type { DhcpSettings } from "../core/domain/dhcp-settings.ts";
import { applyDhcp, compareDhcp, type DhcpWish } from "../world/dhcp/apply-dhcp.ts";
import type { DhcpTrouble } from "../world/dhcp/include-file.ts";
import { CommandFailed } from "./command-failed.ts";
import { siteIn } from "./find-site.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { dhcpAppliedText, dhcpDiffText } from "./text/dhcp-text.ts";
import { whileWaiting } from "./waiting.ts";

const CHANGES_PENDING = 2;
/** The server's trial and two reloads, each with a deadline of its own. */
const DEADLINE_MS = 240_000;

const ABOUT = `One file holds an entry for each machine of fleet.yaml, and the DHCP server's own configuration includes it; nothing else
of that server's is touched. retask.yaml's key dhcp says which server it is. No daemon is needed.`;

export function addDhcpCommand(program: Command): void {
  const dhcp = program.command("dhcp").description("show and write the DHCP server's entries for the machines");
  dhcp.addHelpText("after", helpText({ about: ABOUT }));
  addDiff(dhcp);
  addApply(dhcp);
}

function addDiff(dhcp: Command): void {
  dhcp
    .command("diff")
    .description("show the entries that fleet.yaml asks for, and the file lacks, or holds too much")
    .addHelpText(
      "after",
      helpText({
        about: "Signs: + an entry to add, - one to take out. A changed machine has one of each.",
        examples: ["dhcp diff", "dhcp diff --json | jq -r '.added[]'"],
        exits: "0 the file is as it should be, 1 error, 2 changes pending.",
      }),
    )
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const difference = insist(await compareDhcp(await wishOf(cli.options.site)));
      cli.show("dhcpDiff", difference, dhcpDiffText);
      if (difference.pending) process.exitCode = CHANGES_PENDING;
    });
}

function addApply(dhcp: Command): void {
  dhcp
    .command("apply")
    .description("write the entries, and have the DHCP server read them")
    .option("--dry-run", "show what would change, and write nothing")
    .addHelpText(
      "after",
      helpText({
        about: `dhcpd and Kea try their whole configuration with the new entries first; where they refuse it, nothing is written. Where
the server can't be reloaded, the old entries come back.`,
        examples: ["dhcp apply", "dhcp apply --dry-run"],
        exits: "0 the server has read the entries, or nothing was to do; 1 error.",
      }),
    )
    .action(async (options: { readonly dryRun?: boolean }, command: Command) => {
      const cli = invocationOf(command);
      const wish = await wishOf(cli.options.site);
      const signal = AbortSignal.timeout(DEADLINE_MS);
      const work = applyDhcp(wish, { dryRun: options.dryRun === true, signal });
      cli.show("dhcpApplied", insist(await whileWaiting("waiting for the DHCP server", work)), dhcpAppliedText);
    });
}

async function wishOf(dir: string): Promise<DhcpWish> {
  const { settings, site } = await siteIn(dir);
  return { settings: dhcpOf(settings.dhcp), machines: [...site.machines.values()] };
}

function dhcpOf(settings: DhcpSettings | undefined): DhcpSettings {
  if (settings !== undefined) return settings;
  throw new CommandFailed("retask.yaml names no DHCP server: add dhcp: dnsmasq, isc or kea");
}

function insist<T extends { readonly ok: true }>(answer: T | DhcpTrouble): T {
  if (answer.ok) return answer;
  throw new CommandFailed(`${answer.why} (${answer.code})`);
}
