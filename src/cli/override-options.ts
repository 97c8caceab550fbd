/** The options that every override takes: how long, why and by whom; and the shorter set that ends one. */
import { type Command, Option } from "commander";
import { asDuration, asLine, asMoment } from "./arguments.ts";
import { currentAuthor } from "./author.ts";
import { CommandFailed } from "./command-failed.ts";

export interface OverrideOptions {
  readonly for?: string;
  readonly until?: string;
  /** Of a pause of the pool alone. */
  readonly untilResumed?: boolean;
  readonly reason: string;
  readonly author?: string;
}

export interface EndOptions {
  readonly reason: string;
  readonly author?: string;
}

export const withOverrideOptions = (command: Command): Command =>
  withAuthor(
    command
      .addOption(new Option("--for <duration>", "how long it holds, as in 30m, 2h or 7d").argParser(asDuration))
      .addOption(
        new Option("--until <time>", "until when, as in 2026-11-23T18:00:00+01:00")
          .argParser(asMoment)
          .conflicts("for"),
      )
      .requiredOption("--reason <text>", "why; others will read it", asLine),
  );

/** Ending an override gives retask back what it decides anyway, so a reason is welcome, not required. */
export const withEndOptions = (command: Command, reason = "no longer needed"): Command =>
  withAuthor(command.option("--reason <text>", "why; goes into the audit log", asLine, reason));

export const withAuthor = (command: Command): Command =>
  command.option("--author <name>", "who asks (default: your user name)", asLine);

export const authorOf = ({ author }: { readonly author?: string }): string => author ?? currentAuthor(process.env);

/** An override that nobody remembers is worse than none, so each has an end. */
export function overrideBody(options: OverrideOptions): object {
  const { for: duration, until, reason, untilResumed } = options;
  const said = { author: authorOf(options), reason };
  if (untilResumed === true) return { ...said, untilResumed };
  if (duration === undefined && until === undefined) {
    throw new CommandFailed("say how long it shall hold: --for 2h, or --until 2026-11-23T18:00:00+01:00");
  }
  return { ...said, ...(until === undefined ? { for: duration } : { until }) };
}

export const endBody = (options: EndOptions): object => ({ author: authorOf(options), reason: options.reason });
