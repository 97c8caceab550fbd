/** `retask plan`: what the last tick would move or call off, and what not, with reasons. */
import type { Command } from "commander";
import type { Plan } from "../core/domain/plan.ts";
import { isTicking, type StatusAnswer } from "./answers.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { hasChanges, type PlanShown, planText } from "./text/plan-text.ts";

const CHANGES_PENDING = 2;

const ABOUT = `In auto mode the daemon has begun the moves already when they are shown; in advise mode nobody has, and \`retask apply\` with
the plan's id starts them. Signs: + into work, ~ from role to role, - out of work, x an operation called off.`;

export function addPlanCommand(program: Command): void {
  program
    .command("plan")
    .description("show what retask does next, what not, and why")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: ["plan", "plan --json | jq '.notDone[].why'"],
        exits: "0 nothing to do, 1 error, 2 changes pending: machines to move, or operations to call off.",
      }),
    )
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const plan = await readPlan(await cli.daemon());
      cli.show("plan", plan, planText);
      if (hasChanges(plan)) process.exitCode = CHANGES_PENDING;
    });
}

export async function readPlan(daemon: DaemonClient): Promise<PlanShown> {
  const plan = await daemon.get<Plan>("/v1/plan");
  const status = await daemon.get<StatusAnswer>("/v1/status");
  return { ...plan, mode: isTicking(status) ? status.mode : "advise" };
}
