/** The machines of a farm: each a real BMC simulator whose power hook starts a stub machine process. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BeaconReport } from "../../../../src/core/domain/observation.ts";
import { parseBeacon } from "../../../../src/world/beacons/beacon-text.ts";
import { type BmcCommand, type IpmiSim, startIpmiSim } from "../ipmi-sim.ts";
import { hexAddress, type Subnet } from "./addresses.ts";
import type { Role } from "./tftp-root.ts";

export const BMC_PASSWORD = "s3cret-Word";
const STUB = fileURLToPath(new URL("./machine.mjs", import.meta.url));

export interface FarmMachine {
  readonly name: string;
  readonly ip: string;
  readonly mac: string;
  readonly bmc: IpmiSim;
  /** What it says of itself, asked directly; null while it is silent. */
  readonly beacon: () => Promise<BeaconReport | null>;
  /** The power commands that its BMC was told since the last `forget`: `shutdown 1` (soft off), `power 0`, `power 1`. */
  readonly powerCommands: () => BmcCommand[];
  /** Earlier commands no longer count. */
  readonly forget: () => void;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export interface MachineOptions {
  readonly name: string;
  readonly index: number;
  readonly subnet: Subnet;
  /** An existing directory. */
  readonly dir: string;
  /** `address:port` of the TFTP server that its firmware asks. */
  readonly tftp: string;
  /** From power-on to the first TFTP request. */
  readonly bootMs: number;
}

/** The machine is off at first. */
export async function startMachine(options: MachineOptions): Promise<FarmMachine> {
  const { name, index, subnet, tftp, bootMs } = options;
  const dir = join(options.dir, name);
  await mkdir(dir);
  const ip = subnet.machine(index);
  const mac = `52:54:00:4d:00:${index.toString(16).padStart(2, "0")}`;
  const settings = join(dir, "machine.json");
  const about = { name, ip, mac, hexIp: hexAddress(ip), tftp, bootMs, requestMs: [100, 200] };
  await writeFile(settings, JSON.stringify(about));
  const bmc = await startIpmiSim({
    dir,
    name,
    password: BMC_PASSWORD,
    address: subnet.bmc(index),
    machineCommand: [process.execPath, STUB, settings],
  });
  const endAtExit = (): void => cutPower(dir);
  process.on("exit", endAtExit);
  let forgotten = 0;
  return {
    name,
    ip,
    mac,
    bmc,
    beacon: () => askBeacon(ip),
    powerCommands: () => bmc.commands().filter(({ op, atMs }) => op === "set" && atMs > forgotten),
    forget: () => {
      forgotten = Date.now();
    },
    log: () => readLog(join(dir, "machine.log")),
    stop: async () => {
      await bmc.stop();
      process.off("exit", endAtExit);
    },
  };
}

/** Whether it runs its role's image and nothing else, by its own word. */
export async function runs(machine: FarmMachine, role: Role): Promise<boolean> {
  return (await machine.beacon())?.role === role;
}

async function askBeacon(ip: string): Promise<BeaconReport | null> {
  try {
    const answer = await fetch(`http://${ip}:9421/metrics`, { signal: AbortSignal.timeout(2_000) });
    const heard = parseBeacon(await answer.text());
    return heard.ok ? heard.value : null;
  } catch {
    return null;
  }
}

/** The last resort of a test run that ends early: by session, for distccd leads a process group of its own. */
function cutPower(dir: string): void {
  const pid = readLog(join(dir, "machine.pid")).trim();
  if (/^\d+$/.test(pid)) spawnSync("pkill", ["-9", "-s", pid]);
}

function readLog(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
