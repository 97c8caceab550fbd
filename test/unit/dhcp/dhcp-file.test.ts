/** The entries for the DHCP server, in its own language. */
import { expect, test } from "vitest";
import { dhcpSchema } from "../../../src/core/domain/dhcp-settings.ts";
import { fleetFileSchema, resolveFleet } from "../../../src/core/domain/fleet.ts";
import { dhcpFile, entriesOf, isOurs } from "../../../src/world/dhcp/dhcp-file.ts";

const machines = resolveFleet(
  fleetFileSchema.parse({
    machines: [
      { name: "m02", ip: "10.0.3.18", mac: "00:11:22:33:44:66", bmc: "10.0.9.18", loader: "grub" },
      { name: "m01", ip: "10.0.3.17", mac: "00:11:22:33:44:5A", bmc: "10.0.9.17" },
    ],
  }),
  [],
);
const boots = { nextServer: "10.0.1.5", filename: { pxelinux: "linux-install/pxelinux.0", grub: "grub/core.efi" } };
const entries = (dhcp: unknown): string[] => entriesOf(dhcpFile(machines, dhcpSchema.parse(dhcp)));

test("dnsmasq: MAC, address, name", () => {
  expect(entries("dnsmasq")).toEqual(["00:11:22:33:44:5a,10.0.3.17,m01", "00:11:22:33:44:66,10.0.3.18,m02"]);
});

test("dhcpd: a host block for each, with the boot program of its loader", () => {
  expect(entries({ server: "isc", ...boots })).toEqual([
    'host m01 { hardware ethernet 00:11:22:33:44:5a; fixed-address 10.0.3.17; option host-name "m01"; next-server 10.0.1.5; filename "linux-install/pxelinux.0"; }',
    'host m02 { hardware ethernet 00:11:22:33:44:66; fixed-address 10.0.3.18; option host-name "m02"; next-server 10.0.1.5; filename "grub/core.efi"; }',
  ]);
  expect(entries("isc")[0]).toBe(
    'host m01 { hardware ethernet 00:11:22:33:44:5a; fixed-address 10.0.3.17; option host-name "m01"; }',
  );
});

test("Kea: a list of reservations, JSON but for its first line", () => {
  const text = dhcpFile(machines, dhcpSchema.parse({ server: "kea", ...boots }));
  expect(JSON.parse(text.slice(text.indexOf("\n")))).toEqual([
    {
      "hw-address": "00:11:22:33:44:5a",
      "ip-address": "10.0.3.17",
      hostname: "m01",
      "next-server": "10.0.1.5",
      "boot-file-name": "linux-install/pxelinux.0",
    },
    expect.objectContaining({ hostname: "m02", "boot-file-name": "grub/core.efi" }),
  ]);
  expect(dhcpFile([], dhcpSchema.parse("kea"))).toMatch(/^\/\/ .*\n\[\n\]\n$/);
});

test.each(["dnsmasq", "isc", "kea"])(
  "%s: the order of the fleet changes nothing, and the file is known again",
  (server) => {
    const settings = dhcpSchema.parse(server);
    const text = dhcpFile(machines, settings);
    expect(dhcpFile(machines.toReversed(), settings)).toBe(text);
    expect(isOurs(text)).toBe(true);
    expect(entriesOf(text)).toHaveLength(2);
  },
);

test("a boot program that would end its quotes is refused", () => {
  for (const filename of ['a"; }', "a b", "a\n", "a".repeat(128)])
    expect(dhcpSchema.safeParse({ server: "isc", filename }).success).toBe(false);
});
