/** `retask adopt`: the first day's table, and after a deliberate answer its machines are retask's. */
import type { Command } from "commander";
import type { AdoptionRow } from "../core/operate/adopt.ts";
import type { MachinesAnswer } from "./answers.ts";
import { asCountFrom1, asLine } from "./arguments.ts";
import { askFor } from "./ask.ts";
import { CommandFailed } from "./command-failed.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withAuthor } from "./override-options.ts";
import { type AdoptionLine, adoptionText, isNew } from "./text/adoption-text.ts";

interface AdoptOptions extends EndOptions {
  readonly yes?: number;
}

interface AdoptionAnswer {
  readonly rows: readonly AdoptionRow[];
  readonly adopted: { readonly adopted: number; readonly strays: number } | null;
}

/** Every BMC is asked, twice where the machine is off; a dead one takes all its cipher suites' deadlines. */
const PROBE_DEADLINE_MS = 600_000;

const ABOUT = `Shows what every machine seems to be by its boot link, beacon and BMC, and what adopting would record; then asks for the
number of machines to adopt. Strays are named and never touched. Until something is adopted, retask only advises,
whatever retask.yaml says.`;

export function addAdoptCommand(program: Command): void {
  withAuthor(program.command("adopt").description("look at the fleet, and let retask begin with it"))
    .option("--yes <count>", "adopt without asking, if COUNT machines are to be adopted", asCountFrom1)
    .option("--reason <text>", "why; goes into the audit log", asLine, "adopted by hand")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: ["adopt", "adopt --yes 24"],
        exits: "0 adopted, or nothing left to adopt; 1 error, or not adopted.",
      }),
    )
    .action(async (options: AdoptOptions, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      cli.note("asking every BMC; this may take a minute");
      const table = await probe(daemon, options, { confirm: false });
      const count = table.rows.filter(isNew).length;
      // With --json there is one document on standard output: the last one.
      if (cli.options.json !== true) cli.show("adoption", table, ({ rows }, look) => adoptionText(rows, look));
      const refused = count === 0 ? null : await confirmation(cli, options, count);
      if (count === 0 || refused !== null) {
        if (cli.options.json === true) cli.show("adoption", table, () => "");
        if (refused !== null) throw new CommandFailed(refused);
        return cli.note("nothing is left to adopt");
      }
      const adopted = await probe(daemon, options, { confirm: true, expect: count });
      return cli.show("adoption", adopted, () => `adopted ${count} machines`);
    });
}

interface AdoptionTable {
  readonly rows: readonly AdoptionLine[];
  readonly adopted: AdoptionAnswer["adopted"];
}

interface Aim {
  readonly confirm: boolean;
  /** The number that was typed: should the fleet have changed since, nothing is adopted. */
  readonly expect?: number;
}

async function probe(daemon: DaemonClient, options: AdoptOptions, aim: Aim): Promise<AdoptionTable> {
  const { machines } = await daemon.get<MachinesAnswer>("/v1/machines");
  const before = new Set(machines.filter(({ recorded }) => recorded?.adopted === true).map(({ name }) => name));
  const body = { ...endBody(options), ...aim };
  const { rows, adopted } = await daemon.send<AdoptionAnswer>("POST", "/v1/adoption", body, PROBE_DEADLINE_MS);
  return { rows: rows.map((row) => ({ ...row, adoptedBefore: before.has(row.machine) })), adopted };
}

/** Why not, or null: go on. Typing the number shows that somebody has read it (S3). */
async function confirmation(cli: Invocation, { yes }: AdoptOptions, count: number): Promise<string | null> {
  const question = `Type ${count} to adopt these machines: `;
  const said = yes !== undefined ? String(yes) : await askFor(question, cli.options);
  if (said === null) return `nothing was adopted: nobody could be asked; say --yes ${count}`;
  return said === String(count)
    ? null
    : `nothing was adopted: ${count} machines are to be adopted, not ${said || "none"}`;
}
