/** `retask resume`: ends a pause before its time. */
import type { Command } from "commander";
import type { Override } from "../core/domain/override.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withEndOptions } from "./override-options.ts";
import { type ScopeOptions, scopeOf, withScope } from "./pause-scope.ts";
import { endedText } from "./text/override-text.ts";

export function addResumeCommand(program: Command): void {
  withEndOptions(withScope(program.command("resume").description("end a pause before its time")))
    .addHelpText(
      "after",
      helpText({
        about:
          "Ends the pause with exactly this scope: --pool ends the pool's, and leaves those of roles and machines.",
        examples: ["resume --pool", "resume --role web"],
      }),
    )
    .action(async (options: ScopeOptions & EndOptions, command: Command) => {
      const cli = invocationOf(command);
      const body = { scope: scopeOf(options), ...endBody(options) };
      const daemon = await cli.daemon();
      const ended = await daemon.send<readonly Override[]>("DELETE", "/v1/pause", body);
      cli.show("ended", { ended }, endedText);
    });
}
