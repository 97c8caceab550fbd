/** The report against the true course: what every tick saw, added up, beside what is worked out from the record alone. */
import { expect, test } from "vitest";
import type { Tick, Watcher } from "../../src/control/controller.ts";
import type { RoleName } from "../../src/core/domain/names.ts";
import { openMemoryStore } from "../../src/store/memory-store.ts";
import { COMPILE, startBench, WEB } from "../unit/http/support/bench.ts";

const HOUR_MS = 3_600_000;
/** Machine-hours by which a move may be late on record: ten minutes, and a tick. */
const LATE = 10.5 / 60;

/** Machine-milliseconds that served, tick by tick. */
class TrueCourse implements Watcher {
  readonly served = new Map<RoleName, number>();
  private before: Tick | null = null;

  onTick(tick: Tick): void {
    const { before } = this;
    if (before !== null) {
      const ms = tick.observation.wallMs - before.observation.wallMs;
      for (const { role, counts } of before.decision.roles.values())
        this.served.set(role, (this.served.get(role) ?? 0) + counts.capacity * ms);
    }
    this.before = tick;
  }
}

interface Role {
  readonly role: string;
  readonly served: number;
  readonly split: number;
  readonly gained: number;
  readonly short: number | null;
}

test("machine-hours from the record are those that were served, but for moves that arrive late on it", async () => {
  const course = new TrueCourse();
  const bench = await startBench({ watchers: [course] });
  const { simulation, load } = bench;
  for (const sessions of [380, 800, 200]) {
    load.sessions = sessions;
    await simulation.runFor(0.7 * HOUR_MS, 5_000);
  }
  // As if two days had passed: what is recorded for each digit of the demand is gone.
  await bench.store.prune(simulation.world.clock.wallMs() + 3 * 24 * HOUR_MS);
  const { status, body } = await bench.get("/v1/report?split=web=8,compile=16");
  expect(status).toBe(200);
  const roles = body.roles as Role[];
  const { moves } = body.maintenance as { moves: { done: number }[] };
  const done = moves.reduce((sum, way) => sum + way.done, 0);
  expect(done).toBeGreaterThan(8);
  for (const name of [WEB, COMPILE]) {
    const role = roles.find((one) => one.role === name);
    const truth = (course.served.get(name) ?? 0) / HOUR_MS;
    expect(Math.abs((role?.served ?? 0) - truth)).toBeLessThan(done * LATE);
    expect(role?.served).toBeGreaterThan(0.9 * truth);
    expect(role?.gained).toBeCloseTo((role?.served ?? 0) - (role?.split ?? 0));
  }
  // It was short while machines were on their way, and the fixed split would have been short all along.
  const web = roles.find((one) => one.role === WEB) as Role & { readonly splitShort: number };
  expect(web.short).toBeGreaterThan(0);
  expect(web.splitShort).toBeGreaterThan(1.5 * (web.short ?? 0));
});

test("an empty record is one gap, and no machine-hours", async () => {
  const bench = await startBench({ store: openMemoryStore(), adopted: false });
  const { body } = await bench.get("/v1/report");
  expect(body).toMatchObject({ knownHours: 0, roles: [], maintenance: { moves: [], quarantines: 0 } });
  expect(body.unknown).toHaveLength(1);
});
