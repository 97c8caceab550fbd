/** What lab tests ask beyond what they ask of a farm: the wire, HAProxy's count of requests, and the journal against the BMC. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { BeaconReport } from "../../../src/core/domain/observation.ts";
import { cliFor } from "../../component/support/cli-bench.ts";
import { hexAddress } from "../../component/support/real-farm/addresses.ts";
import {
  commandsIn,
  type EndedOperation,
  eventually,
  finished,
  ipmitoolCalls,
  journal,
  type LiveOperation,
  status,
} from "../../component/support/real-farm/look.ts";
import type { Role } from "../../component/support/real-farm/tftp-root.ts";
import type { Lab } from "./lab.ts";
import type { LabMachine } from "./machines.ts";

/** Real firmware, a real kernel, and emulated on a busy computer: what a whole move may take. */
export const MOVE_MS = 150_000;

const LOADED: Readonly<Record<Role, readonly string[]>> = {
  web: ["vmlinuz", "base.img"],
  compile: ["vmlinuz", "base.img", "compile.img"],
};

/** pxelinux asked for this machine's boot link, got it, and loaded that role's files and no other's, by the wire. */
export function expectPxeBoot(machine: LabMachine, role: Role): void {
  const asked = machine.requests();
  const [link, ...loaded] = asked
    .filter(({ error }) => error === null)
    .map(({ file }) => file)
    .slice(2);
  expect(asked.slice(0, 2).map(({ file }) => file)).toEqual(["pxelinux.0", "ldlinux.c32"]);
  expect(link).toBe(`pxelinux.cfg/${hexAddress(machine.ip)}`);
  expect(loaded).toEqual(LOADED[role]);
  // Before its link: the names that would have hidden it.
  const refused = asked.filter(({ error }) => error !== null).map(({ file }) => file);
  expect(refused.at(-1)).toBe(`pxelinux.cfg/01-${machine.mac.replaceAll(":", "-")}`);
}

/** ipmitool may repeat a datagram for 12 s, and a chassis wants 5 s between off and on. */
const SETTLE_MS = 17_000;

/** As the BMC tells it: one off, one on, the on well after the off, and nothing more. */
export function expectOneOffAndOn(machine: LabMachine): void {
  const [off, on, ...more] = machine.powerCommands();
  expect([off?.what, on?.what, more]).toEqual(["shutdown 1", "power 1", []]);
  expect((on?.atMs ?? 0) - (off?.atMs ?? 0)).toBeGreaterThan(SETTLE_MS);
}

/** As the BMC tells it: no kind of off twice, and none after an on. */
export function expectOffsBeforeOns(machine: LabMachine): void {
  const told = machine.powerCommands().map(({ what }) => what);
  const ons = told.slice(told.indexOf("power 1"));
  expect(ons, told.join(", ")).toEqual(ons.map(() => "power 1"));
  const offs = told.slice(0, told.indexOf("power 1"));
  expect(offs, told.join(", ")).toEqual([...new Set(offs)]);
  expect(offs.length).toBeGreaterThan(0);
}

/** At most one ipmitool process for each journaled attempt, and each kind of off once. `earlier`: calls that came before. */
export async function expectJournalMatches(lab: Lab, machine: LabMachine, id: string, earlier: number): Promise<void> {
  const intents = await journal(lab, id);
  const commands = commandsIn(ipmitoolCalls(lab, machine).slice(earlier));
  const journaled = (effect: string): number => intents.filter((intent) => intent.effect === effect).length;
  const called = (action: string): number => commands.filter((call) => call === `chassis power ${action}`).length;
  expect(called("soft"), "soft offs").toBeLessThanOrEqual(journaled("softOff"));
  expect(called("off"), "hard offs").toBeLessThanOrEqual(journaled("hardOff"));
  expect(called("on"), "ons").toBeLessThanOrEqual(journaled("powerOn"));
  expect(journaled("softOff")).toBeLessThanOrEqual(1);
  expect(journaled("hardOff")).toBeLessThanOrEqual(1);
  const [lastOff, firstOn] = [commands.findLastIndex(isOff), commands.indexOf("chassis power on")];
  if (firstOn !== -1) expect(lastOff, "an off after an on").toBeLessThan(firstOn);
}

const isOff = (call: string): boolean => call === "chassis power soft" || call === "chassis power off";

/** Requests that HAProxy has given to this machine since it started. */
export async function requestsServedBy({ proxies }: Lab, { name }: LabMachine): Promise<number> {
  const table = (await proxies[0]?.now().ask("show stat web 4 -1")) ?? "";
  const [heading = "", ...rows] = table.split("\n").map((line) => line.split(","));
  const column = [...heading].indexOf("stot");
  return Number(rows.find((row) => row[1] === name)?.[column] ?? 0);
}

/** The newest operation to this role, or the one with this id, that has ended, whatever its outcome; undefined while there is none. */
export async function lastMove(lab: Lab, to: Role, id?: string): Promise<EndedOperation | undefined> {
  return (await finished(lab)).find((operation) => operation.to === to && (id ?? operation.id) === operation.id);
}

/** Waits until a machine's operation has come so far, and gives it. */
export const inPhase = (lab: Lab, { name }: LabMachine, phase: string): Promise<LiveOperation> =>
  eventually(`${name} to be ${phase}`, MOVE_MS, async () =>
    (await status(lab)).operations.find((operation) => operation.machine === name && operation.phase === phase),
  );

/** What `retask LINE` prints, run as a person would; throws when it fails. */
export async function retaskSays({ site }: Lab, line: string): Promise<string> {
  const run = await cliFor(site);
  const { code, stdout, stderr } = await run(line.split(" "));
  if (code !== 0 || stderr !== "") throw new Error(`retask ${line}: exit code ${code}, ${stderr}`);
  return stdout;
}

/** For three ticks and more: had retask wanted to begin something, it would have. */
export async function nothingBegins(lab: Lab): Promise<void> {
  for (const endMs = performance.now() + 15_000; performance.now() < endMs; await sleep(1_000)) {
    expect((await status(lab)).operations).toEqual([]);
  }
}

/** On a computer this busy a single answer may come too late; a machine that was switched off is silent for longer. */
const TRIES = 5;

/** What a machine says of itself; null when it is silent. */
export async function wordOf(machine: LabMachine): Promise<BeaconReport | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    const beacon = await machine.beacon();
    if (beacon !== null) return beacon;
    await sleep(1_000);
  }
  return null;
}

/** Each machine's boot id, by its own word. */
export async function bootIds({ machines }: Pick<Lab, "machines">): Promise<Map<string, string | undefined>> {
  return new Map(await Promise.all(machines.map(async (one) => [one.name, (await wordOf(one))?.bootId] as const)));
}

/** A machine that compiles by its own word, and is none of these. */
export async function machineThatCompiles({ machines }: Lab, but: readonly string[] = []): Promise<LabMachine> {
  for (const machine of machines) {
    if (!but.includes(machine.name) && (await wordOf(machine))?.role === "compile") return machine;
  }
  throw new Error("no machine compiles");
}
