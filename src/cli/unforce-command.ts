/** `retask unforce`: ends a force before its time. */
import type { Command } from "commander";
import type { Override } from "../core/domain/override.ts";
import { asMachine, asRole } from "./arguments.ts";
import { type Act, type CareOptions, carefully, withCare } from "./carefully.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withEndOptions } from "./override-options.ts";
import { endedText } from "./text/override-text.ts";

export function addUnforceCommand(program: Command): void {
  const unforce = program.command("unforce").description("end a force before its time");
  const about = "Ends exactly the force that names this machine or role; retask then decides again by itself.";
  unforce.addHelpText("after", helpText({ about }));

  const machine = unforce
    .command("machine")
    .description("end a machine's force")
    .argument("<machine>", "the machine", asMachine);
  withCare(withEndOptions(machine))
    .addHelpText("after", helpText({ about, examples: ["unforce machine m07"] }))
    .action((name: string, options: EndOptions & CareOptions, command: Command) =>
      endForce(command, { kind: "unforceMachine", machine: name }, `/v1/overrides/machines/${name}`, options),
    );

  const role = unforce.command("role").description("end a role's force").argument("<role>", "the role", asRole);
  withCare(withEndOptions(role))
    .addHelpText("after", helpText({ about, examples: ["unforce role web"] }))
    .action((name: string, options: EndOptions & CareOptions, command: Command) =>
      endForce(command, { kind: "unforceRole", role: name }, `/v1/overrides/roles/${name}`, options),
    );
}

async function endForce(command: Command, act: Act, path: string, options: EndOptions & CareOptions): Promise<void> {
  const cli = invocationOf(command);
  const change = { act, method: "DELETE", path, body: endBody(options) } as const;
  const ended = await carefully<readonly Override[]>(cli, change, options);
  if (ended !== null) cli.show("ended", { ended }, endedText);
}
