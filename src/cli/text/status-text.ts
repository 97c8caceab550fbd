/** The pool at a glance, on one screen: healthy or why not, then everything that an operator asks next. */
import { isTicking, type PoolStatus, type StatusAnswer } from "../answers.ts";
import { configurationText } from "./configuration-text.ts";
import { cutLines, fitsScreen, heightOf } from "./fit.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { notDoneText } from "./not-done-text.ts";
import { operationsText } from "./operation-text.ts";
import { overrideText } from "./override-text.ts";
import { rolloutLine } from "./rollout-text.ts";
import { andMore, firstFew, section, sections, tableText } from "./table.ts";

/** So many entries of each list, as long as the screen has room for them; where it has not, fewer, and at last their number. */
const FEW = [4, 2, 1];

/** Never higher than the screen: the first line is the answer, and must not scroll away. */
export function statusText(status: StatusAnswer, look: Look): string {
  if (!isTicking(status)) return headline(status.health, status.reasons, look);
  const texts = FEW.map((few) => cutLines(detailed(status, look, few), look));
  return texts.find((text) => fitsScreen(text, look)) ?? cutLines(brief(status, look), look);
}

function detailed(status: PoolStatus, look: Look, few: number): string {
  const { atMs } = status;
  return sections([
    headLines(status, look, few).join("\n"),
    rolesTable(status, look),
    section(look, "operations", operationsText(status.operations, atMs, look, 2 * few)),
    section(
      look,
      "quarantined",
      firstFew(
        status.quarantined,
        few,
        // Lines are cut at the terminal's edge: how long it has been is short, and must not be what is lost.
        ({ machine, why, sinceMs }) => `${machine}  since ${clockTime(sinceMs, look)}: ${why}`,
      ),
    ),
    section(
      look,
      "unmanageable",
      firstFew(status.unmanageable, few, ({ machine, why }) => `${machine}  ${why}`),
    ),
    section(
      look,
      "drift",
      firstFew(status.drift, few, ({ machine, what }) => `${machine}  ${what}`),
    ),
    section(
      look,
      "roll-outs",
      firstFew(status.rollouts, few, (rollout) => rolloutLine(rollout, look)),
    ),
    section(
      look,
      "overrides",
      firstFew(status.overrides, few, (override) => overrideText(override, atMs, look)),
    ),
    section(look, "not done", notDoneText(status.notDone, look, few)),
    section(look, "configuration", configurationText(status.configuration, look, few)),
  ]);
}

/** Without room for the lists: how long each is, and as many roles as fit. */
function brief(status: PoolStatus, look: Look): string {
  const counts: readonly [number, string][] = [
    [status.operations.length, "in operation"],
    [status.quarantined.length, "quarantined"],
    [status.unmanageable.length, "unmanageable"],
    [status.drift.length, "drifted"],
    [status.rollouts.length, "roll-outs"],
    [status.overrides.length, "overrides"],
    [status.notDone.length, "not done"],
    [status.configuration?.problems.length ?? 0, "problems of the configuration"],
  ];
  const some = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const sum = some.length === 0 ? [] : [`${some.join(", ")}: see --json`];
  const head = [...headLines(status, look, 1), ...sum, ""].join("\n");
  const rows = rolesTable(status, look).split("\n");
  const room = look.rows - 1 - heightOf(head);
  if (rows.length <= room) return [head, ...rows].join("\n");
  const few = Math.max(0, room - 1);
  return [head, ...rows.slice(0, few), andMore(rows.length - few)].join("\n");
}

const headLines = (status: PoolStatus, look: Look, few: number): readonly string[] => [
  headline(status.health, status.reasons, look, few),
  modeLine(status),
  machinesLine(status),
  tickLine(status, look),
];

const TONES: Readonly<Record<StatusAnswer["health"], Tone>> = {
  healthy: "good",
  degraded: "warning",
  holding: "warning",
  starting: "warning",
};

/** `healthy`, or `holding because …`: every reason has a line of its own, below the first. */
function headline(health: StatusAnswer["health"], reasons: readonly string[], look: Look, few = FEW[0]): string {
  const word = toned(look, TONES[health], health);
  const [first, ...others] = reasons;
  if (first === undefined) return word;
  const more = firstFew(others, few ?? others.length, (reason) => `  and because ${reason}`);
  return [`${word} because ${first}`, ...(more === "" ? [] : [more])].join("\n");
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

/** On a narrow terminal the last of these give way first. */
const NUMBERS = ["wanted", "desired", "serving", "floor", "coming", "going"];

function rolesTable({ roles, spareDesired, machines }: PoolStatus, look: Look): string {
  const columns = [
    "role",
    { title: "state", drop: 1 },
    ...NUMBERS.map((title, index) => ({ title, align: "right" as const, ...(index < 3 ? {} : { drop: index }) })),
    "demand",
  ];
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
