/** `retask pause`: no new operation starts in a scope, for a time; those in flight reach a safe state. */
import { type Command, Option } from "commander";
import type { Direction } from "../core/domain/override.ts";
import type { OverrideSet } from "./answers.ts";
import { CommandFailed } from "./command-failed.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type OverrideOptions, overrideBody, withOverrideOptions } from "./override-options.ts";
import { type ScopeOptions, scopeOf, withScope } from "./pause-scope.ts";
import { setText } from "./text/override-text.ts";

interface PauseOptions extends ScopeOptions, OverrideOptions {
  readonly only?: Direction;
}

export function addPauseCommand(program: Command): void {
  withOverrideOptions(withScope(program.command("pause").description("start nothing new, for a time")))
    .addOption(
      new Option("--until-resumed", "with --pool: until `retask resume --pool`").conflicts([
        "for",
        "until",
        "role",
        "machine",
      ]),
    )
    .addOption(
      new Option("--only <direction>", "with --role: none may come in, or none may go out").choices(["in", "out"]),
    )
    .addHelpText(
      "after",
      helpText({
        about: "The scope must be said: a pause of the whole pool is --pool. Machines in operation reach a safe state.",
        examples: [
          'pause --pool --for 2h --reason "switch maintenance"',
          'pause --pool --until-resumed --reason "the network is being rebuilt"',
          'pause --role web --until 2026-11-23T18:00:00+01:00 --reason "load test"',
          'pause --role web --only out --for 4h --reason "a sale"',
        ],
      }),
    )
    .action(async (options: PauseOptions, command: Command) => {
      const cli = invocationOf(command);
      const body = { scope: scopeOf(options), direction: directionOf(options), ...overrideBody(options) };
      const daemon = await cli.daemon();
      cli.show(await daemon.send<OverrideSet>("POST", "/v1/pause", body), setText);
    });
}

function directionOf({ only, role }: PauseOptions): Direction {
  if (only !== undefined && role === undefined)
    throw new CommandFailed("--only needs --role: only a role has ways in and out");
  return only ?? "both";
}
