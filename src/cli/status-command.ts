/** `retask status`: the pool at a glance. */
import type { Command } from "commander";
import type { StatusAnswer } from "./answers.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { statusText } from "./text/status-text.ts";

const ABOUT = `The first line is the answer: healthy; or holding (nothing new may start), degraded or starting, and because of what.
It exits with 0 in each case: it is the answer that was asked for, and \`--json\` has it as \`health\`.`;

export function addStatusCommand(program: Command): void {
  program
    .command("status")
    .description("show the pool at a glance: healthy, or why not")
    .addHelpText("after", helpText({ about: ABOUT, examples: ["status", "status --json | jq -r .health"] }))
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      cli.show("status", await daemon.get<StatusAnswer>("/v1/status"), statusText);
    });
}
