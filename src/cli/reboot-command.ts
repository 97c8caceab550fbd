/** `retask reboot`: every machine of a role boots its own image once more, for one that was changed in place. */
import { type Command, Option } from "commander";
import { asRole } from "./arguments.ts";
import { helpText } from "./help-text.ts";
import { type PhaseOptions, startRollout, withPhases } from "./rollout-command.ts";

const ABOUT = `A few at a time, within limits, floors and windows; a machine is done when it runs another boot than at the order. It
stops at the first that does not come back. \`retask rollout status\`, pause, resume and abort are about it too.`;

export function addRebootCommand(program: Command): void {
  const command = program.command("reboot").description("reboot all machines of a role, a few at a time");
  command.requiredOption("--role <role>", "whose machines", asRole);
  // Said on purpose: there is no other way, and none at once.
  command.addOption(new Option("--rolling", "one after another, never at once").makeOptionMandatory());
  withPhases(command, { canary: 0, soak: "0s", waves: ["100%"] })
    .addHelpText(
      "after",
      helpText({ about: ABOUT, examples: ['reboot --role web --rolling --reason "openssl updated in the image"'] }),
    )
    .action(async (options: PhaseOptions & { readonly role: string }, command: Command) => {
      await startRollout(options.role, null, options, command);
    });
}
