/** `retask maintain`: drains a machine, switches it off or leaves it on, keeps it out for a time, and gives it back. */
import { type Command, Option } from "commander";
import type { Override } from "../core/domain/override.ts";
import type { OverrideSet } from "./answers.ts";
import { asMachine } from "./arguments.ts";
import { type CareOptions, carefully, withCare } from "./carefully.ts";
import { CommandFailed } from "./command-failed.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { endBody, type OverrideOptions, overrideBody, withOverrideOptions } from "./override-options.ts";
import { endedText, setText } from "./text/override-text.ts";

interface MaintainOptions extends OverrideOptions, CareOptions {
  readonly leaveOn?: boolean;
  readonly overrideFloor?: boolean;
  readonly end?: boolean;
}

const ABOUT = `The machine leaves its role as in any re-tasking, within floors and limits: drained, then switched off; with
--leave-on it goes on running what it runs, without traffic. What you do to it meanwhile is no fault. At the end it is a
spare, and goes where it is needed; a machine that was left on is booted anew before it serves.`;

export function addMaintainCommand(program: Command): void {
  const command = program.command("maintain").description("take a machine out for a time, to work on it");
  withCare(withOverrideOptions(command.argument("<machine>", "the machine", asMachine)))
    .option("--leave-on", "drained, and left as it runs")
    .option("--override-floor", "its role may go below its floor; said on purpose, and audited")
    .addOption(new Option("--end", "end the maintenance before its time").conflicts(["for", "until", "leaveOn"]))
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: [
          'maintain m07 --for 2h --reason "new fan"',
          'maintain m07 --for 30m --leave-on --reason "look at its disk"',
          'maintain m07 --end --reason "fan replaced"',
        ],
      }),
    )
    .action((machine: string, options: MaintainOptions, command: Command) => maintain(machine, options, command));
}

async function maintain(machine: string, options: MaintainOptions, command: Command): Promise<void> {
  const cli = invocationOf(command);
  const path = `/v1/overrides/maintenance/${machine}`;
  if (options.end === true) {
    if (options.overrideFloor === true) throw new CommandFailed("--end takes no --override-floor");
    const change = {
      act: { kind: "endMaintenance", machine },
      method: "DELETE",
      path,
      body: endBody(options),
    } as const;
    const ended = await carefully<readonly Override[]>(cli, change, options);
    if (ended !== null) cli.show("ended", { ended }, endedText);
    return;
  }
  const power = options.leaveOn === true ? "on" : "off";
  const body = { ...overrideBody(options), overrideFloor: options.overrideFloor === true, power };
  const act = { kind: "maintain", machine, power };
  const set = await carefully<OverrideSet>(cli, { act, method: "PUT", path, body }, options);
  if (set !== null) cli.show("override", set, setText);
}
