/** A farm drawn from a seed, with a controller that may die, a world that may break, and a witness of all that it does. */
import pino from "pino";
import { Controller, type Watcher } from "../../control/controller.ts";
import { adoptFleet, probeAdoption } from "../../control/operator-actions.ts";
import { reconcile } from "../../control/reconcile.ts";
import type { ImageName, MachineName, RoleName } from "../../core/domain/names.ts";
import type { DemandFacts } from "../../core/domain/observation.ts";
import { isInForce, type OverrideAct } from "../../core/domain/override.ts";
import type { PlannedMove } from "../../core/domain/plan.ts";
import { known } from "../../core/domain/reading.ts";
import type { Site } from "../../core/domain/site.ts";
import type { StorageServer } from "../../core/domain/storage.ts";
import { openMemoryStore } from "../../store/memory-store.ts";
import type { Calendar } from "../../world/ports.ts";
import { type Random, seededRandom } from "../random.ts";
import { webSessions } from "../simulated-load.ts";
import type { BootTarget } from "../simulated-machine.ts";
import type { SimulatedWorld } from "../simulated-world.ts";
import { Simulation, type SimulationSurroundings } from "../simulation.ts";
import { faultyWorld } from "./faulty-world.ts";
import { Life } from "./life.ts";
import { kindOf, newImages, plannedWorks, SICK_ERRORS } from "./planned-works.ts";
import { COMPILE, SESSIONS_PER_MACHINE, type SeededSite, seededSite, WEB } from "./seeded-site.ts";
import type { SideEffects } from "./side-effects.ts";
import { noTroubles, type Troubles } from "./troubles.ts";

/** Five on a Monday morning, in a week without a change of daylight saving. */
const START_WALL_MS = Date.UTC(2026, 10, 23, 5);
/** Of the pool's capacity, at the highest point of the day. */
const PEAK_SHARE = [0.5, 0.75] as const;
const SECOND = "another controller";
/** The sites drawn from seeds have no schedules; one that had would have to be given a calendar. */
const NO_CALENDAR: Calendar = {
  at: () => {
    throw new Error("a seeded site has no schedules");
  },
};
const SILENT = pino({ level: process.env.LOG ?? "silent" });

export interface GivenOrder {
  readonly act: OverrideAct;
  /** By the wall clock. */
  readonly expiresMs: number | null;
  /** By the steady one. */
  readonly setMs: number;
}

export interface BegunRollout {
  readonly image: ImageName | null;
  /** By the steady clock. */
  readonly atMs: number;
}

export class FaultyFarm {
  readonly troubles: Troubles = noTroubles();
  readonly life = new Life(this.troubles, (ms) => this.world.clock.advance(ms));
  readonly begin: SeededSite["begin"];
  files: ReadonlyMap<string, string>;
  site: Site;
  stopped: string | null = null;
  kills = 0;
  /** The last roll-out of each role as it was begun; image null: a rolling reboot. */
  readonly rollouts = new Map<RoleName, BegunRollout>();
  /** The operator's words, as the operator remembers them: `pause pool`, `pin machine m03`. */
  readonly orders = new Map<string, GivenOrder>();
  /** Machines that have booted what their link does not name. */
  readonly misbooted = new Set<MachineName>();
  private readonly random: Random;
  private readonly peak: number;
  private readonly seed: number;
  private running: Simulation | null = null;
  private witness: SideEffects | null = null;
  private second: Controller | null = null;

  constructor(seed: number) {
    this.seed = seed;
    this.random = seededRandom(seed);
    const { files, site, begin } = seededSite(this.random, plannedWorks(seed));
    this.files = files;
    this.site = site;
    this.begin = begin;
    this.peak = SESSIONS_PER_MACHINE * site.machines.size * this.random.between(...PEAK_SHARE);
  }

  async start(witness: SideEffects, watchers: readonly Watcher[]): Promise<void> {
    this.witness = witness;
    this.running = await Simulation.start({
      ...{ site: this.site, seed: this.seed, startWallMs: START_WALL_MS, begin: this.begin, watchers },
      calendar: NO_CALENDAR,
      store: this.life.holding(openMemoryStore()),
      logger: SILENT,
      demand: (_, wallMs) => this.demand(wallMs),
      images: newImages([WEB, COMPILE]),
      faultsOf: (image) => (kindOf(image) === "sick" ? SICK_ERRORS : 0),
      around: this.around(witness),
    });
    await this.running.adopt();
  }

  get world(): SimulatedWorld {
    return this.simulation.world;
  }

  controller(): Controller {
    return this.simulation.controller;
  }

  /** One tick; where the process died in it, a new one begins. */
  async turn(stepMs: number): Promise<void> {
    try {
      await this.simulation.turn(stepMs);
    } catch (error) {
      // A tick that could not be recorded is tried again, as the daemon's loop does.
      if (!this.life.isDead && this.troubles.storeDisk === null) throw error;
      if (!this.life.isDead) this.world.clock.advance(stepMs);
    }
    if (this.second !== null) await reconcile(this.second, "full");
    if (!this.life.isDead) return;
    this.kills += 1;
    this.life.begin();
    this.running = await this.simulation.restarted();
  }

  /** Another controller with a record of its own on the same links, and as sure of itself as the first. */
  async startSecond(): Promise<void> {
    const { configured, stopped } = this.around(this.heard());
    this.second = await Controller.start({
      world: faultyWorld(this.world, this.troubles, this.heard(), SECOND),
      store: openMemoryStore(),
      ...{ configured, stopped, logger: SILENT, owner: SECOND, dryRun: false },
    });
    await reconcile(this.second, "full");
    const asker = { author: "bob", from: SECOND };
    const table = await probeAdoption(this.second);
    if (table.ok) await adoptFleet(this.second, asker, { rows: table.value }, "mine");
  }

  endSecond(): void {
    this.second = null;
  }

  /** The file server that this image lies on, as its name tells; null: the site has none. */
  serverOf(image: ImageName | null): StorageServer | null {
    const [first = null] = this.site.storage;
    return image === null ? null : (this.site.storage.find(({ name }) => image.endsWith(`@${name}`)) ?? first);
  }

  isInForce(order: string): boolean {
    return this.orderInForce(order) !== null;
  }

  orderInForce(order: string): GivenOrder | null {
    const given = this.orders.get(order);
    return given !== undefined && isInForce(given, this.world.clock.wallMs()) ? given : null;
  }

  /** Whether an operator's word is about this machine, or about a role that it leaves or joins. */
  isOrdered({ machine, from, to }: PlannedMove): boolean {
    const about = [`machine ${machine}`, `role ${from}`, `role ${to}`];
    return [...this.orders.keys()].some((order) => this.isInForce(order) && about.some((what) => order.endsWith(what)));
  }

  private get simulation(): Simulation {
    if (this.running === null) throw new Error("the farm was not started");
    return this.running;
  }

  private heard(): SideEffects {
    if (this.witness === null) throw new Error("the farm was not started");
    return this.witness;
  }

  private demand(wallMs: number): DemandFacts {
    const sessions = Math.round(webSessions(wallMs, this.peak, this.random));
    return { demand: known(sessions), confirm: known(sessions * 3) };
  }

  private around(witness: SideEffects): SimulationSurroundings {
    return {
      asSeen: (world) => faultyWorld(world, this.troubles, witness, "retask"),
      configured: { site: () => this.site, mode: () => "auto" },
      stopped: () => this.stopped,
      served: ({ name }, target) => {
        if (this.troubles.bootServer !== null || this.troubles.unbootable.has(name)) return null;
        if (target !== null && kindOf(target.image) === "unbootable") return null;
        this.misbooted.delete(name);
        if (!this.troubles.misbooting.has(name)) return target;
        this.misbooted.add(name);
        return otherImage(target);
      },
    };
  }
}

/** What a stale link or a foreign DHCP server would have it boot. */
function otherImage(target: BootTarget | null): BootTarget | null {
  if (target === null) return null;
  const role = target.role === WEB ? COMPILE : WEB;
  return { role, image: `${role}.production-1` as BootTarget["image"] };
}
