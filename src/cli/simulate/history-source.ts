/** Where a command has recorded demand from: its options, and the reading. */
import type { Command } from "commander";
import type { Configuration } from "../../control/configuration/configuration.ts";
import type { RoleName } from "../../core/domain/names.ts";
import { durationSchema } from "../../core/domain/units.ts";
import type { DemandHistory, Sample } from "../../simulation/backtest/demand-history.ts";
import { asDuration, asUrl } from "../arguments.ts";
import { CommandFailed } from "../command-failed.ts";
import type { Invocation } from "../invocation.ts";
import { type Beside, expressionsFromPrometheus, historyFromPrometheus, nonEmpty, readCsv } from "./read-history.ts";

export interface SourceOptions {
  readonly csv?: string;
  readonly fromPrometheus?: string | true;
  readonly since: string;
}

export const withSourceOptions = (command: Command): Command =>
  command
    .option("--csv <file>", "demand from a file: a column `time`, and one for each measured role")
    .option("--from-prometheus [url]", "demand from Prometheus; without an address, the site's", asUrl)
    .option("--since <duration>", "how far to look back in Prometheus", asDuration, "14d");

/** What a role's demand is read beside: machines that served, and a signal of their saturation. */
type Recorded = ReadonlyMap<RoleName, readonly Sample[]>;
export interface DemandRecord {
  readonly history: DemandHistory;
  readonly beside: Readonly<Record<Beside, Recorded>>;
}

export const readHistory = async (
  options: SourceOptions,
  configuration: Configuration,
  cli: Invocation,
): Promise<DemandHistory> =>
  (await readRecord(options, configuration, { machines: new Map(), signal: new Map() }, cli)).history;

/** `queries`: what to ask Prometheus beside the demand. A file brings it in columns of its own. */
export async function readRecord(
  { csv, fromPrometheus, since }: SourceOptions,
  { site, settings }: Configuration,
  queries: Readonly<Record<Beside, ReadonlyMap<RoleName, string>>>,
  cli: Invocation,
): Promise<DemandRecord> {
  if (csv !== undefined) {
    const { demand, beside } = await readCsv(csv, site);
    return { history: nonEmpty(demand, csv), beside };
  }
  if (fromPrometheus === undefined) throw new CommandFailed("say where the demand is: --csv FILE or --from-prometheus");
  const given =
    typeof fromPrometheus === "string" ? { url: fromPrometheus, tokenFile: undefined } : settings.prometheus;
  if (given === undefined) throw new CommandFailed("retask.yaml names no prometheus: say --from-prometheus URL");
  cli.note(`reading the last ${since} from Prometheus`);
  const history = await historyFromPrometheus(given, durationSchema.parse(since), Date.now(), site);
  const machines = await expressionsFromPrometheus(given, queries.machines, history);
  const signal = await expressionsFromPrometheus(given, queries.signal, history);
  return { history, beside: { machines, signal } };
}
