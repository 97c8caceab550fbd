/** DHCP and TFTP as many a site has them: dnsmasq, with an entry for each machine, and a log of what each was given. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startServer, type Tftpd } from "../../component/support/tftpd.ts";
import { BRIDGE_ADDRESS, BRIDGE_SUBNET } from "./addresses.ts";
import { BRIDGE } from "./bridge.ts";
import { GRUB_PROGRAM } from "./grub.ts";
import type { MachinePlace } from "./places.ts";

/** `dir`: where DIR/dnsmasq.log will be. `root`: what it serves over TFTP. */
export async function startDnsmasq(dir: string, root: string, machines: readonly MachinePlace[]): Promise<Tftpd> {
  const config = join(dir, "dnsmasq.conf");
  await writeFile(config, configuration(dir, root, machines));
  // Only as --no-daemon does it stay who it is, which it must where this is no real root.
  return startServer(`${BRIDGE_ADDRESS}:69`, ["dnsmasq", "--no-daemon", `--conf-file=${config}`]);
}

/** It knows the firmware by the architecture that it states: 7 is UEFI on x86-64 (RFC 4578). */
const configuration = (dir: string, root: string, machines: readonly MachinePlace[]): string => `port=0
interface=${BRIDGE}
bind-interfaces
dhcp-authoritative
dhcp-range=${BRIDGE_SUBNET},static
dhcp-leasefile=${join(dir, "dnsmasq.leases")}
${machines.map(({ mac, ip, name }) => `dhcp-host=${mac},${ip},${name}`).join("\n")}
dhcp-match=set:uefi,option:client-arch,7
dhcp-boot=tag:!uefi,pxelinux.0
dhcp-boot=tag:uefi,${GRUB_PROGRAM}
enable-tftp
tftp-root=${root}
log-dhcp
log-facility=${join(dir, "dnsmasq.log")}
`;
