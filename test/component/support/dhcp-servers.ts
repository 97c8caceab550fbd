/** dnsmasq, ISC dhcpd and Kea as Debian packs them, each set up to include retask's file, in a network of the test's own. */
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DhcpServer, type DhcpSettings, dhcpSchema } from "../../../src/core/domain/dhcp-settings.ts";
import { dhcpFile } from "../../../src/world/dhcp/dhcp-file.ts";
import { type DhcpNetwork, SERVER_ADDRESS, SERVER_DEVICE } from "./dhcp-network.ts";
import { type OwnedProcess, spawnOwned, waitFor } from "./ports.ts";

export interface RunningServer {
  readonly settings: DhcpSettings;
  /** The server's own configuration. */
  readonly config: string;
  readonly stop: () => Promise<void>;
}

interface Plan {
  /** The keys of `dhcp`, besides server and file. */
  readonly keys: (dir: string) => object;
  readonly config: (dir: string, include: string) => string;
  readonly argv: (config: string, dir: string) => readonly string[];
  /** How the operator's own command makes it read the file; for Kea, which is told over its socket, nothing. */
  readonly reload: string;
  /** What it says once it listens. */
  readonly ready: RegExp;
}

const ENTRIES = { nextServer: "10.77.3.9", filename: { pxelinux: "linux-install/pxelinux.0", grub: "grub/core.efi" } };

const PLANS: Readonly<Record<DhcpServer, Plan>> = {
  // It says itself what its entries can't.
  dnsmasq: {
    keys: () => ({}),
    config: (dir, include) => `port=0
interface=${SERVER_DEVICE}
bind-interfaces
user=root
dhcp-authoritative
dhcp-range=10.77.3.0,static
dhcp-leasefile=${join(dir, "leases")}
dhcp-hostsfile=${include}
dhcp-boot=${ENTRIES.filename.pxelinux},,${ENTRIES.nextServer}
`,
    argv: (config) => ["dnsmasq", "--no-daemon", `--conf-file=${config}`],
    reload: 'kill -HUP "$(cat pid)"',
    ready: /sockets bound/,
  },
  isc: {
    keys: (dir) => ({ ...ENTRIES, config: join(dir, "server.conf") }),
    config: (_, include) => `# include "${include}"; would not count here
subnet 10.77.3.0 netmask 255.255.255.0 {
  deny unknown-clients;
  next-server ${SERVER_ADDRESS};
  filename "other.0";
  group { include "${include}"; }
}
`,
    argv: (config, dir) =>
      `dhcpd -4 -f -d --no-pid -cf ${config} -lf ${join(dir, "leases")} ${SERVER_DEVICE}`.split(" "),
    // It is restarted: whoever waits for its end starts it again.
    reload: 'kill "$(cat pid)"; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.3; [ -e up ] && exit 0; done; exit 1',
    ready: /Sending on +LPF/,
  },
  kea: {
    keys: (dir) => ({ ...ENTRIES, config: join(dir, "server.conf"), socket: join(dir, "control") }),
    config: (
      dir,
      include,
    ) => `// The reservations are global, so that one file serves every subnet. The trial runs outside the network: no device is named.
{ "Dhcp4": {
  "interfaces-config": { "interfaces": ["*"] },
  "control-socket": { "socket-type": "unix", "socket-name": "${join(dir, "control")}" },
  "lease-database": { "type": "memfile", "name": "${join(dir, "kea-leases.csv")}" },
  "hooks-libraries": [{ "library": "${hooks()}/libdhcp_lease_cmds.so" }],
  "next-server": "${SERVER_ADDRESS}", "boot-file-name": "other.0",
  "reservations-global": true, "reservations-in-subnet": false,
  "subnet4": [{ "subnet": "10.77.3.0/24" }],
  "reservations": <?include "${include}"?>
} }
`,
    argv: (config) => ["env", "KEA_LOCKFILE_DIR=none", "KEA_PIDFILE_DIR=/tmp", "kea-dhcp4", "-c", config],
    reload: "",
    ready: /DHCP4_STARTED/,
  },
};

/** Debian keeps them by the computer's kind, which its own packager knows. */
const hooks = (): string =>
  spawnSync("dpkg", ["-L", "kea-common"], { encoding: "utf8" }).stdout.match(/^.*\/kea\/hooks$/m)?.[0] ?? "";

/** `dhcp` as retask.yaml would say it, for a server that keeps everything in `dir`. */
export function dhcpSettingsIn(dir: string, server: DhcpServer): DhcpSettings {
  const { keys, reload } = PLANS[server];
  const command = reload === "" ? {} : { reload: ["/bin/sh", "-c", `cd '${dir}' && rm -f up && ${reload}`] };
  return dhcpSchema.parse({ server, file: join(dir, "retask.include"), ...command, ...keys(dir) });
}

export async function writeServerConfig(dir: string, settings: DhcpSettings): Promise<string> {
  const config = join(dir, "server.conf");
  await writeFile(config, PLANS[settings.server].config(dir, settings.file));
  return config;
}

/** Runs with no machine's entry yet, and is started again whenever it ends by itself. */
export async function startDhcpServer(
  { inside }: DhcpNetwork,
  dir: string,
  server: DhcpServer,
): Promise<RunningServer> {
  const settings = dhcpSettingsIn(dir, server);
  const config = await writeServerConfig(dir, settings);
  await writeFile(settings.file, dhcpFile([], settings));
  await writeFile(join(dir, "leases"), "");
  const { argv, ready } = PLANS[server];
  let running: OwnedProcess | null = null;
  let stopped = false;
  const start = async (): Promise<void> => {
    const [program = "", ...args] = inside(argv(config, dir));
    const process = await spawnOwned(program, args);
    running = process;
    await waitFor(() => ready.test(process.output()), 20_000, `${server}: ${process.output()}`);
    await writeFile(join(dir, "pid"), String(process.pid));
    await writeFile(join(dir, "up"), "");
    void process.exited.then(() => (stopped ? undefined : start()));
  };
  await start();
  return {
    settings,
    config,
    stop: async () => {
      stopped = true;
      await running?.stop();
    },
  };
}
