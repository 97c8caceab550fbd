/** The real controller over a simulated world, turned by hand: tests, the demo and the fault simulator all start here. */
import type { Logger } from "pino";
import { type Configured, Controller, type Tick, type Watcher } from "../control/controller.ts";
import { adoptFleet, probeAdoption } from "../control/operator-actions.ts";
import { reconcile } from "../control/reconcile.ts";
import type { Machine } from "../core/domain/fleet.ts";
import type { ImageName, MachineName, RoleName } from "../core/domain/names.ts";
import type { DemandFacts } from "../core/domain/observation.ts";
import { known } from "../core/domain/reading.ts";
import type { Site } from "../core/domain/site.ts";
import type { Store } from "../store/store.ts";
import type { BootLinks, Calendar, World } from "../world/ports.ts";
import { MemoryBootLinks } from "./memory-boot-links.ts";
import { seededRandom } from "./random.ts";
import { simulatedChannels, simulatedFiles } from "./simulated-images.ts";
import { webSessions } from "./simulated-load.ts";
import type { BootTarget } from "./simulated-machine.ts";
import { SimulatedWorld } from "./simulated-world.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface SimulationPlan {
  readonly site: Site;
  readonly seed: number;
  readonly startWallMs: number;
  readonly calendar: Calendar;
  readonly store: Store;
  readonly logger: Logger;
  /** How many machines begin in each role, in the fleet's order; the others begin as cold spares. */
  readonly begin: ReadonlyMap<RoleName, number>;
  readonly demand?: (role: RoleName, wallMs: number) => DemandFacts;
  /** Images beside those of the roles' channels, in memory, and what a machine that runs one does wrong. */
  readonly images?: ReadonlyMap<ImageName, RoleName>;
  readonly faultsOf?: (image: ImageName) => number;
  /** Boot links elsewhere than in memory. */
  readonly links?: LinksElsewhere;
  readonly watchers?: readonly Watcher[];
  /** As a daemon calls itself in the owner file beside the links. */
  readonly owner?: string;
  /** What stands between the controller and the world: faults, and whoever counts what it does. */
  readonly around?: SimulationSurroundings;
}

export interface LinksElsewhere {
  readonly port: BootLinks;
  /** As a machine's ROM reads them. */
  readonly bootTarget: (ip: string) => BootTarget | null;
  /** The address of the file server that the image's file names; null: none. */
  readonly rootServer: (image: ImageName) => string | null;
}

export interface SimulationSurroundings {
  readonly asSeen: (world: SimulatedWorld) => World;
  readonly configured: Configured;
  readonly stopped: () => string | null;
  /** What a machine gets from the boot server instead of what its link names; null: no answer. */
  readonly served: (machine: Machine, target: BootTarget | null) => BootTarget | null;
}

/** Sessions at the highest point of an ordinary day, for each machine of the pool. */
const PEAK_PER_MACHINE = 36;
const BUILD_SLOTS = 4;
const OWNER = "simulation";
const FULL_TICK_MS = 10_000;
const OPERATION_TICK_MS = 1_000;

export class Simulation {
  readonly controller: Controller;
  readonly world: SimulatedWorld;
  private readonly plan: SimulationPlan;
  private sinceFullMs = FULL_TICK_MS;

  private constructor(controller: Controller, world: SimulatedWorld, plan: SimulationPlan) {
    this.controller = controller;
    this.world = world;
    this.plan = plan;
  }

  static async start(plan: SimulationPlan): Promise<Simulation> {
    const world = buildWorld(plan);
    // The links are the controller's before it starts, as on a farm that it left running.
    await world.links.own(plan.owner ?? OWNER, world.clock.deadline());
    await world.startRunning(beginnings(plan));
    return new Simulation(await startController(plan, world), world, plan);
  }

  /** A new process on the same store, in the same world: what the old one had in memory is gone. */
  async restarted(): Promise<Simulation> {
    return new Simulation(await startController(this.plan, this.world), this.world, this.plan);
  }

  /** One tick, and the time until the next one. `stepMs`: how far to go while machines are in operation. */
  async turn(stepMs = OPERATION_TICK_MS): Promise<Tick> {
    const full = this.sinceFullMs >= FULL_TICK_MS;
    if (full) this.sinceFullMs = 0;
    const tick = await reconcile(this.controller, full ? "full" : "operations");
    await this.controller.effects.idle();
    const busy = this.controller.state.operations.size > 0;
    const advanceMs = Math.min(busy ? stepMs : FULL_TICK_MS, FULL_TICK_MS - this.sinceFullMs);
    this.sinceFullMs += advanceMs;
    this.world.clock.advance(advanceMs);
    return tick;
  }

  async runFor(ms: number, stepMs?: number): Promise<void> {
    const untilMs = this.world.clock.monotonicMs() + ms;
    while (this.world.clock.monotonicMs() < untilMs) await this.turn(stepMs);
  }

  /** What an operator does on the first day: look at the table, and adopt. */
  async adopt(): Promise<void> {
    await this.turn();
    const asker = { author: "simulation", from: "simulation" };
    const table = await probeAdoption(this.controller);
    if (!table.ok) throw new Error(table.why);
    await adoptFleet(this.controller, asker, { rows: table.value }, "the simulation begins");
    await this.turn();
  }
}

const startController = (plan: SimulationPlan, world: SimulatedWorld): Promise<Controller> =>
  Controller.start({
    world: plan.around?.asSeen(world) ?? world,
    store: plan.store,
    configured: plan.around?.configured ?? { site: () => plan.site, mode: () => "auto" },
    logger: plan.logger,
    owner: plan.owner ?? OWNER,
    dryRun: false,
    stopped: plan.around?.stopped ?? (() => null),
    watchers: plan.watchers ?? [],
  });

function buildWorld(plan: SimulationPlan): SimulatedWorld {
  const { site, seed, startWallMs, calendar } = plan;
  const clock = new VirtualClock(startWallMs);
  const random = seededRandom(seed);
  const files = simulatedFiles(site, plan.images);
  const roleOf = new Map(files.map(({ image, role }) => [image, role]));
  const roots = files.flatMap(({ image, server }) => (server === null ? [] : [[image, server.address] as const]));
  const memory = new MemoryBootLinks(roleOf, simulatedChannels(site), new Map(roots));
  const fromMemory = (name: MachineName): BootTarget | null => {
    const image = memory.links.get(name);
    return image === undefined ? null : { image, role: roleOf.get(image) ?? null };
  };
  const { links } = plan;
  const nameOf = new Map(site.storage.map(({ address, name }) => [address, name]));
  const ofRoots = new Map(roots);
  const rootServer = links?.rootServer ?? ((image: ImageName) => ofRoots.get(image) ?? null);
  const builders = [...site.policies.values()].filter(({ traffic }) => traffic.distcc !== undefined);
  const peak = PEAK_PER_MACHINE * site.machines.size;
  return new SimulatedWorld({
    machines: [...site.machines.values()],
    clock,
    calendar,
    random,
    links: links?.port ?? memory,
    bootTarget: (machine) => {
      const target = links === undefined ? fromMemory(machine.name) : links.bootTarget(machine.ip);
      return plan.around === undefined ? target : plan.around.served(machine, target);
    },
    serverOf: (image) => nameOf.get(rootServer(image) ?? "") ?? null,
    demand:
      plan.demand ?? ((_, wallMs) => ({ demand: known(Math.round(webSessions(wallMs, peak, random))), confirm: null })),
    faultsOf: plan.faultsOf,
    buildSlots: new Map(builders.map(({ role }) => [role, BUILD_SLOTS])),
  });
}

/** Each machine on the file server that it belongs on. */
function beginnings({ site, begin }: SimulationPlan) {
  const files = simulatedFiles(site);
  const copyFor = (name: MachineName, role: RoleName): ImageName | undefined => {
    const own = files.filter((file) => file.role === role);
    const home = site.machines.get(name)?.domains.storage;
    return (own.find(({ server }) => server?.name === home) ?? own[0])?.image;
  };

  const left = [...site.machines.keys()];
  const placements = new Map<MachineName, { image: ImageName; role: RoleName }>();
  for (const [role, count] of begin) {
    for (const name of left.splice(0, count)) {
      const image = copyFor(name, role);
      if (image === undefined) throw new Error(`the site has no role ${role}`);
      placements.set(name, { image, role });
    }
  }
  return placements;
}
