/** `retask history`: what happened, newest first: operations that ended, and what people asked for. */
import type { Command } from "commander";
import { parseDuration } from "../core/domain/units.ts";
import { isTicking, type StatusAnswer } from "./answers.ts";
import { asCountFrom1, asDuration, asMachine, asRole } from "./arguments.ts";
import { helpText } from "./help-text.ts";
import { readHistory } from "./history/read-history.ts";
import { invocationOf } from "./invocation.ts";
import { historyText } from "./text/history-text.ts";

interface HistoryOptions {
  readonly machine?: string;
  readonly role?: string;
  readonly since?: string;
  readonly limit: number;
}

const FEW = 30;

const ABOUT = `Operations by the time of their end, with how they ended and what they took; overrides, acceptances and all else that
somebody asked for, with who it was, refusals too. It goes back as far as retask.yaml's store.keepDecisions lets it.`;

export function addHistoryCommand(program: Command): void {
  program
    .command("history")
    .description("show what happened: operations that ended, and what people asked for")
    .option("--machine <machine>", "about this machine alone", asMachine)
    .option("--role <role>", "about this role alone", asRole)
    .option("--since <duration>", "so far back, as in 24h or 7d", asDuration)
    .option("--limit <entries>", "at most so many", asCountFrom1, FEW)
    .addHelpText("after", helpText({ about: ABOUT, examples: ["history --since 24h", "history --machine m07"] }))
    .action(async ({ since, ...filter }: HistoryOptions, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      const status = await daemon.get<StatusAnswer>("/v1/status");
      // By the daemon's clock; before its first tick it shows none.
      const nowMs = isTicking(status) ? status.atMs : Date.now();
      const sinceMs = since === undefined ? null : nowMs - parseDuration(since);
      cli.show("history", { entries: await readHistory(daemon, { ...filter, sinceMs }) }, historyText);
    });
}
