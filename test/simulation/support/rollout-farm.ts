/** Eight machines, six of them for web, and images that web could be given: what a roll-out does with each. */
import pino from "pino";
import { parseConfiguration } from "../../../src/control/configuration/parse-configuration.ts";
import { orderRollout, type RolloutOrder, startRollout } from "../../../src/control/rollout-actions.ts";
import { type ImageName, imageName, type MachineName, roleName } from "../../../src/core/domain/names.ts";
import type { FinishedOperation } from "../../../src/core/domain/operation.ts";
import { known } from "../../../src/core/domain/reading.ts";
import type { Rollout } from "../../../src/core/domain/rollout.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import type { RolloutRequest } from "../../../src/core/rollout/begin-rollout.ts";
import { rolloutState } from "../../../src/core/rollout/rollout.statechart.ts";
import type { MemoryBootLinks } from "../../../src/simulation/memory-boot-links.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import { createCalendar } from "../../../src/world/calendar/cron-calendar.ts";

export const MINUTE_MS = 60_000;
export const WEB = roleName("web");
const PRODUCTION = imageName("web.production");
export const OLD = imageName("web.production-1");
export const GOOD = imageName("web.2026-11");
/** Its kernel panics. */
export const DEAD = imageName("web.dead");
/** It boots, and answers with errors. */
export const SICK = imageName("web.sick");
export const FLOOR = 4;
const BY = { author: "ada", from: "test" };

const machine = (n: number): string =>
  `  - { name: m0${n}, ip: 10.0.3.${n}, mac: "00:11:22:33:44:0${n}", bmc: 10.0.9.${n}, domains: { rack: r${(n % 2) + 1} } }`;

const filesOf = (policy: string, headroom: number) =>
  new Map([
    [
      "retask.yaml",
      "mode: auto\nbootLinks: /srv/tftp\nprometheus: http://10.0.1.5:9090\nhaproxy: unix:/run/h.sock\nbmc: { user: u, passwordFile: /p }\n",
    ],
    ["fleet.yaml", `machines:\n${[1, 2, 3, 4, 5, 6, 7, 8].map(machine).join("\n")}\n`],
    [
      "policies/web.yaml",
      `role: web\nimages: { production: web.production, prototype: web.2026-11 }\ndemand: { series: s, perMachine: 10, headroom: ${headroom}% }\nmachines: { floor: ${FLOOR} }\nhold: { up: 10s, down: 10s }\nhealth: [{ query: 'sum(rate(errors{machine=~"{machines}"}[5m]))', below: 0.5 }]\n${policy}`,
    ],
    [
      "policies/compile.yaml",
      "role: compile\nimages: { production: compile.production }\ndemand: rest\nmachines: { floor: 1 }\n",
    ],
    ["policies/limits.yaml", "limits: { atOnce: 2, perHour: 100%, dwell: 1s, perDomain: { rack: 2 } }\n"],
  ]);

function siteOf(policy: string, headroom: number): Site {
  const parsed = parseConfiguration(filesOf(policy, headroom));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.configuration.site;
}

export class RolloutFarm {
  simulation: Simulation;
  readonly finished: FinishedOperation[] = [];
  /** Failed requests a second on each image. */
  readonly faults = new Map<ImageName, number>([[SICK, 20]]);
  /** From now on the old image does not boot any more. */
  isOldDead = false;
  /** The machines that web wants: what its load fills, and the headroom. */
  wants = 6;
  /** The fewest machines that were proven to serve at any tick. */
  fewest = Number.POSITIVE_INFINITY;

  private constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  /** `policy`: further lines of web's; its headroom in percent. */
  static async start(policy = "", headroom = 20): Promise<RolloutFarm> {
    const site = siteOf(policy, headroom);
    let farm: RolloutFarm | undefined;
    const simulation = await Simulation.start({
      site,
      seed: 3,
      startWallMs: Date.UTC(2026, 10, 23),
      calendar: createCalendar(),
      store: openMemoryStore(),
      logger: pino({ level: process.env.LOG ?? "silent" }),
      begin: new Map([
        [WEB, 6],
        [roleName("compile"), 2],
      ]),
      demand: () => ({ demand: known((10 * (farm?.wants ?? 6)) / (1 + headroom / 100)), confirm: null }),
      images: new Map([GOOD, DEAD, SICK].map((image) => [image, WEB])),
      faultsOf: (image) => farm?.faults.get(image) ?? 0,
      watchers: [{ onFinished: (end) => farm?.finished.push(end) }],
      around: {
        asSeen: (world) => world,
        configured: { site: () => site, mode: () => "auto" },
        stopped: () => null,
        served: (_, target) => (target?.image === DEAD || (farm?.isOldDead && target?.image === OLD) ? null : target),
      },
    });
    farm = new RolloutFarm(simulation);
    await simulation.adopt();
    return farm;
  }

  get controller() {
    return this.simulation.controller;
  }

  order(image: ImageName | null, given: Partial<RolloutRequest> = {}) {
    const request: RolloutRequest = {
      role: WEB,
      image,
      canaries: 1,
      soakMs: 5 * MINUTE_MS,
      wavesPercent: [50, 100],
      author: "ada",
      reason: "test",
      ...given,
    };
    return startRollout(this.controller, BY, request);
  }

  async begin(image: ImageName | null, given: Partial<RolloutRequest> = {}): Promise<void> {
    const begun = await this.order(image, given);
    if (!begun.ok) throw new Error(begun.why);
  }

  tell(order: RolloutOrder) {
    return orderRollout(this.controller, BY, WEB, order);
  }

  get rollout(): Rollout {
    const found = this.controller.state.rollouts.find(({ role }) => role === WEB);
    if (found === undefined) throw new Error("there is no roll-out of web");
    return found;
  }

  /** What web's production channel means, as last seen. */
  get production(): ImageName | undefined {
    return this.controller.last?.observation.channels.get(PRODUCTION);
  }

  /** By hand, beside retask. */
  async promote(image: ImageName): Promise<void> {
    const { links, clock } = this.simulation.world;
    await links.moveChannel(PRODUCTION, image, clock.deadline());
  }

  get state(): string {
    return rolloutState(this.rollout.chart);
  }

  /** Web's machines by what they were proven to run. */
  get images(): ReadonlyMap<MachineName, ImageName | null> {
    const ofWeb = [...this.controller.state.machines].filter(([, { placement }]) => placement === WEB);
    return new Map(ofWeb.map(([name, { image }]) => [name, image]));
  }

  count(image: ImageName): number {
    return [...this.images.values()].filter((one) => one === image).length;
  }

  linkOf(name: MachineName): ImageName | undefined {
    return (this.simulation.world.links as MemoryBootLinks).links.get(name);
  }

  async run(ms: number): Promise<void> {
    await this.until(() => false, ms, true);
  }

  async until(isSo: () => boolean, mostMs = 180 * MINUTE_MS, mayEnd = false): Promise<void> {
    const { clock } = this.simulation.world;
    const endMs = clock.monotonicMs() + mostMs;
    while (!isSo()) {
      if (clock.monotonicMs() >= endMs) {
        if (mayEnd) return;
        const { chart } = this.rollout;
        const notDone = JSON.stringify(this.controller.last?.plan.notDone);
        throw new Error(`not so within ${mostMs / MINUTE_MS} minutes: ${JSON.stringify(chart)} ${notDone}`);
      }
      const { decision } = await this.simulation.turn(5_000);
      this.fewest = Math.min(this.fewest, decision.roles.get(WEB)?.counts.forFloor ?? 0);
    }
  }

  async restart(): Promise<void> {
    this.simulation = await this.simulation.restarted();
  }
}
