/** `retask simulate`: what these policies would have done with recorded demand, priced, beside what others would have done. */
import { type Command, InvalidArgumentError } from "commander";
import type { Configuration } from "../control/configuration/configuration.ts";
import { loadConfiguration } from "../control/configuration/load-configuration.ts";
import { describeProblems } from "../control/configuration/problem.ts";
import type { MachineName, RoleName } from "../core/domain/names.ts";
import type { Site } from "../core/domain/site.ts";
import { durationSchema } from "../core/domain/units.ts";
import { type BackTest, backTest } from "../simulation/backtest/back-test.ts";
import type { DemandHistory, WhatIf } from "../simulation/backtest/demand-history.ts";
import { createCalendar } from "../world/calendar/cron-calendar.ts";
import { scheduleFacts } from "../world/calendar/schedule-facts.ts";
import { asCount, asDuration, asRole, asUrl } from "./arguments.ts";
import { CommandFailed } from "./command-failed.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { historyFromCsv, historyFromPrometheus } from "./simulate/read-history.ts";
import { backTestText, backTestView } from "./text/back-test-text.ts";

const ABOUT = `Replays demand, a minute at a time, through the same decide and plan that steer the machines, and needs no daemon.
Costs are machine-hours of the rest role: a shortage at its role's shortageCost, an hour that the rest role could have had at 1,
five minutes for each move. Beside them: the best fixed split and the best weekly schedule, both chosen in hindsight, a rule like
the Kubernetes autoscaler's, and the optimum of somebody who knew it all.`;

interface Options {
  readonly csv?: string;
  readonly fromPrometheus?: string | true;
  readonly since: string;
  readonly scale: ReadonlyMap<RoleName, number>;
  readonly lose: number;
  readonly bootTime: string;
  readonly blind?: WhatIf["blind"];
  readonly compare?: string;
  readonly failIfWorse?: number;
}

export function addSimulateCommand(program: Command): void {
  program
    .command("simulate")
    .description("replay recorded demand through the policies, and price what they do")
    .option("--csv <file>", "demand from a file: a column `time`, and one for each measured role")
    .option("--from-prometheus [url]", "demand from Prometheus; without an address, the site's", asUrl)
    .option("--since <duration>", "how far to look back in Prometheus", asDuration, "14d")
    .option("--compare <dir>", "also replay the site in DIR, as a change of this one")
    .option("--fail-if-worse <percent>", "with --compare: exit 1 when the change costs so much more", asPercent)
    .option("--scale <role=factor>", "what if a role's load were so many times as great?", asScale, new Map())
    .option("--lose <machines>", "what if so many machines, the fleet's last, were gone?", asCount, 0)
    .option("--boot-time <duration>", "what if a boot took so long?", asDuration, "3m")
    .option(
      "--blind <from-to>",
      "what if demand were unknown daily between two times, in UTC, as in 14:00-15:00?",
      asBlind,
    )
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: [
          "simulate --from-prometheus --since 14d",
          "simulate --csv demand.csv --scale web=1.4 --lose 3",
          "--site /etc/retask simulate --csv demand.csv --compare ./changed --fail-if-worse 5",
        ],
        exits: "0 fine, 1 error, or the change costs more than --fail-if-worse allows.",
      }),
    )
    .action(async (options: Options, command: Command) => {
      const cli = invocationOf(command);
      const site = await siteIn(cli.options.site);
      const history = await historyOf(options, site, cli);
      const own = run(site.site, history, options, cli);
      if (options.compare === undefined) {
        cli.show(backTestView(own), backTestText);
        return;
      }
      const changed = run((await siteIn(options.compare)).site, history, options, cli);
      showBoth(cli, own, changed, options);
    });
}

async function siteIn(dir: string): Promise<Configuration> {
  const loaded = await loadConfiguration(dir);
  if (loaded.ok) return loaded.configuration;
  throw new CommandFailed(describeProblems(loaded.problems, false));
}

async function historyOf({ csv, fromPrometheus, since }: Options, { site, settings }: Configuration, cli: Invocation) {
  if (csv !== undefined) return historyFromCsv(csv, site);
  if (fromPrometheus === undefined) throw new CommandFailed("say where the demand is: --csv FILE or --from-prometheus");
  const given =
    typeof fromPrometheus === "string" ? { url: fromPrometheus, tokenFile: undefined } : settings.prometheus;
  if (given === undefined) throw new CommandFailed("retask.yaml names no prometheus: say --from-prometheus URL");
  cli.note(`reading the last ${since} from Prometheus`);
  return historyFromPrometheus(given, durationSchema.parse(since), Date.now(), site);
}

function run(site: Site, history: DemandHistory, options: Options, cli: Invocation): BackTest {
  const calendar = createCalendar();
  const left = withoutLast(site, options.lose);
  return backTest({
    site: left,
    history,
    whatIf: { scale: options.scale, blind: options.blind ?? null },
    schedulesAt: (wallMs) => scheduleFacts(left, calendar, wallMs),
    bootMs: durationSchema.parse(options.bootTime),
    onProgress: progress(cli),
  });
}

function withoutLast(site: Site, lost: number): Site {
  const floors = [...site.policies.values()].reduce((sum, { machines }) => sum + machines.floor, 0);
  if (site.machines.size - lost < floors)
    throw new CommandFailed(
      `without ${lost} of its ${site.machines.size} machines the pool can't keep its floors of ${floors} in all`,
    );
  const machines = new Map<MachineName, NonNullable<ReturnType<Site["machines"]["get"]>>>(
    [...site.machines].slice(0, site.machines.size - lost),
  );
  return { ...site, machines };
}

/** One line that grows, on a terminal alone. */
function progress(cli: Invocation): (share: number) => void {
  let told = 0;
  return (share) => {
    if (!process.stderr.isTTY || share < told + 0.1) return;
    told = share;
    cli.note(`replayed ${Math.round(share * 100)} %`);
  };
}

function showBoth(cli: Invocation, own: BackTest, changed: BackTest, { failIfWorse }: Options): void {
  const worsePercent = own.bill.total === 0 ? 0 : (100 * (changed.bill.total - own.bill.total)) / own.bill.total;
  const views = { present: backTestView(own), changed: backTestView(changed), worsePercent };
  cli.show(views, ({ present, changed: other, worsePercent: percent }, look) =>
    [
      "as it is",
      backTestText(present, look),
      "",
      "as changed",
      backTestText(other, look),
      "",
      `the change costs ${Math.abs(percent).toFixed(1)} % ${percent > 0 ? "more" : "less"}`,
    ].join("\n"),
  );
  if (failIfWorse !== undefined && worsePercent > failIfWorse) process.exitCode = 1;
}

function asPercent(text: string): number {
  const value = Number(text.replace(/\s*%$/, ""));
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("expected a percentage, as in 5%.");
  return value;
}

function asScale(text: string, before: ReadonlyMap<RoleName, number>): ReadonlyMap<RoleName, number> {
  const [role = "", factor = ""] = text.split("=");
  const value = Number(factor);
  if (factor === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("expected a role and a factor, as in web=1.4.");
  return new Map(before).set(asRole(role), value);
}

function asBlind(text: string): NonNullable<WhatIf["blind"]> {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("expected two times of the day, as in 14:00-15:00.");
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  return { fromMinute: fromHour * 60 + fromMinute, toMinute: toHour * 60 + toMinute };
}
