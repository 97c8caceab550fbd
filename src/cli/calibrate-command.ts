/** `retask calibrate`: what recorded demand says of the policies' figures, as YAML to paste. It changes no file. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Configuration } from "../control/configuration/configuration.ts";
import { bootTimes } from "../core/calibrate/boot-times.ts";
import { calibrateRole } from "../core/calibrate/calibrate-role.ts";
import type { RoleName } from "../core/domain/names.ts";
import { byMinute } from "../simulation/backtest/demand-history.ts";
import type { MachinesAnswer } from "./answers.ts";
import { asRole } from "./arguments.ts";
import { CommandFailed } from "./command-failed.ts";
import { siteIn } from "./find-site.ts";
import { helpText } from "./help-text.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { writeReport } from "./report/write-report.ts";
import { readRecord, type SourceOptions, withSourceOptions } from "./simulate/history-source.ts";
import { type CalibrationView, calibrationText } from "./text/calibration-text.ts";

const ABOUT = `Proposes perMachine, from where a signal of saturation bends as the load a machine rises; headroom, from how much
demand rises while a machine comes, and from what a shortage costs; tells what a machine-hour short costs by the headroom that
you have; and how long boots take, where the daemon answers. What the history can't tell it says, and proposes nothing.`;

interface Options extends SourceOptions {
  readonly machines: ReadonlyMap<RoleName, string>;
  readonly signal: ReadonlyMap<RoleName, string>;
  readonly report?: string;
}

export function addCalibrateCommand(program: Command): void {
  const command = program.command("calibrate").description("propose a policy's figures from recorded demand");
  withSourceOptions(command)
    .addOption(queryOption("--machines <role=promql>", "with Prometheus: how many of a role's machines served"))
    .addOption(queryOption("--signal <role=promql>", "with Prometheus: a signal of their saturation"))
    .option("--report <file>", "also write a page with plots, HTML in one file, to FILE")
    .addHelpText(
      "after",
      helpText({
        about: ABOUT,
        examples: [
          "calibrate --csv demand.csv --report calibration.html",
          `calibrate --from-prometheus --since 28d --machines 'web=count(up{job="web"} == 1)' --signal 'web=latency:p95'`,
        ],
      }),
    )
    .action(async (options: Options, own: Command) => {
      const cli = invocationOf(own);
      const configuration = await siteIn(cli.options.site);
      const view = await calibrate(configuration, options, cli);
      cli.show("calibration", view, calibrationText);
      if (options.report === undefined) return;
      const { calibrationReport } = await import("./report/calibration-report.ts");
      const page = calibrationReport(`Calibration of ${cli.options.site}`, view, process.argv.slice(2));
      await writeReport(options.report, page, cli);
    });
}

const queryOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(asQuery).default(new Map(), "none");

async function calibrate(configuration: Configuration, options: Options, cli: Invocation): Promise<CalibrationView> {
  const { history, beside } = await readRecord(options, configuration, options, cli);
  const bootMs = await learnedBoots(cli);
  const minutesOf = (column: keyof typeof beside, role: RoleName) => {
    const samples = beside[column].get(role);
    return samples === undefined ? null : byMinute(samples, history);
  };
  return {
    from: new Date(history.startMs).toISOString(),
    to: new Date(history.startMs + history.minutes * 60_000).toISOString(),
    boots: bootTimes(bootMs),
    roles: [...history.demand].flatMap(([role, demand]) => {
      const policy = configuration.site.policies.get(role);
      if (policy === undefined) return [];
      const [machines, signal] = [minutesOf("machines", role), minutesOf("signal", role)];
      return calibrateRole({ policy, demand, machines, signal, bootMs }) ?? [];
    }),
  };
}

/** What the daemon learned; without it a move is taken for four minutes, and that is said. */
async function learnedBoots(cli: Invocation): Promise<number[]> {
  try {
    const { machines } = await (await cli.daemon()).get<MachinesAnswer>("/v1/machines");
    return machines.flatMap(({ recorded }) => recorded?.bootMs ?? []);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    cli.note(`boot times are not known, and a move is taken for 4 minutes: ${error.message.split("\n")[0] ?? ""}`);
    return [];
  }
}

function asQuery(text: string, before: ReadonlyMap<RoleName, string>): ReadonlyMap<RoleName, string> {
  const at = text.indexOf("=");
  const promql = text.slice(at + 1).trim();
  if (at < 1 || promql === "") throw new InvalidArgumentError("expected a role and a query, as in web=sum(up).");
  return new Map(before).set(asRole(text.slice(0, at)), promql);
}
