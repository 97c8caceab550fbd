/** `retask resume`: ends a pause before its time. */
import type { Command } from "commander";
import type { Override } from "../core/domain/override.ts";
import { type CareOptions, carefully, withCare } from "./carefully.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withEndOptions } from "./override-options.ts";
import { type ScopeOptions, scopeOf, withScope } from "./pause-scope.ts";
import { endedText } from "./text/override-text.ts";

export function addResumeCommand(program: Command): void {
  withCare(withEndOptions(withScope(program.command("resume").description("end a pause before its time"))))
    .addHelpText(
      "after",
      helpText({
        about:
          "Ends the pause with exactly this scope: --pool ends the pool's, and leaves those of roles and machines.",
        examples: ["resume --pool", "resume --role web"],
      }),
    )
    .action(async (options: ScopeOptions & EndOptions & CareOptions, command: Command) => {
      const cli = invocationOf(command);
      const scope = scopeOf(options);
      const act = { kind: "resume", scope };
      const body = { scope, ...endBody(options) };
      const change = { act, method: "DELETE", path: "/v1/pause", body } as const;
      const ended = await carefully<readonly Override[]>(cli, change, options);
      if (ended !== null) cli.show("ended", { ended }, endedText);
    });
}
