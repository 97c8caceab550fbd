/** Five machines under a real load: a cold spare and two build machines go to web, two at a time, and back when it ends. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { BeaconReport } from "../../src/core/domain/observation.ts";
import { startWebLoad, type WebLoad } from "../component/support/haproxy.ts";
import { diagnose } from "../component/support/real-farm/diagnose.ts";
import {
  type EndedOperation,
  eventually,
  finished,
  ipmitoolCalls,
  status,
} from "../component/support/real-farm/look.ts";
import { COMPILE_IMAGE, type Role, WEB_IMAGE } from "../component/support/real-farm/tftp-root.ts";
import { type Lab, startLab } from "./support/lab.ts";
import {
  expectJournalMatches,
  expectOneOffAndOn,
  expectPxeBoot,
  MOVE_MS,
  requestsServedBy,
  wordOf,
} from "./support/look.ts";
import type { LabMachine } from "./support/machines.ts";

const AT_ONCE = 2;
const TEST_MS = 4 * MOVE_MS;
let lab: Lab;
let spare: LabMachine;
let steady: WebLoad;
let rush: WebLoad;

beforeAll(async () => {
  lab = await startLab({ web: 1, compile: 3, spares: 1, atOnce: AT_ONCE, perMachine: 2 });
  spare = lab.machine("m5");
  await lab.daemon.start();
  await lab.adopt();
  // 1 session wants 1 machine of 5, 6 want 4: few, for five emulated machines share what computer there is.
  steady = startWebLoad(slowPage(), 1);
});
afterAll(() => lab?.stop());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(lab))));

/** It takes so long that few requests make many sessions: an emulated machine has little time for each. */
const slowPage = () => `${lab.proxies[0]?.now().url}cgi-bin/page?ms=4000`;

interface Watched {
  /** The most operations that were under way at one moment. */
  readonly together: number;
  /** The machines in the order in which their operations began. */
  readonly began: ReadonlySet<string>;
  /** The fewest machines of each role, by their own word since they were last switched off. */
  readonly fewest: Readonly<Record<Role, number>>;
  /** All that the plan said it did not do, and why. */
  readonly notDone: ReadonlySet<string>;
}

/** Each beacon costs an emulated machine some of its time. */
const LOOK_MS = 3_000;

/** Looks on until stopped: at the machines themselves, and at what retask says it is doing. */
async function watch(): Promise<{ readonly stop: () => Promise<Watched> }> {
  const roles = new Map<string, string>();
  const fewest = { web: lab.machines.length, compile: lab.machines.length };
  const began = new Set<string>();
  const notDone = new Set<string>();
  let together = 0;
  let running = true;
  const listen = (ask: (machine: LabMachine) => Promise<BeaconReport | null>) =>
    Promise.all(
      lab.machines.map(async (machine) => {
        const beacon = await ask(machine);
        if (beacon !== null) roles.set(machine.name, beacon.role);
        else if ((await machine.bmc.power()) === "off") roles.delete(machine.name);
      }),
    );
  await listen(wordOf);
  const look = async (): Promise<void> => {
    await listen(({ beacon }) => beacon());
    for (const role of ["web", "compile"] as const) {
      fewest[role] = Math.min(fewest[role], [...roles.values()].filter((told) => told === role).length);
    }
    const said = await status(lab);
    together = Math.max(together, said.operations.length);
    for (const { machine } of said.operations) began.add(machine);
    for (const { why } of said.notDone) notDone.add(why);
  };
  const looking = (async () => {
    for (; running; await sleep(LOOK_MS)) await look();
  })();
  return {
    stop: async () => {
      running = false;
      await looking;
      return { together, began, fewest, notDone };
    },
  };
}

const ended = (isIt: (operation: EndedOperation) => boolean) =>
  eventually("three moves to end", 3 * MOVE_MS, async () => {
    const moves = (await finished(lab)).filter((one) => one.outcome !== "undone" && isIt(one));
    return moves.length === 3 ? moves : null;
  });
const callsSoFar = () => new Map(lab.machines.map((machine) => [machine.name, ipmitoolCalls(lab, machine).length]));

test(
  "a load that wants three more machines takes the cold spare first and never more than two at once",
  async () => {
    expect(await spare.bmc.power()).toBe("off");
    const watched = await watch();
    rush = startWebLoad(slowPage(), 5);
    const moves = await ended(({ to }) => to === "web");
    const { together, began, fewest, notDone } = await watched.stop();
    expect(moves.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
    expect(moves.map(({ from }) => from).sort()).toEqual(["compile", "compile", "spare"]);
    expect(together).toBe(AT_ONCE);
    expect([...notDone]).toContain("2 in operation, at most 2 at once");
    expect(fewest).toEqual({ web: 1, compile: 1 });

    expect([...began].slice(0, AT_ONCE)).toContain(spare.name);
    for (const { machine: name, id, from } of moves) {
      const machine = lab.machine(name);
      expect(await wordOf(machine)).toMatchObject({ machine: name, role: "web", image: WEB_IMAGE });
      expectPxeBoot(machine, "web");
      if (from === "spare") expect(machine.powerCommands().map(({ what }) => what)).toEqual(["power 1"]);
      else expectOneOffAndOn(machine);
      await expectJournalMatches(lab, machine, id, 0);
    }
    const served = await requestsServedBy(lab, spare);
    await eventually("HAProxy to serve from it", 30_000, async () => (await requestsServedBy(lab, spare)) > served + 5);
  },
  TEST_MS,
);

test(
  "when the load ends two of them compile again and one goes back to off, again two at once, and no request was lost",
  async () => {
    const earlier = callsSoFar();
    for (const machine of lab.machines) machine.forget();
    const watched = await watch();
    await rush.stop();
    const moves = await ended(({ from }) => from === "web");
    const { together, fewest } = await watched.stop();
    expect(moves.map(({ outcome, to }) => `${to} ${outcome}`).sort()).toEqual([
      "compile done",
      "compile done",
      "spare done",
    ]);
    expect(together).toBe(AT_ONCE);
    expect(fewest).toEqual({ web: 1, compile: 1 });

    for (const { machine: name, id, to } of moves) {
      const machine = lab.machine(name);
      await expectJournalMatches(lab, machine, id, earlier.get(name) ?? 0);
      if (to === "spare") {
        expect(machine.powerCommands().map(({ what }) => what)).toEqual(["shutdown 1"]);
        expect(await machine.bmc.power()).toBe("off");
        expect(await machine.beacon()).toBeNull();
      } else {
        expectOneOffAndOn(machine);
        expectPxeBoot(machine, "compile");
        expect(await wordOf(machine)).toMatchObject({ machine: name, role: "compile", image: COMPILE_IMAGE });
        expect(await lab.hosts()).toContain(machine.ip);
      }
    }
    expect((await status(lab)).machines).toMatchObject({ spare: 1, serving: 4 });
    await steady.stop();
    for (const load of [rush, steady]) expect(load.counts()).toMatchObject({ failed: 0, firstFailure: null });
  },
  TEST_MS,
);
