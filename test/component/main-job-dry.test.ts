/** Advise mode and a dry run only look: they plan the move that load asks for, and write and spawn nothing. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startWebLoad, type WebLoad } from "./support/haproxy.ts";
import { diagnose } from "./support/real-farm/diagnose.ts";
import { type Farm, startFarm } from "./support/real-farm/farm.ts";
import { eventually, live, status } from "./support/real-farm/look.ts";

const LOOK_MS = 60_000;
/** Several holds and ticks long. */
const WATCHED_MS = 8_000;
let farm: Farm;
let loads: WebLoad[] = [];

beforeAll(async () => {
  farm = await startFarm({ web: 2, compile: 2, mode: "advise" });
  loads = farm.proxies.map(({ now }) => startWebLoad(`${now().url}page`, 6));
});
afterAll(async () => {
  await Promise.all(loads.map(({ stop }) => stop()));
  await farm?.stop();
});
afterEach(() => farm.daemon.end());
beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await diagnose(farm))));

interface Plan {
  readonly moves: readonly { readonly machine: string; readonly from: string; readonly to: string }[];
}

const plannedMove = () =>
  eventually("a planned move", LOOK_MS, async () => (await farm.daemon.get<Plan>("/v1/plan")).moves[0]);

/** Names, targets, sizes, times and contents of all that retask could write, and what the proxies were told. */
async function everything(...directories: string[]): Promise<string> {
  const tree = execFileSync("find", [...directories, "-printf", "%p %y %l %s %T@ %C@\n"], { encoding: "utf8" });
  const sums = execFileSync("sh", ["-c", 'find "$@" -type f | sort | xargs sha256sum', "sh", ...directories]);
  const proxies = await Promise.all(farm.proxies.map(({ now }) => now().ask("show servers state web")));
  // The last columns but these change by themselves: operational state and its times.
  const admin = proxies.map((text) => text.replace(/^(\S+ web \S+ \S+ \S+) \S+ (\S+) .*$/gm, "$1 $2"));
  return [tree.split("\n").sort().join("\n"), sums.toString(), ...admin].join("\n");
}

/** Page faults of all children that the daemon has had: without a child there are none. */
const faultsOfChildren = (): number => Number(readFileSync(`/proc/${farm.daemon.pid()}/stat`, "utf8").split(" ")[10]);

async function expectNothingDone(before: string, directories: string[]): Promise<void> {
  const faults = faultsOfChildren();
  await sleep(WATCHED_MS);
  expect(faultsOfChildren()).toBe(faults);
  expect(await live(farm)).toBeNull();
  expect(await everything(...directories)).toBe(before);
  for (const machine of farm.machines) expect(machine.powerCommands()).toEqual([]);
}

test("a dry run plans the move that load asks for, and starts, writes and spawns nothing at all", async () => {
  const directories = ["tftp", "distcc", "site", "state"].map((name) => `${farm.dir}/${name}`);
  const before = await everything(...directories);
  await farm.daemon.start("--dry-run");
  expect(await plannedMove()).toMatchObject({ from: "compile", to: "web" });
  expect(await status(farm)).toMatchObject({ dryRun: true });
  expect(faultsOfChildren()).toBe(0);
  await expectNothingDone(before, directories);
  await farm.daemon.end();
  expect(await everything(...directories)).toBe(before);
  expect(farm.ipmitool.calls()).toEqual([]);
});

test("advise mode, adopted, plans the same move, and starts and writes nothing but its own record", async () => {
  const directories = ["tftp", "distcc", "site"].map((name) => `${farm.dir}/${name}`);
  const before = await everything(...directories);
  await farm.daemon.start();
  await farm.adopt();
  // Adopting reads every BMC once, because the operator asked; from then on none is asked.
  const asked = farm.ipmitool.calls();
  expect(asked.filter((argv) => !/ (mc guid|chassis power status)$/.test(argv))).toEqual([]);
  expect(await plannedMove()).toMatchObject({ from: "compile", to: "web" });
  expect(await status(farm)).toMatchObject({ mode: "advise" });
  await expectNothingDone(before, directories);
  expect(farm.ipmitool.calls()).toEqual(asked);
});
