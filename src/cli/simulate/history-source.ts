/** Where a command has recorded demand from: its options, and the reading. */
import type { Command } from "commander";
import type { Configuration } from "../../control/configuration/configuration.ts";
import { durationSchema } from "../../core/domain/units.ts";
import type { DemandHistory } from "../../simulation/backtest/demand-history.ts";
import { asDuration, asUrl } from "../arguments.ts";
import { CommandFailed } from "../command-failed.ts";
import type { Invocation } from "../invocation.ts";
import { historyFromCsv, historyFromPrometheus } from "./read-history.ts";

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

export async function readHistory(
  { csv, fromPrometheus, since }: SourceOptions,
  { site, settings }: Configuration,
  cli: Invocation,
): Promise<DemandHistory> {
  if (csv !== undefined) return historyFromCsv(csv, site);
  if (fromPrometheus === undefined) throw new CommandFailed("say where the demand is: --csv FILE or --from-prometheus");
  const given =
    typeof fromPrometheus === "string" ? { url: fromPrometheus, tokenFile: undefined } : settings.prometheus;
  if (given === undefined) throw new CommandFailed("retask.yaml names no prometheus: say --from-prometheus URL");
  cli.note(`reading the last ${since} from Prometheus`);
  return historyFromPrometheus(given, durationSchema.parse(since), Date.now(), site);
}
