/** `retask machines`: the machines by rack, those of a role or in a state alone, and `--watch` as they change. */
import { type Command, Option } from "commander";
import { SPARE } from "../core/domain/names.ts";
import type { StandingKind } from "../core/domain/standing.ts";
import type { MachineAnswer, MachinesAnswer } from "./answers.ts";
import { asPlacement } from "./arguments.ts";
import { CommandFailed } from "./command-failed.ts";
import { didYouMean } from "./did-you-mean.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { machinesText } from "./text/machines-text.ts";
import { watchMachines } from "./watch/watch-machines.ts";

interface MachinesOptions {
  readonly role?: string;
  readonly state?: StandingKind;
  readonly rack?: string;
  readonly watch?: boolean;
}

const STATES = [
  "serving",
  "late",
  "unmanageable",
  "switching",
  "spare",
  "unknown",
  "quarantined",
  "stray",
] as const satisfies readonly StandingKind[];

const ABOUT = `A machine on its way is one of both roles. --watch draws the table again after each tick, until Ctrl-C; where standard
output is no terminal it prints the table whenever it has changed, and with --json a document in one line.`;

export function addMachinesCommand(program: Command): void {
  program
    .command("machines")
    .description("show the machines by rack: role, state, image, power")
    .option("--role <role>", "those of this role alone, or spare", asPlacement)
    .addOption(new Option("--state <state>", "those in this state alone").choices(STATES))
    .option("--rack <rack>", "those of this rack alone")
    .option("--watch", "as they change, until Ctrl-C")
    .addHelpText("after", helpText({ about: ABOUT, examples: ["machines --state quarantined", "machines --watch"] }))
    .action(async (options: MachinesOptions, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const choose = (machines: readonly MachineAnswer[]) => chosen(machines, options);
      if (options.watch === true) return watchMachines(cli, daemon, choose);
      const { machines } = await daemon.get<MachinesAnswer>("/v1/machines");
      return cli.show("machines", { machines: choose(machines) }, machinesText);
    });
}

/** By rack, and in one rack by name: m2 before m10. A role or rack that no machine knows is a mistake, not an empty table. */
function chosen(machines: readonly MachineAnswer[], { role, state, rack }: MachinesOptions): readonly MachineAnswer[] {
  mustBeKnown("role", role, [SPARE, ...machines.flatMap(({ roles }) => roles)]);
  mustBeKnown(
    "rack",
    rack,
    machines.flatMap(({ domains }) => domains.rack ?? []),
  );
  const byName = new Intl.Collator("en", { numeric: true }).compare;
  return machines
    .filter(
      ({ standing, domains }) =>
        (role === undefined || standing?.placement === role || standing?.goingTo === role) &&
        (state === undefined || standing?.kind === state) &&
        (rack === undefined || domains.rack === rack),
    )
    .sort((a, b) => byName(a.domains.rack ?? "", b.domains.rack ?? "") || byName(a.name, b.name));
}

function mustBeKnown(what: string, name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  throw new CommandFailed(`there is no ${what} ${name} in fleet.yaml${didYouMean(name, known)}`);
}
