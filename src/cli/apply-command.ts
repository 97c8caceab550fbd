/** `retask apply`: starts the moves of the plan that was shown, and of no other. */
import type { Command } from "commander";
import { asCountFrom1, asLine, asMachines, asPlanId } from "./arguments.ts";
import { askFor } from "./ask.ts";
import { CommandFailed } from "./command-failed.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withAuthor } from "./override-options.ts";
import { readPlan } from "./plan-command.ts";
import { diffText, type PlanShown } from "./text/plan-text.ts";

interface ApplyOptions extends EndOptions {
  readonly machine?: readonly string[];
  readonly yes?: number;
}

/** As the daemon answers: the operations that it begins. */
interface Applied {
  readonly planId: string;
  readonly operations: readonly {
    readonly id: string;
    readonly machine: string;
    readonly from: string;
    readonly to: string;
  }[];
}

const ABOUT = `Shows the moves once more, and asks for their number; only that starts them. Floors, limits and preflight hold as ever. Where another plan has
been made meanwhile, nothing is started: look at it, and decide anew.`;

export function addApplyCommand(program: Command): void {
  withAuthor(
    program
      .command("apply")
      .description("start the moves of a plan that retask only advises")
      .argument("<plan>", "the plan's id, at least its first 6 digits", asPlanId),
  )
    .option("--machine <machine>", "this machine's move alone; once for each", asMachines)
    .option("--yes <count>", "start without asking, if COUNT machines are to be moved", asCountFrom1)
    .option("--reason <text>", "why; goes into the audit log", asLine, "applied by hand")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: ["apply 1f2e3d4c5b6a7988", "apply 1f2e3d --machine m07 --yes 1"],
        exits: "0 started, 1 error, or not started.",
      }),
    )
    .action(apply);
}

async function apply(id: string, options: ApplyOptions, command: Command): Promise<void> {
  const cli = invocationOf(command);
  const daemon = await cli.daemon();
  const plan = chosen(await readPlan(daemon), id, options.machine);
  await confirm(cli, plan, options);
  const machines = options.machine === undefined ? {} : { machines: options.machine };
  const body = { ...endBody(options), ...machines, confirm: String(plan.moves.length) };
  const applied = await daemon.send<Applied>("POST", `/v1/plan/${plan.id}/apply`, body);
  cli.show("applied", applied, ({ operations }) =>
    operations.map((one) => `started: ${one.machine} ${one.from} to ${one.to} (${one.id})`).join("\n"),
  );
}

/** Only the named moves; a plan is never applied by an id that is no longer its own. */
function chosen(plan: PlanShown, id: string, machines: readonly string[] | undefined): PlanShown {
  if (!plan.id.startsWith(id)) {
    throw new CommandFailed(`nothing was started: the plan is ${plan.id} now, not ${id}\n  look at it: retask plan`);
  }
  const moves = plan.moves.filter(({ machine }) => machines === undefined || machines.includes(machine));
  const missing = (machines ?? []).filter((name) => !moves.some(({ machine }) => machine === name));
  if (missing.length > 0) throw new CommandFailed(`nothing was started: the plan does not move ${missing.join(", ")}`);
  if (moves.length === 0) throw new CommandFailed("nothing was started: the plan moves no machine");
  return { ...plan, moves, cancels: [] };
}

/** Typing the number shows that somebody has read it (S3). */
async function confirm(cli: Invocation, plan: PlanShown, { yes }: ApplyOptions): Promise<void> {
  const count = plan.moves.length;
  if (yes === undefined) cli.tell(plan, diffText);
  const question = `Type ${count} to start ${count === 1 ? "this move" : "these moves"}: `;
  const said = yes === undefined ? await askFor(question, cli.options) : String(yes);
  if (said === null) throw new CommandFailed(`nothing was started: nobody could be asked; say --yes ${count}`);
  if (said !== String(count))
    throw new CommandFailed(`nothing was started: ${count} machines are to be moved, not ${said || "none"}`);
}
