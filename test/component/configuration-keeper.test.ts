/** The configuration in force, over broken files, restarts and cuts, with real files. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keepConfiguration } from "../../src/control/configuration/keep-configuration.ts";
import type { ConfigurationKeeper, KeeperOptions, StartedKeeper } from "../../src/control/configuration/keeper.ts";
import { type MachineName, machineName, roleName } from "../../src/core/domain/names.ts";
import { memoryStore, nobody, removeDir, SITE, temporaryDir, webOf, writeSite } from "./support/site-dir.ts";

let dir: string;
let store: ReturnType<typeof memoryStore>;
let lines: string[];
const opened: ConfigurationKeeper[] = [];

beforeEach(() => {
  dir = writeSite(temporaryDir());
  store = memoryStore();
  lines = [];
});
afterEach(async () => {
  for (const keeper of opened.splice(0)) await keeper.close();
  removeDir(dir);
});

/** Polls so rarely that only `reload` reads the files again, unless a test says otherwise. */
async function start(options: Partial<KeeperOptions> = {}): Promise<StartedKeeper> {
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const base = { dir, store, log, wallMs: () => 1_700_000_000_000, offMachines: nobody, pollMs: 3_600_000 };
  const started = await keepConfiguration({ ...base, ...options });
  if (started.ok) opened.push(started.keeper);
  return started;
}
async function started(options: Partial<KeeperOptions> = {}): Promise<ConfigurationKeeper> {
  const result = await start(options);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.keeper;
}
const floorOf = (keeper: ConfigurationKeeper): number | undefined =>
  keeper.current().site.policies.get(roleName("web"))?.machines.floor;
const writeWeb = (text: string) => writeSite(dir, { "policies/web.yaml": text });

describe("the start", () => {
  test("on a new store accepts good files, and stores and audits them", async () => {
    const keeper = await started();
    const accepted = await store.acceptedConfiguration();
    expect(keeper.status()).toMatchObject({ source: "files", problems: [], pending: null, restartNeeded: [] });
    expect(accepted?.digest).toBe(keeper.status().inForceDigest);
    expect(store.audited).toMatchObject([{ who: "daemon", after: accepted?.digest, before: null }]);
  });

  test("on a new store with broken files is refused, with the problems", async () => {
    writeWeb("role: web\n");
    const result = await start();
    expect(result.ok).toBe(false);
    expect(await store.acceptedConfiguration()).toBeNull();
  });

  test("with broken files goes on with the stored configuration, loudly", async () => {
    await started();
    writeWeb(webOf(4).replace("floor: 4", "floor: many"));
    lines = [];
    const keeper = await started();
    expect(floorOf(keeper)).toBe(4);
    expect(keeper.status()).toMatchObject({
      source: "stored",
      problems: [{ file: "policies/web.yaml", line: 4, column: 20 }],
    });
    expect(lines.join("")).toContain("the previous one stays in force");
  });

  test("with a deleted directory goes on with the stored configuration", async () => {
    await started();
    removeDir(dir);
    const keeper = await started();
    expect(floorOf(keeper)).toBe(4);
    expect(keeper.status().problems.map(({ file }) => file)).toEqual(["fleet.yaml", "policies/", "retask.yaml"]);
  });

  test("with a floor cut while retask was down holds the cut for acceptance", async () => {
    await started();
    writeWeb(webOf(1));
    const keeper = await started();
    expect(floorOf(keeper)).toBe(4);
    expect(keeper.status().pending?.reasons).toEqual(["web: floor 4 → 1"]);
  });
});

describe("a reload", () => {
  test("puts a harmless change into force, tells listeners, and is remembered over a restart", async () => {
    const keeper = await started();
    const heard: number[] = [];
    keeper.onChange(({ site }) => heard.push(site.policies.size));
    writeSite(dir, { "policies/web.yaml": webOf(5), "policies/batch.yaml": BATCH });
    await keeper.reload();
    expect(floorOf(keeper)).toBe(5);
    expect(heard).toEqual([2]);
    rmSync(join(dir, "retask.yaml"));
    expect(floorOf(await started())).toBe(5);
  });

  test("a truncated write cut `floor: 10` to `floor: 1`, which is valid YAML: the floor holds until somebody accepts the cut", async () => {
    writeWeb(webOf(10));
    const keeper = await started();
    const whole = webOf(10);
    writeWeb(whole.slice(0, whole.lastIndexOf("0 }")));
    expect((await keeper.reload()).problems).toHaveLength(1);
    // And as the one that no parser finds fault with.
    writeWeb(whole.replace("{ floor: 10 }", "{ floor: 1 }"));
    const { pending } = await keeper.reload();
    expect([floorOf(keeper), pending?.reasons]).toEqual([10, ["web: floor 10 → 1"]]);
    expect((await keeper.accept(pending?.digest ?? "", "ada")).ok).toBe(true);
    expect(floorOf(keeper)).toBe(1);
  });

  test("of a broken file changes nothing, and correcting it clears the problem", async () => {
    const keeper = await started();
    writeWeb(`${webOf(5)}oops`);
    expect((await keeper.reload()).problems).toHaveLength(1);
    expect(floorOf(keeper)).toBe(4);
    writeWeb(webOf(5));
    expect(await keeper.reload()).toMatchObject({ source: "files", problems: [] });
    expect(floorOf(keeper)).toBe(5);
  });

  test("says the same problem once, however often it is read", async () => {
    const keeper = await started();
    writeWeb("oops");
    for (let times = 0; times < 3; times += 1) await keeper.reload();
    expect(lines.filter((line) => line.includes("stays in force"))).toHaveLength(1);
  });

  test("that cannot be stored is not in force either", async () => {
    const keeper = await started();
    store.fail(true);
    writeWeb(webOf(5));
    await expect(keeper.reload()).rejects.toThrow("disk full");
    expect(floorOf(keeper)).toBe(4);
    store.fail(false);
    await keeper.reload();
    expect(floorOf(keeper)).toBe(5);
  });

  test("names the settings that need a restart", async () => {
    const keeper = await started();
    writeSite(dir, {
      "retask.yaml": `${SITE["retask.yaml"]}listen: 127.0.0.1:9999\ntick: 5s\nbeacon: { maxAge: 30s }\n`,
    });
    expect((await keeper.reload()).restartNeeded).toEqual(["listen"]);
    expect(keeper.current().site.timing).toMatchObject({ tickMs: 5_000, beaconMaxAgeMs: 30_000 });
  });
});

describe("a cut", () => {
  test("waits until its digest is accepted, by name", async () => {
    const keeper = await started();
    writeWeb(webOf(1));
    const { pending } = await keeper.reload();
    expect(pending).toMatchObject({
      reasons: ["web: floor 4 → 1"],
      changes: ["policies/web.yaml machines.floor: 4 → 1"],
    });
    const digest = pending?.digest ?? "";
    expect(lines.join("")).toContain(`retask accept ${digest.slice(0, 12)}`);

    expect(await keeper.accept("ffffffffffff", "anna")).toMatchObject({ ok: false });
    expect(await keeper.accept(digest.slice(0, 4), "anna")).toMatchObject({ ok: false });
    expect(floorOf(keeper)).toBe(4);
    expect(await keeper.accept(digest.slice(0, 12), "anna")).toEqual({ ok: true });
    expect(floorOf(keeper)).toBe(1);
    expect(keeper.status()).toMatchObject({ source: "files", pending: null, inForceDigest: digest });
    expect(store.audited.at(-1)).toMatchObject({ who: "anna", after: digest, why: "web: floor 4 → 1" });
    expect(floorOf(await started())).toBe(1);
  });

  test("that was changed again before it was accepted is not what was accepted", async () => {
    const keeper = await started();
    writeWeb(webOf(3));
    const { pending } = await keeper.reload();
    writeWeb(webOf(0));
    expect(await keeper.accept(pending?.digest ?? "", "anna")).toMatchObject({ ok: false });
    expect(floorOf(keeper)).toBe(4);
  });

  test("that is taken back waits no longer", async () => {
    const keeper = await started();
    writeWeb(webOf(1));
    await keeper.reload();
    writeWeb(webOf(4));
    expect(await keeper.reload()).toMatchObject({ pending: null, source: "files" });
    expect(await keeper.accept("0".repeat(64), "anna")).toEqual({
      ok: false,
      why: "no configuration waits for acceptance",
    });
  });
});

describe("a machine's entry", () => {
  test("that was deleted too early is refused, and comes into force by itself once the machine is off", async () => {
    const fleet = SITE["fleet.yaml"] ?? "";
    const retiring = fleet.replace("bmc: 127.9.1.10 }", "bmc: 127.9.1.10, status: retiring }");
    writeSite(dir, { "fleet.yaml": retiring });
    const off = new Set<MachineName>();
    const keeper = await started({ offMachines: () => off, pollMs: 50 });
    writeSite(dir, {
      "fleet.yaml": fleet
        .split("\n")
        .filter((line) => !line.includes("m9"))
        .join("\n"),
    });
    await keeper.reload();
    expect(keeper.status().problems[0]?.message).toContain("not known to be off yet");
    off.add(machineName("m9"));
    await expect.poll(() => keeper.current().site.machines.size, { timeout: 20_000 }).toBe(9);
  });
});

const BATCH = `role: batch
images: { production: batch.production }
demand: { distcc: { perMachine: slots } }
machines: { floor: 0 }
`;
