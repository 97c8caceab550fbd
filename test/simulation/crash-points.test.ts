/** kill -9 before and after each side effect of a re-tasking: it converges, and no power-off is ever issued again. */
import pino from "pino";
import { describe, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../src/store/memory-store.ts";
import type { Store } from "../../src/store/store.ts";
import { createCalendar } from "../../src/world/calendar/cron-calendar.ts";
import { COMPILE, smallSite, WEB, webDemand } from "./support/small-site.ts";

const MINUTE_MS = 60_000;
type Moment = "before the effect" | "after the effect";

/** Dies at the `at`-th intent, once: with the intent durable, and its effect not begun, or done and its result unwritten. */
function mortal(store: Store, at: number, moment: Moment) {
  let intents = 0;
  let dead = false;
  const die = (): never => {
    dead = true;
    throw new Error("kill -9");
  };
  const own: Partial<Store> = {
    beginIntent: async (intent) => {
      const id = await store.beginIntent(intent);
      intents += 1;
      if (intents === at && moment === "before the effect") die();
      return id;
    },
    settleIntent: async (id, result) => {
      if (intents === at && moment === "after the effect" && !dead) die();
      await store.settleIntent(id, result);
    },
  };
  const wrapped = new Proxy(store, {
    get: (target, key: keyof Store) => own[key] ?? target[key].bind(target),
  });
  return { store: wrapped, isDead: () => dead, intents: () => intents };
}

async function retask(at: number, moment: Moment) {
  const outcomes: string[] = [];
  const record = mortal(openMemoryStore(), at, moment);
  const demand = { sessions: 10 };
  let simulation = await Simulation.start({
    site: smallSite(),
    seed: 7,
    startWallMs: Date.UTC(2026, 10, 23),
    calendar: createCalendar(),
    store: record.store,
    logger: pino({ level: "silent" }),
    begin: new Map([
      [WEB, 1],
      [COMPILE, 3],
    ]),
    demand: () => webDemand(demand.sessions)(),
    watchers: [{ onFinished: ({ outcome }) => outcomes.push(outcome) }],
  });
  const offs = countOffs(simulation);
  await simulation.adopt();
  demand.sessions = 20;
  const untilMs = simulation.world.clock.monotonicMs() + 30 * MINUTE_MS;
  let died = false;
  while (simulation.world.clock.monotonicMs() < untilMs && outcomes.length === 0) {
    await simulation.turn().catch((error: unknown) => {
      if (!record.isDead()) throw error;
    });
    if (record.isDead() && !died) {
      died = true;
      simulation = await simulation.restarted();
    }
  }
  const serving = [...simulation.world.machines.values()].filter(({ machine }) =>
    simulation.world.traffic.isServing(WEB, machine.name),
  );
  return { outcomes, offs, died, intents: record.intents(), serving: serving.length, simulation };
}

/** Soft and hard offs by machine, as the BMCs get them. */
function countOffs({ world }: Simulation): Map<string, string[]> {
  const offs = new Map<string, string[]>();
  const { softOff, hardOff } = world.power;
  const note = (name: string, kind: string) => offs.set(name, [...(offs.get(name) ?? []), kind]);
  world.power.softOff = (machine, ...rest) => {
    note(machine.name, "soft");
    return softOff(machine, ...rest);
  };
  world.power.hardOff = (machine, ...rest) => {
    note(machine.name, "hard");
    return hardOff(machine, ...rest);
  };
  return offs;
}

/** As counted by a run that nobody kills: preflight, traffic off, relink, identify, soft off, on, traffic on. */
const INTENTS = 7;

test("a re-tasking that nobody kills has seven side effects, and ends as done", async () => {
  const { outcomes, intents, serving, offs } = await retask(0, "before the effect");
  expect(outcomes).toEqual(["done"]);
  expect(intents).toBe(INTENTS);
  expect(serving).toBe(2);
  expect([...offs.values()]).toEqual([["soft"]]);
});

describe.each<[Moment]>([["before the effect"], ["after the effect"]])("killed %s", (moment) => {
  test.each(Array.from({ length: INTENTS }, (_, index) => [index + 1]))("of intent %i", async (at) => {
    const { outcomes, died, serving, offs, simulation } = await retask(at, moment);
    expect(died).toBe(true);
    expect(outcomes).toEqual(["done"]);
    expect(serving).toBe(2);
    for (const [name, sent] of offs) {
      expect(new Set(sent).size, `${name} got ${sent.join(", ")}`).toBe(sent.length);
      expect(simulation.world.machines.get(machineName(name))?.phase).toBe("up");
    }
  });
});
