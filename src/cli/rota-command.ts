/** `retask rota`: the counts that are planned for the coming hours. */
import type { Command } from "commander";
import type { RotaAnswer } from "./answers.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { rotaText } from "./text/rota-text.ts";

const ABOUT = `A row for each half hour in which a count changes. The rota is what the pool would do if all went as expected; every tick
decides anew. A role without a forecast is taken to want what it wants now.`;

export function addRotaCommand(program: Command): void {
  program
    .command("rota")
    .description("show the counts that are planned for the coming hours")
    .addHelpText(
      "after",
      helpText({ about: ABOUT, examples: ["rota", "rota --json | jq '.roles[] | {role, summary}'"] }),
    )
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      cli.show("rota", await daemon.get<RotaAnswer>("/v1/rota"), rotaText);
    });
}
