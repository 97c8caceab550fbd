/**
 * A pool on a busy morning, as screenshots show it: three weeks of demand behind it, machines on their way, a roll-out, a
 * machine that is worked on, and trouble.
 */

import { setOverride } from "../../../src/control/override-actions.ts";
import { newPoolState } from "../../../src/control/pool-state.ts";
import { startRollout } from "../../../src/control/rollout-actions.ts";
import { machineName, type RoleName } from "../../../src/core/domain/names.ts";
import { known } from "../../../src/core/domain/reading.ts";
import type { Site } from "../../../src/core/domain/site.ts";
import { seededRandom } from "../../../src/simulation/random.ts";
import { webSessions } from "../../../src/simulation/simulated-load.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { COMPILE, MONDAY_MS, NEW_IMAGE, type Pool, startPool, WEB } from "./pool.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What a forecast needs before it dares to say anything, and a little more. */
const REMEMBERED_MS = 3 * 24 * HOUR_MS;
const PEAK = 1_000;
/** Nobody read the load for so long, an hour ago: a gap in the timeline. */
const GAP = { beforeMs: 60 * MINUTE_MS, forMs: 12 * MINUTE_MS };

export interface BusyPool extends Pool {
  /** In quarantine. */
  readonly sick: string;
}

/** `hours`: of simulated time before the trouble begins. */
export async function startBusyPool(hours: number): Promise<BusyPool> {
  const demand = curve();
  const store = openMemoryStore();
  await remember(store, demand, MONDAY_MS);
  const endMs = MONDAY_MS + hours * HOUR_MS;
  const isGap = (atMs: number): boolean => atMs > endMs - GAP.beforeMs && atMs < endMs - GAP.beforeMs + GAP.forMs;
  const pool = await startPool({
    store,
    demand: (atMs) => (isGap(atMs) ? null : demand(atMs)),
    changeSite: decidingAhead,
    begin: new Map([
      [WEB, 10],
      [COMPILE, 13],
    ]),
  });
  await pool.pass(hours * HOUR_MS);
  const { controller } = pool;
  const asker = { author: "ada", from: "http 127.0.0.1 token page" };
  const pin = { kind: "pin", machine: machineName("m20") } as const;
  const order = { act: pin, reason: "a disk is changed", expiresMs: endMs + 3 * HOUR_MS, overrideFloor: false };
  await setOverride(controller, asker, order);

  const moving = (): string | undefined => [...controller.state.operations.values()][0]?.machine;
  // One that has only just begun: it has yet to boot.
  await pool.until(() => moving() === undefined);
  await pool.until(() => moving() !== undefined);
  const sick = moving() ?? "";
  pool.unbootable.add(sick);
  await pool.until(() => controller.state.machines.get(machineName(sick))?.quarantine != null);
  const work = { kind: "maintain", machine: machineName("m21"), power: "off" } as const;
  await setOverride(controller, asker, { ...order, act: work, reason: "a fan is changed" });
  const phases = { role: WEB, image: NEW_IMAGE, canaries: 1, wavesPercent: [10, 50, 100], soakMs: 30 * MINUTE_MS };
  await startRollout(controller, asker, { ...phases, author: "ada", reason: "November's updates" });
  await pool.pass(MINUTE_MS);
  return { ...pool, sick };
}

/** An ordinary day, with a little noise. */
function curve(): (atMs: number) => number {
  const random = seededRandom(11);
  return (atMs) => Math.round(webSessions(atMs, PEAK, random));
}

async function remember(store: Store, demand: (atMs: number) => number, untilMs: number): Promise<void> {
  const state = newPoolState();
  for (let atMs = untilMs - REMEMBERED_MS; atMs < untilMs; atMs += MINUTE_MS) {
    const reading = new Map<RoleName, ReturnType<typeof known>>([[WEB, known(demand(atMs))]]);
    await store.saveTick({ state, finished: [], decision: null, demand: reading, atMs });
  }
}

function decidingAhead(site: Site): Site {
  const web = site.policies.get(WEB);
  if (web === undefined) throw new Error("the example site has no role web");
  return { ...site, policies: new Map(site.policies).set(WEB, { ...web, forecast: "seasonal" }) };
}
