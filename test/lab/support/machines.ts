/** The lab's machines: each a real BMC simulator whose power button starts and ends a QEMU machine that boots by PXE. */
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BeaconReport } from "../../../src/core/domain/observation.ts";
import { parseBeacon } from "../../../src/world/beacons/beacon-text.ts";
import { startIpmiSim } from "../../component/support/ipmi-sim.ts";
import { BMC_PASSWORD, type FarmMachine } from "../../component/support/real-farm/machines.ts";
import { bmcAddress, GATEWAY, NAMESERVER, SUBNET } from "./addresses.ts";
import { tapOf } from "./bridge.ts";
import { writeBootDisk } from "./disk.ts";
import { GRUB_PROGRAM } from "./grub.ts";
import type { MachinePlace } from "./places.ts";
import { SHELL_PORT } from "./shell.ts";
import { type TftpRequest, tftpRequests } from "./wire.ts";

export interface LabMachine extends FarmMachine {
  readonly loader: MachinePlace["loader"];
  /** How often it was switched on. */
  readonly boots: () => number;
  /** What it asked for over TFTP since it was last switched on. */
  readonly requests: () => TftpRequest[];
  /** SIGSTOP and SIGCONT for the machine itself: it hangs, and its BMC still says on. */
  readonly hang: () => void;
  readonly unhang: () => void;
}

const QEMU_MACHINE = fileURLToPath(new URL("./qemu-machine.sh", import.meta.url));
/** Web, beacon, distccd and its statistics, and a shell. */
const PORTS = [8080, 9421, 3632, 3633, SHELL_PORT];
/** compile.img unpacks to 60 MB, and compilers run in what is left. */
const MEMORY = "320M";
const BMC_PORT = 623;

/** Off at first. `lab`: an existing directory, in which it makes its own. */
export async function startLabMachine(place: MachinePlace, lab: string, tftp: string): Promise<LabMachine> {
  const { index, name, ip, mac, loader } = place;
  const dir = join(lab, name);
  await mkdir(dir);
  const uuid = `4c414200-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
  await writeFile(
    join(dir, "machine.env"),
    `NAME=${name} IP=${ip} MAC=${mac} UUID=${uuid} MEMORY=${MEMORY} TFTP=${tftp}
NETWORK=${SUBNET} GATEWAY=${GATEWAY} NAMESERVER=${NAMESERVER}
PORTS="${PORTS.join(" ")}" TAP=${place.network === "bridge" ? tapOf(index) : ""}
${loader === "grub" ? `FIRMWARE=uefi BOOTFILE=${GRUB_PROGRAM}` : "FIRMWARE=bios BOOTFILE=pxelinux.0"}
`,
  );
  if (place.isNew) await writeBootDisk(join(dir, "disk.img"));
  const machineCommand = ["sh", QEMU_MACHINE, dir];
  const bmc = await startIpmiSim({
    dir,
    name,
    password: BMC_PASSWORD,
    machineCommand,
    address: bmcAddress(index),
    port: BMC_PORT,
  });
  const signal = (what: NodeJS.Signals): void => void process.kill(Number(readOrEmpty(join(dir, "qemu.pid"))), what);
  const boots = (): number => Number(readOrEmpty(join(dir, "boots")));
  let forgotten = 0;
  return {
    name,
    ip,
    mac,
    loader,
    bmc,
    boots,
    beacon: () => askBeacon(ip),
    powerCommands: () => bmc.commands().filter(({ op, atMs }) => op === "set" && atMs > forgotten),
    forget: () => {
      forgotten = Date.now();
    },
    log: () => readOrEmpty(join(dir, `boot-${boots()}.log`)) + readOrEmpty(join(dir, "machine.log")),
    requests: () => tftpRequests(join(dir, `boot-${boots()}.pcap`)),
    hang: () => signal("SIGSTOP"),
    unhang: () => signal("SIGCONT"),
    stop: () => bmc.stop(),
  };
}

async function askBeacon(ip: string): Promise<BeaconReport | null> {
  try {
    const answer = await fetch(`http://${ip}:9421/metrics`, { signal: AbortSignal.timeout(3_000) });
    const heard = parseBeacon(await answer.text());
    return heard.ok ? heard.value : null;
  } catch {
    return null;
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
