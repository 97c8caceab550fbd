/** A network of its own with one cable: a DHCP server at the one end, and at the other a network card with whichever MAC address is asked for. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRoot } from "../../../scripts/namespaces.mjs";

export const SERVER_ADDRESS = "10.77.3.1";
export const SERVER_DEVICE = "srv";
const CARD = "card";

/** What a machine's boot program is told. */
export interface Offer {
  readonly ip: string;
  readonly name: string;
  readonly nextServer: string;
  readonly filename: string;
}

export interface DhcpNetwork {
  /** The words that run a command inside. */
  readonly inside: (argv: readonly string[]) => string[];
  /** As the machine of this MAC address; null: nobody gave it an address. */
  readonly boot: (mac: string) => Offer | null;
  readonly stop: () => Promise<void>;
}

const OWN = isRoot ? ["--net"] : ["--user", "--map-root-user", "--net"];
const INTO = isRoot ? ["--net"] : ["--user", "--preserve-credentials", "--net"];
const MAKE = `ip link set lo up
ip link add ${SERVER_DEVICE} type veth peer name ${CARD}
ip address add ${SERVER_ADDRESS}/24 dev ${SERVER_DEVICE}
ip link set ${SERVER_DEVICE} up
echo made
exec cat`;

/** `dir`: for a script of its own. The network is gone with its last process. */
export async function startDhcpNetwork(dir: string): Promise<DhcpNetwork> {
  const told = join(dir, "told");
  await writeFile(told, '#!/bin/sh\n[ "$1" = bound ] || exit 0\necho "OFFER|$ip|$hostname|$siaddr|$boot_file"\n');
  await chmod(told, 0o755);
  const holder = spawn("unshare", [...OWN, "sh", "-ec", MAKE], { stdio: ["pipe", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  const inside = (argv: readonly string[]): string[] => ["nsenter", "-t", String(holder.pid), ...INTO, "--", ...argv];
  const boot = (mac: string): Offer | null => {
    const change = `ip link set ${CARD} down && ip link set ${CARD} address ${mac} && ip link set ${CARD} up`;
    const ask = `busybox udhcpc -i ${CARD} -f -q -n -t 2 -T 1 -O hostname -s ${told}`;
    const [program = "", ...args] = inside(["sh", "-c", `${change} && ${ask}`]);
    const { stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 20_000 });
    const [, ip = "", name = "", nextServer = "", filename = ""] =
      /^OFFER\|(.*)\|(.*)\|(.*)\|(.*)$/m.exec(stdout) ?? [];
    return ip === "" ? null : { ip, name, nextServer, filename };
  };
  return { inside, boot, stop: () => ended(holder) };
}

async function ended(holder: ChildProcess): Promise<void> {
  const exit = once(holder, "exit");
  holder.stdin?.end();
  await exit;
}
