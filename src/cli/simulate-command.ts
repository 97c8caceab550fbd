/** `retask simulate`: what these policies would have done with recorded demand, priced, beside what others would have done. */
import { type Command, InvalidArgumentError } from "commander";
import type { Configuration } from "../control/configuration/configuration.ts";
import { durationSchema } from "../core/domain/units.ts";
import { type BackTest, backTest } from "../simulation/backtest/back-test.ts";
import type { DemandHistory } from "../simulation/backtest/demand-history.ts";
import { createCalendar } from "../world/calendar/cron-calendar.ts";
import { scheduleFacts } from "../world/calendar/schedule-facts.ts";
import { siteIn } from "./find-site.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { writeReport } from "./report/write-report.ts";
import { readHistory, type SourceOptions, withSourceOptions } from "./simulate/history-source.ts";
import { progress } from "./simulate/progress.ts";
import { describeWhatIf, type WhatIfOptions, withoutLast, withWhatIfOptions } from "./simulate/what-if.ts";
import { backTestText } from "./text/back-test-text.ts";
import { backTestView } from "./text/back-test-view.ts";

const ABOUT = `Replays demand, a minute at a time, through the same decide and plan that steer the machines, and needs no daemon.
Costs are machine-hours of the rest role: a shortage at its role's shortageCost, an hour that the rest role could have had at 1,
five minutes for each move. Beside them: the best fixed split and the best weekly schedule, both chosen in hindsight, a rule like
the Kubernetes autoscaler's, and the optimum of somebody who knew it all.`;

interface Options extends SourceOptions, WhatIfOptions {
  readonly compare?: string;
  readonly failIfWorse?: number;
  readonly report?: string;
}

interface Run {
  readonly name: string;
  readonly configuration: Configuration;
  readonly test: BackTest;
}

export function addSimulateCommand(program: Command): void {
  const command = program
    .command("simulate")
    .description("replay recorded demand through the policies, and price what they do");
  withWhatIfOptions(
    withSourceOptions(command)
      .option("--compare <dir>", "also replay the site in DIR, as a change of this one")
      .option("--fail-if-worse <percent>", "with --compare: exit 1 when the change costs so much more", asPercent)
      .option("--report <file>", "also write a page with plots, HTML in one file, to FILE"),
  )
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: [
          "simulate --from-prometheus --since 14d --report back-test.html",
          "simulate --csv demand.csv --scale web=1.4 --lose 3",
          "--site /etc/retask simulate --csv demand.csv --compare ./changed --fail-if-worse 5",
        ],
        exits: "0 fine, 1 error, or the change costs more than --fail-if-worse allows.",
      }),
    )
    .action(simulate);
}

async function simulate(options: Options, command: Command): Promise<void> {
  const cli = invocationOf(command);
  const configuration = await siteIn(cli.options.site);
  // A mistake in the changed directory is told before the first replay, not after it.
  const changed = options.compare === undefined ? null : await siteIn(options.compare);
  const history = await readHistory(options, configuration, cli);
  const own = run(changed === null ? "" : "as it is", configuration, history, options);
  const other = changed === null ? null : run("as changed", changed, history, options);
  const worsePercent = other === null ? null : moreThan(own.test.bill.total, other.test.bill.total);
  show(cli, own.test, other?.test ?? null, worsePercent);
  if (options.report !== undefined)
    await report(options.report, [own, ...(other === null ? [] : [other])], worsePercent, options, cli);
  if (worsePercent !== null && options.failIfWorse !== undefined && worsePercent > options.failIfWorse)
    process.exitCode = 1;
}

function run(name: string, configuration: Configuration, history: DemandHistory, options: Options): Run {
  const calendar = createCalendar();
  const site = withoutLast(configuration.site, options.lose);
  const test = backTest({
    site,
    history,
    whatIf: { scale: options.scale, blind: options.blind ?? null },
    schedulesAt: (wallMs) => scheduleFacts(site, calendar, wallMs),
    bootMs: durationSchema.parse(options.bootTime),
    onProgress: progress(`replaying ${name}`.trim(), process.stderr, () => performance.now()),
  });
  return { name, configuration, test };
}

const moreThan = (own: number, other: number): number => (own === 0 ? 0 : (100 * (other - own)) / own);

const verdictOf = (worsePercent: number): string =>
  `the change costs ${Math.abs(worsePercent).toFixed(1)} % ${worsePercent > 0 ? "more" : "less"}`;

function show(cli: Invocation, own: BackTest, changed: BackTest | null, worsePercent: number | null): void {
  if (changed === null || worsePercent === null) {
    cli.show("backTest", backTestView(own), backTestText);
    return;
  }
  const views = { present: backTestView(own), changed: backTestView(changed), worsePercent };
  cli.show("backTests", views, ({ present, changed: other, worsePercent: percent }, look) =>
    ["as it is", backTestText(present, look), "", "as changed", backTestText(other, look), "", verdictOf(percent)].join(
      "\n",
    ),
  );
}

async function report(
  file: string,
  runs: readonly Run[],
  worsePercent: number | null,
  options: Options,
  cli: Invocation,
): Promise<void> {
  // Only who asks for a page waits for what draws it.
  const { backTestReport } = await import("./report/back-test-report.ts");
  const page = backTestReport({
    title: `Back-test of ${cli.options.site}`,
    assumed: [
      `Demand ${options.csv === undefined ? "from Prometheus" : `from ${options.csv}`}.`,
      ...describeWhatIf(options),
    ],
    runs: runs.map(({ name, configuration, test }) => ({ name, test, policies: policiesOf(configuration) })),
    verdict: worsePercent === null ? null : verdictOf(worsePercent),
    command: process.argv.slice(2),
  });
  await writeReport(file, page, cli);
}

const policiesOf = ({ files }: Configuration): ReadonlyMap<string, string> =>
  new Map([...files].filter(([path]) => path.startsWith("policies/")));

function asPercent(text: string): number {
  const value = Number(text.replace(/\s*%$/, ""));
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError("expected a percentage, as in 5%.");
  return value;
}
