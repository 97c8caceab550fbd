/** The what-ifs of a back-test: their options, the site and the history that they make, and a sentence for each. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { MachineName, RoleName } from "../../core/domain/names.ts";
import type { Site } from "../../core/domain/site.ts";
import type { WhatIf } from "../../simulation/backtest/demand-history.ts";
import { asCount, asDuration, asRole } from "../arguments.ts";
import { CommandFailed } from "../command-failed.ts";

export interface WhatIfOptions {
  readonly scale: ReadonlyMap<RoleName, number>;
  readonly lose: number;
  readonly bootTime: string;
  readonly blind?: WhatIf["blind"];
}

export const withWhatIfOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("--scale <role=factor>", "what if a role's load were so many times as great?")
        .argParser(asScale)
        .default(new Map(), "1"),
    )
    .option("--lose <machines>", "what if so many machines, the fleet's last, were gone?", asCount, 0)
    .option("--boot-time <duration>", "what if a boot took so long?", asDuration, "3m")
    .option(
      "--blind <from-to>",
      "what if demand were unknown daily between two times, in UTC, as in 14:00-15:00?",
      asBlind,
    );

export function withoutLast(site: Site, lost: number): Site {
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

/** For the reader of a report, who did not type the command. */
export function describeWhatIf({ scale, lose, bootTime, blind }: WhatIfOptions): string[] {
  return [
    `Each machine boots, in ${bootTime}, after a minute for drain and power-off.`,
    ...[...scale].map(([role, factor]) => `What if the load of ${role} were ${factor} times as great.`),
    ...(lose === 0 ? [] : [`What if the fleet's last ${lose} machines were gone.`]),
    ...(blind
      ? [`What if nobody measured daily from ${clock(blind.fromMinute)} to ${clock(blind.toMinute)} UTC.`]
      : []),
  ];
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

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
