/** `retask overrides`: every pause, pin and force in force. */
import type { Command } from "commander";
import type { Override } from "../core/domain/override.ts";
import { isTicking, type StatusAnswer } from "./answers.ts";
import { CommandFailed } from "./command-failed.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { overrideText } from "./text/override-text.ts";

export function addOverridesCommand(program: Command): void {
  program
    .command("overrides")
    .description("show every pause, pin and force in force")
    .addHelpText("after", helpText({ examples: ["overrides", "overrides --json | jq '.overrides[].act'"] }))
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const status = await daemon.get<StatusAnswer>("/v1/status");
      if (!isTicking(status)) throw new CommandFailed("retask has only just started, no tick has ended yet: try again");
      const overrides: readonly Override[] = status.overrides;
      cli.show("overrides", { atMs: status.atMs, overrides }, (shown, look) =>
        shown.overrides.length === 0
          ? "no overrides"
          : shown.overrides.map((one) => overrideText(one, shown.atMs, look)).join("\n"),
      );
    });
}
