/** `retask reference`: the configuration's reference page, as this very program checks it. */
import type { Command } from "commander";
import { referencePage } from "../control/configuration/reference-page.ts";
import { helpText } from "./help-text.ts";

export function addReferenceCommand(program: Command): void {
  program
    .command("reference")
    .description("print the reference of every key of every file, as Markdown")
    .addHelpText("after", helpText({ examples: ["reference | less"] }))
    .action(() => {
      process.stdout.write(referencePage());
    });
}
