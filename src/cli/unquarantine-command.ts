/** `retask unquarantine`: lets a machine out of quarantine, as what it now is. */
import type { Command } from "commander";
import type { AdoptionRow } from "../core/operate/adopt.ts";
import { asLine, asMachine } from "./arguments.ts";
import { type CareOptions, carefully, withCare } from "./carefully.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withAuthor } from "./override-options.ts";

const ABOUT = `It is recorded as what it is now: by its beacon and boot link, or as a spare when it is off. Refused while it is
nothing that retask could count on.`;

export function addUnquarantineCommand(program: Command): void {
  const command = program.command("unquarantine").description("let a machine out of quarantine, as what it now is");
  withCare(withAuthor(command.argument("<machine>", "the machine", asMachine)))
    .requiredOption("--reason <text>", "what was found and mended", asLine)
    .addHelpText("after", helpText({ about: ABOUT, examples: ['unquarantine m07 --reason "power supply replaced"'] }))
    .action(async (machine: string, options: EndOptions & CareOptions, command: Command) => {
      const cli = invocationOf(command);
      const path = `/v1/machines/${machine}/unquarantine`;
      const act = { kind: "unquarantine", machine };
      const change = { act, method: "POST", path, body: endBody(options) } as const;
      const row = await carefully<AdoptionRow>(cli, change, options);
      if (row === null) return;
      cli.show("released", row, ({ machine: name, placement, image, why }) => {
        const as = `${placement ?? "no role"}${image === null ? "" : `, ${image}`}`;
        return `${name} is out of quarantine, recorded as ${as}: ${why}`;
      });
    });
}
