/** The real DHCP servers of Debian, in a network of their own: what each machine is given, before and after `retask dhcp apply`. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namespacesRefused } from "../../scripts/namespaces.mjs";
import { fleetFileSchema, type Machine, resolveFleet } from "../../src/core/domain/fleet.ts";
import { applyDhcp, compareDhcp, type DhcpWish } from "../../src/world/dhcp/apply-dhcp.ts";
import { releaseLease } from "../../src/world/dhcp/release-lease.ts";
import { type DhcpNetwork, startDhcpNetwork } from "./support/dhcp-network.ts";
import { type RunningServer, startDhcpServer } from "./support/dhcp-servers.ts";
import { temporaryDirectory } from "./support/ports.ts";

const CARD_1 = "02:77:00:00:00:01";
const CARD_2 = "02:77:00:00:00:02";
const CARD_9 = "02:77:00:00:00:09";

/** m01, m02, … by their MAC addresses. */
const fleet = (...macs: readonly string[]): Machine[] => {
  const machines = macs.map((mac, index) => ({
    name: `m0${index + 1}`,
    ip: `10.77.3.1${index + 1}`,
    mac,
    bmc: `10.77.9.1${index + 1}`,
  }));
  return resolveFleet(fleetFileSchema.parse({ machines }), []);
};

const offered = (number: number) => ({
  ip: `10.77.3.1${number}`,
  name: `m0${number}`,
  nextServer: "10.77.3.9",
  filename: "linux-install/pxelinux.0",
});

const signal = AbortSignal.timeout(110_000);

describe.skipIf(namespacesRefused() !== null).each(["dnsmasq", "isc", "kea"] as const)("%s", (kind) => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let network: DhcpNetwork;
  let server: RunningServer;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    network = await startDhcpNetwork(directory.path);
    server = await startDhcpServer(network, directory.path, kind);
  });
  afterAll(async () => {
    await server?.stop();
    await network?.stop();
    await directory?.remove();
  });

  const apply = (wish: Omit<DhcpWish, "settings">) =>
    applyDhcp({ ...wish, settings: server.settings }, { dryRun: false, signal });

  test("gives an address, a name and the boot program to the machines of the fleet alone, from the next apply on", async () => {
    expect(network.boot(CARD_1)).toBeNull();
    expect(await apply({ machines: fleet(CARD_1) })).toMatchObject({ ok: true, changed: true, removed: [] });
    expect(network.boot(CARD_1)).toEqual(offered(1));
    expect(network.boot(CARD_2)).toBeNull();

    const both = { machines: fleet(CARD_1, CARD_2), settings: server.settings };
    expect(await compareDhcp(both)).toMatchObject({ pending: true, added: [expect.stringContaining(CARD_2)] });
    expect(await apply(both)).toMatchObject({ ok: true, changed: true });
    expect(network.boot(CARD_2)).toEqual(offered(2));
    expect(await compareDhcp(both)).toMatchObject({ pending: false });
    expect(await apply(both)).toMatchObject({ ok: true, changed: false });
  });

  test("gives an address that changed hands to the new card, though the old one still has a lease on it", async () => {
    expect(await apply({ machines: fleet(CARD_1, CARD_2) })).toMatchObject({ ok: true });
    expect(network.boot(CARD_1)).toEqual(offered(1));
    const machines = fleet(CARD_9, CARD_2);
    expect(await apply({ machines, handover: { machine: "m01", formerMac: CARD_1 } })).toMatchObject({ changed: true });
    expect(await releaseLease(server.settings, "10.77.3.11", signal)).toBeNull();
    expect(network.boot(CARD_9)).toEqual(offered(1));

    expect(await apply({ machines })).toMatchObject({ ok: true });
    expect(network.boot(CARD_9)).toEqual(offered(1));
    expect(network.boot(CARD_1)).toBeNull();
  });

  test("that can't be reloaded gets its old entries back", async () => {
    const machines = fleet(CARD_1, CARD_2);
    expect(await apply({ machines })).toMatchObject({ ok: true });
    const before = await readFile(server.settings.file, "utf8");
    const settings = { ...server.settings, reload: ["/bin/sh", "-c", "echo no such unit >&2; exit 1"] };
    const failed = await applyDhcp({ settings, machines: fleet(CARD_1) }, { dryRun: false, signal });
    expect(failed).toMatchObject({ ok: false, code: "RTK_DHCP_RELOAD", why: expect.stringContaining("no such unit") });
    expect(await readFile(server.settings.file, "utf8")).toBe(before);
    expect(network.boot(CARD_2)).toEqual(offered(2));
  });
});
