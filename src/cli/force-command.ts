/** `retask force`: a machine to a role, or a role to a count, a range or a floor; floors and limits still hold. */
import { type Command, Option } from "commander";
import type { OverrideSet } from "./answers.ts";
import { asCount, asMachine, asPlacement, asRole } from "./arguments.ts";
import { type Act, type CareOptions, carefully, withCare } from "./carefully.ts";
import { CommandFailed } from "./command-failed.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { type OverrideOptions, overrideBody, withOverrideOptions } from "./override-options.ts";
import { setText } from "./text/override-text.ts";

interface ForceOptions extends OverrideOptions, CareOptions {
  readonly overrideFloor?: boolean;
}

const ABOUT = `Floors and limits still hold; what they hold back is said here and by \`retask plan\`. --override-floor lets this
force go below a floor, and is audited.`;

export function addForceCommand(program: Command): void {
  const force = program.command("force").description("send a machine to a role, or give a role a count, for a time");
  force.addHelpText("after", helpText({ about: ABOUT }));
  addForceMachine(force);
  addForceRole(force);
}

function addForceMachine(force: Command): void {
  const command = force.command("machine").description("send one machine to a role, or make it a spare");
  command.argument("<machine>", "the machine", asMachine);
  command.requiredOption("--to <role>", "the role, or spare", asPlacement);
  withForceOptions(command)
    .addHelpText(
      "after",
      helpText({ about: ABOUT, examples: ['force machine m07 --to spare --for 4h --reason "new disk"'] }),
    )
    .action(async (machine: string, options: ForceOptions & { readonly to: string }, command: Command) => {
      const { to } = options;
      const act = { kind: "forceMachine", machine, to };
      const path = `/v1/overrides/machines/${machine}`;
      await putForce(invocationOf(command), { act, path, own: { to } }, options);
    });
}

function addForceRole(force: Command): void {
  const command = force.command("role").description("give one role a count of machines, a range, or a floor");
  command.argument("<role>", "the role", asRole);
  command.addOption(
    new Option("--count <machines>", "exactly so many machines").argParser(asCount).conflicts(["min", "max", "floor"]),
  );
  command.addOption(
    new Option("--min <machines>", "at least so many, with --max").argParser(asCount).conflicts("floor"),
  );
  command.addOption(
    new Option("--max <machines>", "at most so many, with --min").argParser(asCount).conflicts("floor"),
  );
  command.option("--floor <machines>", "a floor for a time; above it the demand decides", asCount);
  withForceOptions(command)
    .addHelpText(
      "after",
      helpText({
        about: `${ABOUT} One force of a role holds at a time; a pause wins over it.`,
        examples: [
          'force role web --count 12 --for 6h --reason "tonight\'s broadcast"',
          'force role web --min 8 --max 12 --for 1d --reason "the load test decides within"',
          'force role web --floor 9 --for 4h --reason "a sale"',
        ],
      }),
    )
    .action(async (role: string, options: ForceOptions & RoleForceOptions, command: Command) => {
      const { act, own } = roleForceOf(role, options);
      await putForce(invocationOf(command), { act, path: `/v1/overrides/roles/${role}`, own }, options);
    });
}

interface RoleForceOptions {
  readonly count?: number;
  readonly min?: number;
  readonly max?: number;
  readonly floor?: number;
}

function roleForceOf(role: string, { count, min, max, floor }: RoleForceOptions): Omit<Force, "path"> {
  if (count !== undefined) return { act: { kind: "forceCount", role, count }, own: { count } };
  if (floor !== undefined) return { act: { kind: "forceFloor", role, floor }, own: { floor } };
  if (min !== undefined && max !== undefined)
    return { act: { kind: "forceRange", role, min, max }, own: { range: { min, max } } };
  throw new CommandFailed("say what it gets: --count 12, --min 8 --max 12, or --floor 9");
}

const withForceOptions = (command: Command): Command =>
  withCare(withOverrideOptions(command)).option(
    "--override-floor",
    "it may go below a floor; said on purpose, and audited",
  );

interface Force {
  readonly act: Act;
  readonly path: string;
  /** What of the body is this force's own. */
  readonly own: object;
}

async function putForce(cli: Invocation, { act, path, own }: Force, options: ForceOptions): Promise<void> {
  const body = { ...overrideBody(options), overrideFloor: options.overrideFloor === true, ...own };
  const set = await carefully<OverrideSet>(cli, { act, method: "PUT", path, body }, options);
  if (set !== null) cli.show("override", set, setText);
}
