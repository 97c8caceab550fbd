/** The machines as a table, rack by rack. */
import { describeDuration } from "../../core/domain/units.ts";
import type { MachineAnswer } from "../answers.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { andMore, tableText } from "./table.ts";

const COLUMNS = [
  { title: "rack", drop: 1 },
  "machine",
  "role",
  "state",
  { title: "image", drop: 3 },
  { title: "power", drop: 2 },
  { title: "up", align: "right" as const, drop: 4 },
  "because",
];

const TONES: Readonly<Record<NonNullable<MachineAnswer["standing"]>["kind"], Tone>> = {
  serving: "good",
  spare: "faint",
  late: "warning",
  switching: "warning",
  unmanageable: "warning",
  stray: "warning",
  unknown: "bad",
  quarantined: "bad",
};

export interface MachinesShown {
  readonly machines: readonly MachineAnswer[];
}

/** `most`: so many rows; where there are more, that is said. */
export function machinesText({ machines }: MachinesShown, look: Look, most = Number.POSITIVE_INFINITY): string {
  if (machines.length === 0) return "no machines";
  const table = tableText(
    look,
    COLUMNS,
    machines.slice(0, most).map((machine) => rowOf(machine, look)),
  );
  return machines.length > most ? `${table}\n${andMore(machines.length - most)}` : table;
}

function rowOf({ name, domains, standing, recorded, observed }: MachineAnswer, look: Look): string[] {
  const beacon = observed?.beacon;
  const kind = standing?.kind ?? null;
  return [
    domains.rack ?? "-",
    name,
    roleOf(standing, recorded),
    kind === null ? "not judged yet" : toned(look, TONES[kind], kind),
    recorded?.image ?? "-",
    observed?.power.kind ?? "unknown",
    // What is off was up when it was last heard.
    beacon?.kind === "heard" && observed?.power.kind !== "off" ? describeDuration(beacon.report.uptimeS * 1_000) : "-",
    kind === "serving" || kind === "spare" ? "" : (standing?.why ?? ""),
  ];
}

function roleOf(standing: MachineAnswer["standing"], recorded: MachineAnswer["recorded"]): string {
  if (standing !== null && standing.goingTo !== null) return `${standing.placement ?? "?"} to ${standing.goingTo}`;
  return standing?.placement ?? recorded?.placement ?? "-";
}
