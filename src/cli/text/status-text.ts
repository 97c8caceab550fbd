/** The pool at a glance, on one screen: healthy or why not, then everything that an operator asks next. */
import { isTicking, type PoolStatus, type StatusAnswer } from "../answers.ts";
import { configurationText } from "./configuration-text.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { notDoneText } from "./not-done-text.ts";
import { operationsText } from "./operation-text.ts";
import { overrideText } from "./override-text.ts";
import { firstFew, section, sections, tableText } from "./table.ts";

/** So many lines of each list: with 24 rows for everything, more would push the first line off the screen. */
const FEW = 4;
const FEW_OPERATIONS = 8;

export function statusText(status: StatusAnswer, look: Look): string {
  if (!isTicking(status)) return headline(status.health, status.reasons, look);
  const { atMs } = status;
  const facts = [
    headline(status.health, status.reasons, look),
    modeLine(status),
    machinesLine(status),
    tickLine(status, look),
  ];
  return sections([
    facts.join("\n"),
    rolesTable(status, look),
    section(look, "operations", operationsText(status.operations, atMs, look, FEW_OPERATIONS)),
    section(
      look,
      "quarantined",
      firstFew(
        status.quarantined,
        FEW,
        ({ machine, why, sinceMs }) => `${machine}  ${why}, since ${clockTime(sinceMs, look)}`,
      ),
    ),
    section(
      look,
      "unmanageable",
      firstFew(status.unmanageable, FEW, ({ machine, why }) => `${machine}  ${why}`),
    ),
    section(
      look,
      "drift",
      firstFew(status.drift, FEW, ({ machine, what }) => `${machine}  ${what}`),
    ),
    section(
      look,
      "overrides",
      firstFew(status.overrides, FEW, (override) => overrideText(override, atMs, look)),
    ),
    section(look, "not done", notDoneText(status.notDone, look, FEW)),
    section(look, "configuration", configurationText(status.configuration, look, FEW)),
  ]);
}

const TONES: Readonly<Record<StatusAnswer["health"], Tone>> = {
  healthy: "good",
  degraded: "warning",
  holding: "warning",
  starting: "warning",
};

/** `healthy`, or `holding because …`: every reason has a line of its own, below the first. */
function headline(health: StatusAnswer["health"], reasons: readonly string[], look: Look): string {
  const word = toned(look, TONES[health], health);
  const [first, ...others] = reasons;
  if (first === undefined) return word;
  return [`${word} because ${first}`, ...others.map((reason) => `  and because ${reason}`)].join("\n");
}

function modeLine({ mode, adopted, dryRun }: PoolStatus): string {
  const why = mode === "auto" ? "" : adopted ? " (retask.yaml says so)" : " (nothing is adopted yet: retask adopt)";
  return `mode ${mode}${why}${dryRun ? ", dry run" : ""}`;
}

const tickLine = ({ atMs, tickMs, planId }: PoolStatus, look: Look): string =>
  `tick of ${clockTime(atMs, look)}, ${tickMs} ms; plan ${planId}`;

function machinesLine({ machines }: PoolStatus): string {
  const counts = Object.entries(machines);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const standings = counts.sort(([, a], [, b]) => b - a).map(([standing, count]) => `${count} ${standing}`);
  return `${total} machines: ${standings.join(", ")}`;
}

const NUMBERS = ["wanted", "desired", "serving", "floor", "coming", "going"];

function rolesTable({ roles, spareDesired, machines }: PoolStatus, look: Look): string {
  const columns = ["role", "state", ...NUMBERS.map((title) => ({ title, align: "right" as const })), "demand"];
  const rows = roles.map((role) => {
    const { counts, wanted } = role;
    const late = counts.capacity - counts.forFloor;
    const serving = late > 0 ? `${counts.forFloor} + ${late} late` : String(counts.forFloor);
    const short = counts.forFloor < role.floor;
    return [
      role.role,
      role.state,
      wanted.hungry ? "rest" : wanted.count === null ? "unknown" : String(wanted.count),
      String(role.desired),
      short ? toned(look, "bad", serving) : serving,
      String(role.floor),
      String(counts.arriving),
      String(counts.leaving),
      role.demandText,
    ];
  });
  const spare = ["spare", "", "", String(spareDesired), String(machines.spare ?? 0), "", "", "", ""];
  return tableText(look, columns, [...rows, spare]);
}
