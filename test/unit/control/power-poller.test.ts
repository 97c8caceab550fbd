/** What counts as a power reading: only one that began after the last command, each a question of its own. */
import { beforeEach, describe, expect, test } from "vitest";
import { PowerPoller } from "../../../src/control/power-poller.ts";
import type { Machine } from "../../../src/core/domain/fleet.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import { VirtualClock } from "../../../src/simulation/virtual-clock.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import type { Store } from "../../../src/store/store.ts";
import type { PowerReply, World } from "../../../src/world/ports.ts";

const machine = { name: machineName("m01") } as Machine;
const ENROLMENT = { guid: "0123", cipherSuite: 17 };
const OFF: PowerReply = { ok: true, power: "off" };
const BUSY: PowerReply = { ok: false, code: "RTK_BMC_BUSY", why: "too many sessions" };

let clock: VirtualClock;
let store: Store;
/** Questions that the BMC has not answered yet, oldest first. */
let asked: ((reply: PowerReply) => void)[];
/** How often the loop was woken. */
let wakes: number;

function poller(): PowerPoller {
  const status = () => new Promise<PowerReply>((resolve) => asked.push(resolve));
  return new PowerPoller(
    { clock, power: { status, enrol: async () => ({ ok: true, enrolment: ENROLMENT }) } } as unknown as World,
    store,
    () => {
      wakes += 1;
    },
  );
}
const settle = () => new Promise((resolve) => setImmediate(resolve));
async function answer(reply: PowerReply): Promise<void> {
  await settle();
  asked.shift()?.(reply);
  await settle();
}
async function poll(power: PowerPoller, reply: PowerReply, afterMs = 1_000): Promise<void> {
  clock.advance(afterMs);
  power.poll(machine, true);
  await answer(reply);
}

beforeEach(async () => {
  clock = new VirtualClock(0);
  store = openMemoryStore();
  asked = [];
  wakes = 0;
  await store.saveEnrolment(machine.name, ENROLMENT);
});

describe("after a power command", () => {
  test("off twice is two answers of the BMC, however often the fact is looked at", async () => {
    const power = poller();
    power.commandSent(machine.name);
    await poll(power, OFF);
    for (let look = 0; look < 5; look += 1)
      expect(power.fact(machine.name)).toMatchObject({ kind: "off", readings: 1 });
    await poll(power, OFF);
    expect(power.fact(machine.name)).toMatchObject({ kind: "off", readings: 2 });
  });

  test("what was read before it, and what was being asked when it went out, counts for nothing", async () => {
    const power = poller();
    await poll(power, OFF);
    clock.advance(1_000);
    power.poll(machine, true);
    await settle();
    power.commandSent(machine.name);
    await answer(OFF);
    expect(power.fact(machine.name)).toMatchObject({ kind: "unknown", why: "not read since the power command" });
    await poll(power, OFF);
    expect(power.fact(machine.name)).toMatchObject({ kind: "off", readings: 1 });
  });

  test("an answer that overtook another is counted once", async () => {
    const power = poller();
    power.poll(machine, true);
    await settle();
    power.commandSent(machine.name);
    power.poll(machine, true);
    await answer(OFF);
    clock.advance(1_000);
    power.poll(machine, true);
    await settle();
    for (const late of asked.splice(0)) late(OFF);
    await settle();
    expect(power.fact(machine.name)).toMatchObject({ kind: "off", readings: 1 });
  });

  test("a row that breaks begins anew", async () => {
    const power = poller();
    for (const reply of [OFF, BUSY, OFF, { ok: true, power: "on" } as const, OFF]) await poll(power, reply);
    expect(power.fact(machine.name)).toMatchObject({ kind: "off", readings: 1 });
  });
});

test("the loop is woken by news and by the second reading, which proves an off; not by what was read twice already", async () => {
  const power = poller();
  for (const woken of [1, 2, 2, 2]) {
    await poll(power, OFF);
    expect(wakes).toBe(woken);
  }
  await poll(power, BUSY);
  await poll(power, OFF);
  expect(wakes).toBe(4);
});

test("in operation a BMC that failed a few times is asked again within seconds, else only after minutes", async () => {
  const power = poller();
  for (let failure = 0; failure < 3; failure += 1) await poll(power, BUSY);
  await poll(power, OFF, 15_000);
  expect(power.fact(machine.name)).toMatchObject({ kind: "off", readings: 1 });
  for (let failure = 0; failure < 3; failure += 1) await poll(power, BUSY);
  clock.advance(60_000);
  power.poll(machine, false);
  await settle();
  expect(asked).toEqual([]);
});

test("a store that can't be written leaves the power unknown, and the process alive", async () => {
  store = Object.assign(openMemoryStore(), { saveEnrolment: () => Promise.reject(new Error("disk full")) });
  const power = poller();
  power.poll(machine, true);
  await settle();
  await settle();
  expect(power.fact(machine.name)).toMatchObject({
    kind: "unknown",
    code: null,
    why: expect.stringContaining("disk full"),
  });
});

test("a doubt about an idle BMC is settled within a minute, and a dead one is left alone for five", async () => {
  const power = poller();
  const failures = () => (power.fact(machine.name) as { failures: number }).failures;
  const lookAfter = async (ms: number) => {
    clock.advance(ms);
    power.poll(machine, false);
    await answer(BUSY);
  };
  await lookAfter(1);
  expect(failures()).toBe(1);
  await lookAfter(14_999);
  expect(failures()).toBe(1);
  await lookAfter(1);
  await lookAfter(15_000);
  expect(failures()).toBe(3);
  await lookAfter(299_999);
  expect(failures()).toBe(3);
  await lookAfter(1);
  expect(failures()).toBe(4);
});
