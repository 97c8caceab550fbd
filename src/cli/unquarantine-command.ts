/** `retask unquarantine`: lets a machine out of quarantine, as what it now is. */
import type { Command } from "commander";
import type { AdoptionRow } from "../core/operate/adopt.ts";
import { asLine, asMachine } from "./arguments.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withAuthor } from "./override-options.ts";

const ABOUT = `It is recorded as what it is now: by its beacon and boot link, or as a spare when it is off. Refused while it is
nothing that retask could count on.`;

export function addUnquarantineCommand(program: Command): void {
  const command = program.command("unquarantine").description("let a machine out of quarantine, as what it now is");
  withAuthor(command.argument("<machine>", "the machine", asMachine))
    .requiredOption("--reason <text>", "what was found and mended", asLine)
    .addHelpText("after", helpText({ about: ABOUT, examples: ['unquarantine m07 --reason "power supply replaced"'] }))
    .action(async (machine: string, options: EndOptions, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const path = `/v1/machines/${machine}/unquarantine`;
      const row = await daemon.send<AdoptionRow>("POST", path, endBody(options));
      cli.show("released", row, ({ machine: name, placement, image, why }) => {
        const as = `${placement ?? "no role"}${image === null ? "" : `, ${image}`}`;
        return `${name} is out of quarantine, recorded as ${as}: ${why}`;
      });
    });
}
