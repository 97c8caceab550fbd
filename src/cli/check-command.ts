/** `retask check`: every problem of a site's files at once, before the daemon sees them. */
import type { Command } from "commander";
import type { ParsedConfiguration } from "../control/configuration/configuration.ts";
import type { ConfigurationStatus } from "../control/configuration/keeper.ts";
import { loadConfiguration } from "../control/configuration/load-configuration.ts";
import { checkIpmitool, type IpmitoolCheck } from "../world/power/check-ipmitool.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { type CheckResult, checkText } from "./text/check-text.ts";

const DAEMON_DEADLINE_MS = 2_000;

const ABOUT = `Reads retask.yaml, fleet.yaml and policies/ of DIR (by default the site), changes nothing, and needs no daemon. Where one
answers, it also says whether these files are in force, or wait for \`retask accept\`.`;

export function addCheckCommand(program: Command): void {
  program
    .command("check")
    .description("check a site's files, and name every problem at once")
    .argument("[dir]", "the directory; by default the site")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: ["check", "check ./policies/example --json"],
        exits: "0 the files are fine (a missing ipmitool is a warning), 1 they have problems.",
      }),
    )
    .action(async (dir: string | undefined, _: object, command: Command) => {
      const cli = invocationOf(command);
      const site = dir ?? cli.options.site;
      const result = resultOf(site, await loadConfiguration(site), await checkIpmitool(), await askDaemon(cli));
      cli.show("check", result, checkText);
      if (!result.ipmitool.ok) cli.note(`warning: no machine's power can be switched: ${result.ipmitool.why}`);
      if (!result.ok) process.exitCode = 1;
    });
}

function resultOf(
  site: string,
  parsed: ParsedConfiguration,
  ipmitool: IpmitoolCheck,
  daemon: ConfigurationStatus | null,
): CheckResult {
  if (!parsed.ok) {
    return { ok: false, site, digest: null, machines: 0, roles: [], problems: parsed.problems, ipmitool, daemon };
  }
  const { digest, site: found } = parsed.configuration;
  const roles = [...found.policies.keys()];
  return { ok: true, site, digest, machines: found.machines.size, roles, problems: [], ipmitool, daemon };
}

/** A check must work before anything is installed, so a daemon that does not answer is no error. */
async function askDaemon(cli: Invocation): Promise<ConfigurationStatus | null> {
  const daemon = await cli.daemon();
  const answer = await daemon.ask({ method: "GET", path: "/v1/configuration", deadlineMs: DAEMON_DEADLINE_MS });
  return answer.ok ? (answer.value as ConfigurationStatus | null) : null;
}
