/** The file that a DHCP server includes, on a real disk, and what dhcpd and Kea themselves say of it before it counts. */
import { appendFile, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DhcpServer, DhcpSettings } from "../../src/core/domain/dhcp-settings.ts";
import { fleetFileSchema, resolveFleet } from "../../src/core/domain/fleet.ts";
import { applyDhcp, compareDhcp } from "../../src/world/dhcp/apply-dhcp.ts";
import { dhcpSettingsIn, writeServerConfig } from "./support/dhcp-servers.ts";
import { temporaryDirectory } from "./support/ports.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const machine = (number: number) => ({
  name: `m0${number}`,
  ip: `10.77.3.1${number}`,
  mac: `02:77:00:00:00:0${number}`,
  bmc: `10.77.9.1${number}`,
});
const fleet = (...numbers: readonly number[]) =>
  resolveFleet(fleetFileSchema.parse({ machines: numbers.map(machine) }), []);

/** A reload of ours, which always works and counts. */
const settingsOf = (server: DhcpServer): DhcpSettings => ({
  ...dhcpSettingsIn(directory.path, server),
  reload: ["/bin/sh", "-c", `echo >>'${join(directory.path, "reloads")}'`],
});
const reloads = async (): Promise<number> =>
  (await readFile(join(directory.path, "reloads"), "utf8").catch(() => "")).length;
const apply = (settings: DhcpSettings, numbers: readonly number[], dryRun = false) =>
  applyDhcp({ settings, machines: fleet(...numbers) }, { dryRun, signal: AbortSignal.timeout(60_000) });
const leftOvers = async () => (await readdir(directory.path)).filter((name) => name.includes(".retask-"));

describe.each(["isc", "kea"] as const)("%s", (server) => {
  test("a configuration that the server refuses leaves the old entries, and the server is told nothing", async () => {
    const settings = settingsOf(server);
    const config = await writeServerConfig(directory.path, settings);
    expect(await apply(settings, [1])).toMatchObject({ ok: true, changed: true });
    const before = await readFile(settings.file, "utf8");
    await appendFile(config, "what is this\n");
    const refused = await apply(settings, [1, 2]);
    expect(refused).toMatchObject({ ok: false, code: "RTK_DHCP_REFUSED", why: expect.stringContaining(config) });
    expect(await readFile(settings.file, "utf8")).toBe(before);
    expect(await reloads()).toBe(1);
    expect(await leftOvers()).toEqual([]);
  });

  test("a configuration that does not include the file is told so", async () => {
    const settings = settingsOf(server);
    const config = await writeServerConfig(directory.path, { ...settings, file: "/elsewhere" });
    await appendFile(config, `// include "${settings.file}";\n# <?include "${settings.file}"?>\n`);
    const refused = await apply(settings, [1]);
    expect(refused).toMatchObject({ code: "RTK_DHCP_REFUSED", why: expect.stringContaining("does not include") });
    expect(await leftOvers()).toEqual([]);
  });
});

test("entries that another entry of the server's contradicts are refused by dhcpd", async () => {
  const settings = settingsOf("isc");
  const config = await writeServerConfig(directory.path, settings);
  await appendFile(config, "host m01 { hardware ethernet 02:77:00:00:00:aa; }\nhost m01 { }\n");
  expect(await apply(settings, [1])).toMatchObject({ code: "RTK_DHCP_REFUSED" });
});

test("a file that somebody else wrote is left alone", async () => {
  const settings = settingsOf("dnsmasq");
  await writeFile(settings.file, "02:77:00:00:00:77,10.77.3.77,printer\n");
  expect(await apply(settings, [1])).toMatchObject({ ok: false, code: "RTK_DHCP_FOREIGN" });
  expect(await compareDhcp({ settings, machines: fleet(1) })).toMatchObject({ code: "RTK_DHCP_FOREIGN" });
  expect(await readFile(settings.file, "utf8")).toContain("printer");
});

test("an empty fleet is no order to take every address away", async () => {
  const settings = settingsOf("dnsmasq");
  expect(await apply(settings, [1])).toMatchObject({ ok: true });
  const nobody = applyDhcp({ settings, machines: [] }, { dryRun: false, signal: AbortSignal.timeout(60_000) });
  expect(await nobody).toMatchObject({ ok: false, code: "RTK_DHCP_REFUSED" });
  expect(await readFile(settings.file, "utf8")).toContain(",m01\n");
});

test("a dry run writes nothing and runs nothing", async () => {
  const settings = settingsOf("dnsmasq");
  expect(await apply(settings, [1], true)).toMatchObject({ ok: true, pending: true, changed: false });
  expect(await readdir(directory.path)).toEqual([]);
});

test("an apply that was killed before the server had read the file is finished by the next", async () => {
  const settings = settingsOf("dnsmasq");
  expect(await apply(settings, [1])).toMatchObject({ changed: true });
  // As it lies after the rename: the new file in place, the old one beside it, no reload yet.
  await rename(settings.file, `${settings.file}.retask-old`);
  expect(await apply({ ...settings, reload: ["/bin/true"] }, [1, 2])).toMatchObject({ changed: true });
  await writeFile(`${settings.file}.retask-old`, await readFile(settings.file, "utf8"));
  expect(await compareDhcp({ settings, machines: fleet(1, 2) })).toMatchObject({ pending: true, added: [] });
  expect(await apply(settings, [1, 2])).toMatchObject({ changed: true });
  expect(await reloads()).toBe(2);
  expect(await leftOvers()).toEqual([]);
});

test("a directory that is not there is an error with its reason", async () => {
  const settings = { ...settingsOf("dnsmasq"), file: join(directory.path, "gone", "hosts") };
  expect(await apply(settings, [1])).toMatchObject({ ok: false, code: "RTK_DHCP_FILE" });
  await rm(join(directory.path, "reloads"), { force: true });
});
