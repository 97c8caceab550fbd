/** The small farm on one re-tasking's way, and hands on its faults: what a test breaks, when, and what it then counts. */
import pino from "pino";
import type { ControllerOptions } from "../../../src/control/controller.ts";
import type { Machine } from "../../../src/core/domain/fleet.ts";
import type { MachineName } from "../../../src/core/domain/names.ts";
import type { DemandFacts } from "../../../src/core/domain/observation.ts";
import type { FinishedOperation, Operation } from "../../../src/core/domain/operation.ts";
import { stateOf } from "../../../src/core/operate/operation.statechart.ts";
import type { SimulatedMachine } from "../../../src/simulation/simulated-machine.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { createCalendar } from "../../../src/world/calendar/cron-calendar.ts";
import { COMPILE, smallSite, WEB, webDemand } from "./small-site.ts";

export const MINUTE_MS = 60_000;

export interface FaultFarm {
  simulation: Simulation;
  readonly finished: FinishedOperation[];
  /** Every power command that a BMC got: `m04 soft`. */
  readonly commands: { readonly what: string; readonly atMs: number }[];
  /** Sets web's demand: 10 sessions are one machine. */
  readonly demand: { facts: DemandFacts };
  readonly operator: { stopped: string | null; mode: "advise" | "auto" };
}

export interface FarmOptions {
  /** What stands between the controller and its store. */
  readonly holding?: (store: Store) => Store;
  /** Machines for web, and for builds; what is left of the four is a spare that is off. */
  readonly begin?: readonly [number, number];
  /** Machines that web wants at first, and then. */
  readonly wants?: readonly [number, number];
}

/** One web machine, three for builds; web then wants a second one, and the re-tasking begins. */
export async function startFarm(options: FarmOptions = {}): Promise<FaultFarm> {
  const { holding = (store: Store) => store, begin = [1, 3], wants = [1, 2] } = options;
  const finished: FinishedOperation[] = [];
  const demand = { facts: webDemand(10 * wants[0])() };
  const operator: FaultFarm["operator"] = { stopped: null, mode: "auto" };
  const simulation = await Simulation.start({
    site: smallSite(),
    seed: 7,
    startWallMs: Date.UTC(2026, 10, 23),
    calendar: createCalendar(),
    store: holding(openMemoryStore()),
    logger: pino({ level: process.env.LOG ?? "silent" }),
    begin: new Map([
      [WEB, begin[0]],
      [COMPILE, begin[1]],
    ]),
    demand: () => demand.facts,
    watchers: [{ onFinished: (end) => finished.push(end) }],
  });
  const farm: FaultFarm = { simulation, finished, commands: [], demand, operator };
  noteCommands(farm);
  obey(farm);
  await simulation.adopt();
  demand.facts = webDemand(10 * wants[1])();
  return farm;
}

/** The operator's words reach the controller that runs now. */
function obey({ simulation: { controller }, operator }: FaultFarm): void {
  const { site } = controller.configured;
  const own: Pick<ControllerOptions, "configured" | "stopped"> = {
    configured: { site, mode: () => operator.mode },
    stopped: () => operator.stopped,
  };
  Object.assign(controller, own);
}

/** A new process on the same store, in the same world. */
export async function restart(farm: FaultFarm): Promise<void> {
  farm.simulation = await farm.simulation.restarted();
  obey(farm);
}

function noteCommands({ simulation: { world }, commands }: FaultFarm): void {
  const noting = <Args extends [Machine, ...unknown[]], Reply>(kind: string, send: (...args: Args) => Reply) => {
    return (...args: Args): Reply => {
      commands.push({ what: `${args[0].name} ${kind}`, atMs: world.clock.monotonicMs() });
      return send(...args);
    };
  };
  const { softOff, hardOff, on } = world.power;
  Object.assign(world.power, {
    softOff: noting("soft", softOff),
    hardOff: noting("hard", hardOff),
    on: noting("on", on),
  });
}

/** The kinds of the power commands so far, in their order. */
export const said = ({ commands }: FaultFarm): string[] => commands.map(({ what }) => what.split(" ")[1] ?? "");
export const outcomes = ({ finished }: FaultFarm): string[] => finished.map(({ outcome }) => outcome);

/** The one operation under way. */
export function live({ simulation: { controller } }: FaultFarm): Operation | undefined {
  return [...controller.state.operations.values()][0];
}

export const phase = (farm: FaultFarm): string => {
  const operation = live(farm);
  return operation === undefined ? "none" : stateOf(operation.chart);
};

/** The machine that is being re-tasked. */
export function subject(farm: FaultFarm): SimulatedMachine {
  const machine = farm.simulation.world.machines.get(live(farm)?.machine as MachineName);
  if (machine === undefined) throw new Error("no machine is in operation");
  return machine;
}

/** Turns the loop until it is so; fails after `mostMs` of simulated time. */
export async function until(farm: FaultFarm, isSo: () => boolean, mostMs = 30 * MINUTE_MS): Promise<void> {
  const { clock } = farm.simulation.world;
  const endMs = clock.monotonicMs() + mostMs;
  while (!isSo()) {
    if (clock.monotonicMs() >= endMs)
      throw new Error(
        `not so within ${mostMs / MINUTE_MS} minutes; ${phase(farm)}: ${JSON.stringify(live(farm)?.chart.context)}`,
      );
    await farm.simulation.turn();
  }
}

export const untilPhase = (farm: FaultFarm, wanted: string): Promise<void> => until(farm, () => phase(farm) === wanted);
export const untilEnded = (farm: FaultFarm, mostMs?: number): Promise<void> =>
  until(farm, () => farm.finished.length > 0, mostMs);

export const record = ({ simulation: { controller } }: FaultFarm, { machine }: SimulatedMachine) => {
  const found = controller.state.machines.get(machine.name);
  if (found === undefined) throw new Error(`${machine.name} has no record`);
  return found;
};

export const servingWeb = ({ simulation: { world } }: FaultFarm): number =>
  [...world.machines.keys()].filter((name) => world.traffic.isServing(WEB, name)).length;
export const servingCompile = ({ simulation: { world } }: FaultFarm): number =>
  [...world.machines.keys()].filter((name) => world.traffic.isServing(COMPILE, name)).length;
