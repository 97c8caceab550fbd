/** `retask pin`: "do not touch this machine", for a time. */
import type { Command } from "commander";
import type { OverrideSet } from "./answers.ts";
import { asMachine } from "./arguments.ts";
import { type CareOptions, carefully, withCare } from "./carefully.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type OverrideOptions, overrideBody, withOverrideOptions } from "./override-options.ts";
import { setText } from "./text/override-text.ts";

export function addPinCommand(program: Command): void {
  const command = program.command("pin").description("leave a machine as it is, for a time");
  withCare(withOverrideOptions(command.argument("<machine>", "the machine", asMachine)))
    .addHelpText("after", helpText({ examples: ['pin m07 --for 2d --reason "waiting for a new fan"'] }))
    .action(async (machine: string, options: OverrideOptions & CareOptions, command: Command) => {
      const cli = invocationOf(command);
      const body = overrideBody(options);
      const path = `/v1/overrides/pins/${machine}`;
      const act = { kind: "pin", machine };
      const set = await carefully<OverrideSet>(cli, { act, method: "PUT", path, body }, options);
      if (set !== null) cli.show("override", set, setText);
    });
}
