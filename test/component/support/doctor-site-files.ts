/** The operator's files of a site for `retask doctor`, as an operator would write them. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { IpmiSim } from "./ipmi-sim.ts";
import { freePort } from "./ports.ts";
import type { Role, TftpRoot } from "./real-farm/tftp-root.ts";

export interface SiteMachine {
  readonly name: string;
  readonly ip: string;
  readonly mac: string;
  readonly role: Role;
  readonly bmc: IpmiSim;
  readonly bmcPort: number;
}

/** Each BMC's own. */
export const passwordOf = (name: string): string => `own-word-of-${name}`;

export async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

export interface Around {
  readonly dir: string;
  readonly storeFile: string;
  readonly root: TftpRoot;
  readonly tftp: string;
  readonly prometheus: string;
  readonly haproxy: string;
}

/** Each file's text by its path below the site; the hosts file and the passwords are written. */
export async function doctorSiteFiles(
  machines: readonly SiteMachine[],
  around: Around,
  passwords: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { dir, storeFile, root, tftp, prometheus, haproxy } = around;
  const hosts = join(dir, "hosts");
  await put(
    hosts,
    machines
      .filter(({ role }) => role === "compile")
      .map(({ ip }) => `${ip}:3632/4\n`)
      .join(""),
  );
  const dhcp = join(dir, "dhcp/retask.conf");
  await put(join(dir, "dhcp/dhcpd.conf"), `subnet 127.77.0.0 netmask 255.255.0.0 {}\ninclude "${dhcp}";\n`);
  const entries = machines.map(async ({ name, ip, mac, bmc, bmcPort }) => {
    const passwordFile = join(dir, `password-${name}`);
    await writeFile(passwordFile, `${passwords[name] ?? passwordOf(name)}\n`);
    await chmod(passwordFile, 0o600);
    const own = `{ address: ${bmc.address}, port: ${bmcPort}, passwordFile: ${passwordFile} }`;
    return `  - { name: ${name}, ip: ${ip}, mac: "${mac}", bmc: ${own} }`;
  });
  return {
    "retask.yaml": `listen: 127.0.0.1:${await freePort()}
store: { file: ${storeFile} }
bootLinks: ${root.links}
tftp: ${tftp}
prometheus: ${prometheus}
haproxy: ${haproxy}
bmc: { user: retask, passwordFile: ${join(dir, "password-m1")}, interval: 100ms }
dhcp: { server: isc, file: ${dhcp}, config: ${join(dir, "dhcp/dhcpd.conf")}, reload: [/bin/true] }
`,
    "fleet.yaml": `machines:\n${(await Promise.all(entries)).join("\n")}\n`,
    "policies/web.yaml": `role: web
images: { production: web.production }
demand: { series: 'haproxy_backend_current_sessions{proxy="web"}', maxAge: 30s, perMachine: 5 }
machines: { floor: 1 }
traffic: { haproxy: { backend: web } }
`,
    "policies/compile.yaml": `role: compile
images: { production: compile.production }
demand: rest
machines: { floor: 1 }
traffic: { distcc: { hostsFile: ${hosts}, entry: "{ip}:3632/4" } }
`,
  };
}
