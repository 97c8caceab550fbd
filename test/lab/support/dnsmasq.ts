/** DHCP and TFTP as many a site has them: dnsmasq, with retask's file of entries, and a log of what each machine was given. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dhcpSchema } from "../../../src/core/domain/dhcp-settings.ts";
import { fleetFileSchema, resolveFleet } from "../../../src/core/domain/fleet.ts";
import { dhcpFile } from "../../../src/world/dhcp/dhcp-file.ts";
import { startServer, type Tftpd } from "../../component/support/tftpd.ts";
import { BRIDGE_ADDRESS, BRIDGE_SUBNET } from "./addresses.ts";
import { BRIDGE } from "./bridge.ts";
import { GRUB_PROGRAM } from "./grub.ts";
import type { MachinePlace } from "./places.ts";

/** `dir`: where DIR/dnsmasq.log will be. `root`: what it serves over TFTP. */
export async function startDnsmasq(dir: string, root: string, machines: readonly MachinePlace[]): Promise<Tftpd> {
  const config = join(dir, "dnsmasq.conf");
  const known = machines.filter(({ isNew }) => !isNew);
  const entries = known.map(({ name, ip, mac }) => ({ name, ip, mac, bmc: name }));
  const fleet = resolveFleet(fleetFileSchema.parse({ machines: entries }), []);
  await writeFile(dhcpEntries(dir), dhcpFile(fleet, dhcpSchema.parse("dnsmasq")));
  await writeFile(config, configuration(dir, root));
  // Only as --no-daemon does it stay who it is, which it must where this is no real root.
  return startServer(`${BRIDGE_ADDRESS}:69`, ["dnsmasq", "--no-daemon", `--conf-file=${config}`]);
}

/** As `retask dhcp apply` would have written it. */
const dhcpEntries = (dir: string): string => join(dir, "dnsmasq.retask");

/** `dhcp` of retask.yaml. In the lab's own process namespace there is no other dnsmasq. */
export const dhcpLine = (dir: string): string =>
  `dhcp: { server: dnsmasq, file: ${dhcpEntries(dir)}, reload: [/usr/bin/pkill, -HUP, -x, dnsmasq] }\n`;

/** It knows the firmware by the architecture that it states: 7 is UEFI on x86-64 (RFC 4578). */
const configuration = (dir: string, root: string): string => `port=0
interface=${BRIDGE}
bind-interfaces
dhcp-authoritative
dhcp-range=${BRIDGE_SUBNET},static
dhcp-leasefile=${join(dir, "dnsmasq.leases")}
dhcp-hostsfile=${dhcpEntries(dir)}
dhcp-match=set:uefi,option:client-arch,7
dhcp-boot=tag:!uefi,pxelinux.0
dhcp-boot=tag:uefi,${GRUB_PROGRAM}
enable-tftp
tftp-root=${root}
log-dhcp
log-facility=${join(dir, "dnsmasq.log")}
`;
