/** What a stretch of time brought, in figures: machine-hours against a fixed split, shortages, moves, maintenance. */
import { describeDuration } from "../../core/domain/units.ts";
import type { ReportAnswer } from "../../http/report-route.ts";
import { factsText } from "./facts-text.ts";
import type { Look } from "./look.ts";
import { clockTime } from "./moments.ts";
import { firstFew, section, sections, tableText } from "./table.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const MOST_GAPS = 6;

const right = (title: string, drop?: number) => ({
  title,
  align: "right" as const,
  ...(drop === undefined ? {} : { drop }),
});
const HOURS = [
  "role",
  right("served"),
  right("fixed"),
  right("gained"),
  right("short"),
  right("fixed short"),
  right("below floor", 3),
  right("least", 1),
  right("most", 2),
];

export function reportText(report: ReportAnswer, look: Look): string {
  const { roles, split, maintenance } = report;
  const rows = roles.map((role) => [
    role.role,
    hours(role.served),
    hours(role.split),
    `${role.gained < 0 ? "" : "+"}${hours(role.gained)}`,
    role.short === null ? "-" : hours(role.short),
    role.splitShort === null ? "-" : hours(role.splitShort),
    `${hours(role.belowFloorHours)} h`,
    String(role.least),
    String(role.most),
  ]);
  const counts = Object.entries(split.counts).map(([role, count]) => `${role} ${count}`);
  const source = split.from === "beginning" ? "as it was at the beginning" : "as asked for";
  return sections([
    `${heading(report, look)}\n${knownText(report)}`,
    section(
      look,
      "not known",
      firstFew(report.unknown, MOST_GAPS, (gap) => gapText(gap, look)),
    ),
    section(
      look,
      `machine-hours, against the fixed split ${counts.join(", ")} (${source})`,
      tableText(look, HOURS, rows),
    ),
    section(look, "moves", movesText(maintenance.moves, look)),
    section(look, "machines that served nobody", maintenanceText(maintenance)),
  ]);
}

const heading = ({ fromMs, toMs }: ReportAnswer, look: Look): string =>
  `report of ${clockTime(fromMs, look)} to ${clockTime(toMs, look)}`;

function knownText({ fromMs, toMs, knownHours }: ReportAnswer): string {
  const all = (toMs - fromMs) / HOUR_MS;
  if (all - knownHours < 1 / 60) return `${hours(all)} hours, all of them on record`;
  return `${hours(knownHours)} of ${hours(all)} hours are on record; all figures are of these alone`;
}

const gapText = ({ fromMs, toMs }: ReportAnswer["unknown"][number], look: Look): string =>
  `${clockTime(fromMs, look)} to ${clockTime(toMs, look)}, ${describeDuration(toMs - fromMs)}`;

function movesText(moves: ReportAnswer["maintenance"]["moves"], look: Look): string {
  if (moves.length === 0) return "none";
  const rows = moves.map(({ from, to, done, undone, quarantined }) =>
    [`${from} to ${to}`, done, undone, quarantined].map(String),
  );
  return tableText(look, ["way", right("done"), right("called off"), right("quarantined")], rows);
}

function maintenanceText(figures: ReportAnswer["maintenance"]): string {
  const { onTheWayMinutes, usualMinutes, quarantines, quarantineMinutes, releaseUnknown } = figures;
  const usual =
    usualMinutes === null ? "" : `, half of the moves took at most ${describeDuration(usualMinutes * MINUTE_MS)}`;
  const lost =
    releaseUnknown.length === 0
      ? ""
      : `, and those of ${releaseUnknown.join(", ")}: when they were let out is not known`;
  return factsText([
    ["on the way", `${Math.round(onTheWayMinutes)} machine-minutes${usual}`],
    ["in quarantine", `${Math.round(quarantineMinutes)} machine-minutes of ${quarantines} machines${lost}`],
  ]);
}

/** One digit, so that a shortage of minutes does not read as none; none for what is large. */
const hours = (value: number): string => {
  const rounded = Math.abs(value) >= 1_000 ? Math.round(value) : Math.round(value * 10) / 10;
  // A small loss is no "-0".
  return String(rounded === 0 ? 0 : rounded);
};
