/** `retask doctor`: whether what the site's files name is really there, and as retask needs it. */
import { type Command, InvalidArgumentError } from "commander";
import { asMachines } from "./arguments.ts";
import { CHECKS, type CheckName } from "./doctor/finding.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { progress } from "./simulate/progress.ts";
import { doctorResult, doctorText } from "./text/doctor-text.ts";

interface DoctorOptions {
  readonly only?: readonly CheckName[];
  readonly machine?: readonly string[];
}

const ABOUT = `Looks at everything that the site's files name: ${CHECKS.join(", ")}. It needs no daemon and does not disturb one: no
power command is sent, no link, server or file is changed. Each BMC gets a few logins, one after the other, two of them
without a password; in each directory of boot links one name is made and removed that no loader asks for. What it finds
is in docs/how-to/doctor.md, by name.`;

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("check the site itself: BMCs, boot links, images, Prometheus, HAProxy, beacons, clocks")
    .option("--only <checks>", "these checks alone, as in bmc,haproxy", asChecks)
    .option("--machine <name...>", "these machines alone", asMachines)
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: ["doctor", "doctor --only bmc,haproxy", "doctor --machine m07"],
        exits: "0 no error was found (warnings may have been), 1 errors, or it could not look.",
      }),
    )
    .action(async ({ only = [], machine: machines = [] }: DoctorOptions, command: Command) => {
      const cli = invocationOf(command);
      const { site } = cli.options;
      // Loaded only here: no other command needs every adapter.
      const { examine } = await import("./doctor/examine.ts");
      const tell = progress("doctor", process.stderr, () => performance.now());
      const result = doctorResult(site, await examine({ site, only, machines, daemon: await cli.daemon(), tell }));
      cli.show("doctor", result, doctorText);
      if (!result.ok) process.exitCode = 1;
    });
}

function asChecks(text: string): readonly CheckName[] {
  return text.split(",").map((word) => {
    const check = CHECKS.find((name) => name === word);
    if (check === undefined) throw new InvalidArgumentError(`expected some of ${CHECKS.join(", ")}, got ${word}.`);
    return check;
  });
}
