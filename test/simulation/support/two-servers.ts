/** A farm of twelve machines on two simulated file servers, half on each. */
import pino from "pino";
import { parseConfiguration } from "../../../src/control/configuration/parse-configuration.ts";
import type { Decision } from "../../../src/core/domain/decision.ts";
import { imageName, type MachineName, machineName, roleName } from "../../../src/core/domain/names.ts";
import type { FinishedOperation } from "../../../src/core/domain/operation.ts";
import type { PlannedMove } from "../../../src/core/domain/plan.ts";
import { known } from "../../../src/core/domain/reading.ts";
import type { StorageFacts } from "../../../src/core/domain/storage.ts";
import { storageStateOf } from "../../../src/core/storage/storage.statechart.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import { createCalendar } from "../../../src/world/calendar/cron-calendar.ts";
import { COMPILE, WEB } from "./small-site.ts";

const MINUTE_MS = 60_000;
export const STEP_MS = 10_000;
const FLOOR = { web: 2, compile: 1 } as const;
export const ASKER = { author: "ada", from: "test" };
export const DOWN: StorageFacts = { port: { kind: "down", why: "test" }, monitoring: { kind: "down", why: "test" } };

/** Another version for web, on both servers. */
export const GOOD = imageName("web.2026-11");

/** Odd machines on nfs-a, even ones on nfs-b. */
const homeOf = (n: number): string => (n % 2 === 1 ? "nfs-a" : "nfs-b");
const machineLine = (n: number): string => {
  const two = String(n).padStart(2, "0");
  const domains = `{ rack: r${(n % 3) + 1}, storage: ${homeOf(n)} }`;
  return `  - { name: m${two}, ip: 10.0.3.${n}, mac: "00:11:22:33:44:${two}", bmc: 10.0.9.${n}, domains: ${domains} }`;
};

function siteWith(failOver: string, limits: string, machines = 12) {
  const server = (name: string, last: number, mirror: string) =>
    `  - { name: ${name}, address: 10.0.1.${last}, mirror: ${mirror}, failOver: ${failOver}, bootsAtOnce: 2, machines: ${machines} }\n`;
  const parsed = parseConfiguration(
    new Map([
      [
        "retask.yaml",
        `mode: auto\nbootLinks: /srv/tftp\nprometheus: http://10.0.1.5:9090\nhaproxy: unix:/run/h.sock\nbmc: { user: u, passwordFile: /p }\nstorage:\n${server("nfs-a", 20, "nfs-b")}${server("nfs-b", 21, "nfs-a")}`,
      ],
      ["fleet.yaml", `machines:\n${Array.from({ length: machines }, (_, n) => machineLine(n + 1)).join("\n")}\n`],
      [
        "policies/web.yaml",
        `role: web\nimages: { production: web.production }\ndemand: { series: s, perMachine: 10, headroom: 20% }\nmachines: { floor: ${FLOOR.web} }\nforecast: none\ntraffic: { haproxy: { backend: web } }\n`,
      ],
      [
        "policies/compile.yaml",
        `role: compile\nimages: { production: compile.production }\ndemand: rest\nshortageCost: 1\nmachines: { floor: ${FLOOR.compile} }\ntraffic: { distcc: { hostsFile: /srv/hosts } }\n`,
      ],
      ["policies/limits.yaml", `limits: { atOnce: 1, dwell: 1m, ${limits} }\n`],
    ]),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration.site;
}

export interface Farm {
  simulation: Simulation;
  readonly begun: PlannedMove[];
  readonly finished: FinishedOperation[];
  /** The most hard reboots under way at the same time. */
  most: number;
  /** Each tick in which a role was below its floor. */
  readonly breaches: string[];
}

/** The survivor's own machines alone keep both floors here: nothing that retask does may take one of them away. */
const breachesIn = ({ roles }: Decision): string[] =>
  Object.entries(FLOOR).flatMap(([role, floor]) =>
    (roles.get(roleName(role))?.counts.forFloor ?? floor) < floor ? [`${role} is below ${floor}`] : [],
  );

/** Six machines in each role, half on each server; web has what it wants. */
export async function farmOf(failOver: string, limits = "perHour: 4"): Promise<Farm> {
  const farm: Omit<Farm, "simulation"> = { begun: [], finished: [], most: 0, breaches: [] };
  const simulation = await Simulation.start({
    site: siteWith(failOver, limits),
    seed: 7,
    startWallMs: Date.UTC(2026, 10, 23),
    calendar: createCalendar(),
    store: openMemoryStore(),
    logger: pino({ level: process.env.LOG ?? "silent" }),
    begin: new Map([
      [WEB, 6],
      [COMPILE, 6],
    ]),
    demand: () => ({ demand: known(48), confirm: null }),
    images: new Map([[GOOD, WEB]]),
    watchers: [
      {
        onBegin: (moves) => void farm.begun.push(...moves),
        onFinished: (end) => void farm.finished.push(end),
        onTick: ({ decision }, { state }) => {
          const hard = [...state.operations.values()].filter(({ manner }) => manner === "hard");
          farm.most = Math.max(farm.most, hard.length);
          if (state.adopted) farm.breaches.push(...breachesIn(decision));
        },
      },
    ],
  });
  await simulation.adopt();
  await simulation.runFor(3 * MINUTE_MS, STEP_MS);
  return Object.assign(farm, { simulation });
}

export const stateOf = ({ simulation }: Farm, server: string) => {
  const chart = simulation.controller.state.storage.get(server);
  return chart === undefined ? null : storageStateOf(chart);
};
export const runsOn = ({ simulation }: Farm, n: number): string =>
  simulation.world.machines.get(nameOf(n))?.running?.image.split("@")[1] ?? "nfs-a";
export const nameOf = (n: number): MachineName => machineName(`m${String(n).padStart(2, "0")}`);
export const ODD = [1, 3, 5, 7, 9, 11];
export const EVEN = [2, 4, 6, 8, 10, 12];
export const bootsOf = ({ simulation }: Farm): string[] =>
  EVEN.map((n) => simulation.world.machines.get(nameOf(n))?.report(null)?.bootId ?? "none");
export const isServing = ({ simulation: { controller } }: Farm, n: number): boolean => {
  const role = controller.state.machines.get(nameOf(n))?.placement ?? null;
  return (
    role !== null && role !== "spare" && (controller.world as Simulation["world"]).traffic.isServing(role, nameOf(n))
  );
};
export const kill = ({ simulation }: Farm, server: string) => simulation.world.deadServers.add(server);
export const notDone = ({ simulation }: Farm): string =>
  (simulation.controller.last?.plan.notDone ?? []).map((one) => `${one.what}: ${one.why}`).join("\n");
export const run = ({ simulation }: Farm, minutes: number) => simulation.runFor(minutes * MINUTE_MS, STEP_MS);
