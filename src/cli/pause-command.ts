/** `retask pause`: no new operation starts in a scope, for a time; those in flight reach a safe state. */
import type { Command } from "commander";
import type { OverrideSet } from "./answers.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type OverrideOptions, overrideBody, withOverrideOptions } from "./override-options.ts";
import { type ScopeOptions, scopeOf, withScope } from "./pause-scope.ts";
import { setText } from "./text/override-text.ts";

export function addPauseCommand(program: Command): void {
  withOverrideOptions(withScope(program.command("pause").description("start nothing new, for a time")))
    .addHelpText(
      "after",
      helpText({
        about: "The scope must be said: a pause of the whole pool is --pool. Machines in operation reach a safe state.",
        examples: [
          'pause --pool --for 2h --reason "switch maintenance"',
          'pause --role web --until 2026-11-23T18:00:00+01:00 --reason "load test"',
        ],
      }),
    )
    .action(async (options: ScopeOptions & OverrideOptions, command: Command) => {
      const cli = invocationOf(command);
      const body = { scope: scopeOf(options), ...overrideBody(options) };
      const daemon = await cli.daemon();
      cli.show("override", await daemon.send<OverrideSet>("POST", "/v1/pause", body), setText);
    });
}
