/** `retask explain`: every reason behind one role's count, or one machine's standing. */
import type { Command } from "commander";
import { suggestKey } from "../control/configuration/suggest-key.ts";
import { isRoleForce, type Override } from "../core/domain/override.ts";
import {
  isTicking,
  type MachinesAnswer,
  type MachineWithHistory,
  type PoolStatus,
  type RoleAnswer,
  type StatusAnswer,
} from "./answers.ts";
import { asName } from "./arguments.ts";
import { CommandFailed } from "./command-failed.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type MachineExplained, machineText } from "./text/machine-text.ts";
import { type RoleExplained, roleText } from "./text/role-text.ts";

export function addExplainCommand(program: Command): void {
  program
    .command("explain")
    .description("show every reason behind a role's count or a machine's standing")
    .argument("<name>", "a role or a machine", asName)
    .addHelpText("after", helpText({ examples: ["explain web", "explain m07"] }))
    .action(async (name: string, _: object, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const status = await daemon.get<StatusAnswer>("/v1/status");
      if (!isTicking(status)) throw new CommandFailed("retask has only just started, no tick has ended yet: try again");
      const role = status.roles.find((one) => one.role === name);
      if (role !== undefined) return cli.show(explainRole(role, status), roleText);
      return cli.show(explainMachine(await machineOf(daemon, name, status), status), machineText);
    });
}

function explainRole(role: RoleAnswer, { overrides, notDone, atMs }: PoolStatus): RoleExplained {
  const mine = ({ act }: Override): boolean => {
    if (act.kind !== "pause") return isRoleForce(act) && act.role === role.role;
    return act.scope.kind === "pool" || (act.scope.kind === "role" && act.scope.role === role.role);
  };
  return {
    role,
    overrides: overrides.filter(mine),
    notDone: notDone.filter(({ subject }) => subject === role.role),
    atMs,
  };
}

function explainMachine(
  machine: MachineWithHistory,
  { operations, overrides, notDone, atMs }: PoolStatus,
): MachineExplained {
  const { name } = machine;
  const mine = ({ act }: Override): boolean => {
    if (act.kind !== "pause") return "machine" in act && act.machine === name;
    return act.scope.kind === "pool" || (act.scope.kind === "machine" && act.scope.machine === name);
  };
  return {
    machine,
    operations: operations.filter((operation) => operation.machine === name),
    overrides: overrides.filter(mine),
    notDone: notDone.filter(({ subject }) => subject === name),
    atMs,
  };
}

async function machineOf(daemon: DaemonClient, name: string, status: PoolStatus): Promise<MachineWithHistory> {
  const answer = await daemon.ask({ method: "GET", path: `/v1/machines/${name}` });
  if (answer.ok) return answer.value as MachineWithHistory;
  if (answer.code !== "RTK_NOT_FOUND") throw new CommandFailed(answer.why);
  const { machines } = await daemon.get<MachinesAnswer>("/v1/machines");
  const known = [...status.roles.map(({ role }) => role), ...machines.map((machine) => machine.name)];
  const guess = suggestKey(name, known);
  const hint = guess === null ? "" : `; did you mean ${guess}?`;
  throw new CommandFailed(`there is no role and no machine ${name}${hint} (${answer.code})`);
}
