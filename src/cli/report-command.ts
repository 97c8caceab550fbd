/** `retask report`: what the last week brought, in figures, against a fixed split of the same machines. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../core/domain/units.ts";
import type { ReportAnswer } from "../http/report-route.ts";
import { isTicking, type StatusAnswer } from "./answers.ts";
import { asCount, asDuration, asRole } from "./arguments.ts";
import { CommandFailed } from "./command-failed.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { reportText } from "./text/report-text.ts";

interface ReportOptions {
  readonly week?: boolean;
  readonly since?: string;
  readonly split: ReadonlyMap<string, number>;
}

const WEEK = "7d";

const ABOUT = `Served is what each role had, fixed what a split that never changes would have given it: as it was at the beginning, or as
--split says. Short is what a role wanted and did not have, fixed short what it would have gone without under the split; a
role that takes the rest wants no number. Figures come from the decisions on record: a machine that arrives is counted up
to ten minutes late, what is not on record counts nowhere, and retask.yaml's store.keepDecisions says how far back there is
one.`;

export function addReportCommand(program: Command): void {
  program
    .command("report")
    .description("show what a week brought: machine-hours gained, shortages, moves, maintenance")
    .addOption(
      new Option("--week", "the last seven days, which is what it shows unless told otherwise").conflicts("since"),
    )
    .option("--since <duration>", "so far back, as in 24h or 30d", asDuration)
    .addOption(
      new Option("--split <role=machines>", "the fixed split to compare with; once for each role")
        .argParser(asSplit)
        .default(new Map(), "as it was at the beginning"),
    )
    .addHelpText(
      "after",
      helpText({ about: ABOUT, examples: ["report --week", "report --since 24h --split web=20 --split compile=4"] }),
    )
    .action(async ({ since = WEEK, split }: ReportOptions, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const status = await daemon.get<StatusAnswer>("/v1/status");
      if (!isTicking(status)) throw new CommandFailed("retask has only just started, no tick has ended yet: try again");
      // By the daemon's clock, which is not this terminal's.
      const query = new URLSearchParams({ from: String(status.atMs - parseDuration(since)), to: String(status.atMs) });
      if (split.size > 0) query.set("split", [...split].map(([role, count]) => `${role}=${count}`).join(","));
      cli.show("report", await daemon.get<ReportAnswer>(`/v1/report?${query.toString()}`), reportText);
    });
}

function asSplit(text: string, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("expected a role and a count, as in web=20.");
  return new Map(before).set(asRole(text.slice(0, at)), asCount(text.slice(at + 1)));
}
