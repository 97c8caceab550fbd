/** The file servers as a table, and below it what happens next or waits. */
import type { Sign } from "../../core/domain/storage.ts";
import type { StorageAnswer } from "../answers.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { sections, tableText } from "./table.ts";

type Server = StorageAnswer["servers"][number];

const STATES = {
  well: ["well", "good"],
  suspect: ["suspect", "warning"],
  dead: ["dead", "bad"],
  failedOver: ["failed over", "bad"],
  recovered: ["recovered", "warning"],
  failingBack: ["failing back", "warning"],
} as const satisfies Readonly<Record<Server["state"], readonly [string, Tone]>>;

const COLUMNS = [
  "server",
  "state",
  { title: "since", drop: 2 },
  "nfs port",
  "prometheus",
  { title: "machines", align: "right" as const },
  { title: "hang", align: "right" as const },
  { title: "away", align: "right" as const },
  { title: "fail-over", drop: 1 },
  "mirror",
];

export function storageText({ servers }: StorageAnswer, look: Look): string {
  if (servers.length === 0) return "retask.yaml names no storage";
  const rows = servers.map((server) => rowOf(server, look));
  const said = servers.flatMap(saidOf);
  return sections([tableText(look, COLUMNS, rows), said.join("\n")]);
}

function rowOf(server: Server, look: Look): string[] {
  const { name, sinceMs, machines, mostMachines, hanging, away, failOver, mirror } = server;
  const [state, tone] = STATES[server.state];
  return [
    name,
    toned(look, tone, state),
    sinceMs === null ? "" : clockTime(sinceMs, look),
    server.port.kind,
    server.monitoring.kind,
    mostMachines === null ? String(machines) : `${machines} of ${mostMachines}`,
    String(hanging),
    String(away),
    failOver,
    mirror ?? "none",
  ];
}

function saidOf({ name, port, monitoring, next, order, withoutCopy, mirror }: Server): string[] {
  return [
    ...signText(`${name}'s NFS service`, port),
    ...signText(`prometheus on ${name}`, monitoring),
    ...(withoutCopy.length === 0 ? [] : [`${name}: no copy on ${mirror} of ${withoutCopy.join(", ")}`]),
    ...(order === null ? [] : [`${name}: ordered by ${order.by}: ${order.why}`]),
    ...(next === "" ? [] : [`${name}: ${next}`]),
  ];
}

const signText = (what: string, sign: Sign): string[] =>
  sign.kind === "up" ? [] : [`${what} is ${sign.kind}: ${sign.why}`];
