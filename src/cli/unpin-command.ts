/** `retask unpin`: ends a pin before its time. */
import type { Command } from "commander";
import type { Override } from "../core/domain/override.ts";
import { asMachine } from "./arguments.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withEndOptions } from "./override-options.ts";
import { endedText } from "./text/override-text.ts";

export function addUnpinCommand(program: Command): void {
  const command = program.command("unpin").description("end a machine's pin before its time");
  withEndOptions(command.argument("<machine>", "the machine", asMachine))
    .addHelpText("after", helpText({ examples: ["unpin m07"] }))
    .action(async (machine: string, options: EndOptions, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const path = `/v1/overrides/pins/${machine}`;
      const ended = await daemon.send<readonly Override[]>("DELETE", path, endBody(options));
      cli.show("ended", { ended }, endedText);
    });
}
