/** `retask accept`: puts a configuration into force that cuts too much to be taken over unasked (S14). */
import type { Command } from "commander";
import type { ConfigurationStatus } from "../control/configuration/keeper.ts";
import { asDigest } from "./arguments.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { authorOf, withAuthor } from "./override-options.ts";
import { configurationText } from "./text/configuration-text.ts";

const ABOUT = `A change waits when it lowers a floor, takes away a role, or takes a bigger share of the machines than
limits.acceptance allows. \`retask status\` shows what waits, why, and its digest.`;

export function addAcceptCommand(program: Command): void {
  withAuthor(
    program
      .command("accept")
      .description("put the waiting configuration into force")
      .argument("<digest>", "its digest, at least the first 8 digits", asDigest),
  )
    .addHelpText("after", helpText({ about: ABOUT, examples: ["accept 1f2e3d4c5b6a"] }))
    .action(async (digest: string, options: { readonly author?: string }, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const body = { author: authorOf(options), digest };
      const accepted = await daemon.send<ConfigurationStatus>("POST", "/v1/configuration/accept", body);
      cli.show("configuration", accepted, configurationText);
    });
}
