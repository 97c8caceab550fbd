/** `retask unpin`: ends a pin before its time. */
import type { Command } from "commander";
import type { Override } from "../core/domain/override.ts";
import { asMachine } from "./arguments.ts";
import { type CareOptions, carefully, withCare } from "./carefully.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withEndOptions } from "./override-options.ts";
import { endedText } from "./text/override-text.ts";

export function addUnpinCommand(program: Command): void {
  const command = program.command("unpin").description("end a machine's pin before its time");
  withCare(withEndOptions(command.argument("<machine>", "the machine", asMachine)))
    .addHelpText("after", helpText({ examples: ["unpin m07"] }))
    .action(async (machine: string, options: EndOptions & CareOptions, command: Command) => {
      const cli = invocationOf(command);
      const act = { kind: "unpin", machine };
      const path = `/v1/overrides/pins/${machine}`;
      const change = { act, method: "DELETE", path, body: endBody(options) } as const;
      const ended = await carefully<readonly Override[]>(cli, change, options);
      if (ended !== null) cli.show("ended", { ended }, endedText);
    });
}
