/**
 * A BMC for tests: one real `ipmi_sim` (Debian: openipmi) on a loopback address, for the real `ipmitool`.
 *
 *   const bmc = await startIpmiSim({ dir, name: "m01", password: "secret" });        // 127.0.0.1 and a free UDP port
 *   const bmc = await startIpmiSim({ dir, name: "m01", password: "secret", address: "127.42.0.10",
 *                                    machineCommand: [process.execPath, "stub-machine.js", "m01"] });
 *   … { bmc: { address: bmc.address, port: bmc.port } } in fleet.yaml; IPMI user `retask` …
 *   bmc.commands()                      what the BMC was told, with times: also retransmitted duplicates
 *   bmc.setFault("set", "sleep 5")      sourced by the hook before each `set` (power command) or `get` (reading); null ends it
 *   await bmc.power()                   as the BMC would say, without a trace in commands()
 *   await bmc.setPower("on")            the front panel's button, without a trace either
 *   bmc.pause(); bmc.resume()           SIGSTOP and SIGCONT: a BMC that hangs
 *   await bmc.stop()                    ends the BMC and its machine
 *
 * Without `machineCommand` power is only a file, off at first. With it, power-on runs the command detached (a new session,
 * no inherited descriptors, output in DIR/machine.log, the BMC's environment), power-off kills its session, a soft off
 * sends SIGTERM to its leader; the chassis is off when it has exited. Give each BMC a `dir` of its own, in a temporary
 * directory and without spaces.
 *
 * What to know of ipmi_sim: cipher suite 3 works and 17 is refused; suite 0 is accepted, without a password; soft off while off is refused; it is single-threaded,
 * so that a slow hook delays everything, and ipmitool's retransmissions queue up and are executed afterwards.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export interface IpmiSimOptions {
  readonly dir: string;
  readonly name: string;
  readonly password: string;
  readonly user?: string;
  readonly address?: string;
  /** A free UDP port of that address when absent. */
  readonly port?: number;
  /** 32 hexadecimal digits; made from the name when absent. */
  readonly guid?: string;
  /** Also lets in a user without a name and password. Suite 0 is accepted always: see `guarded-bmc.ts`. */
  readonly anonymous?: boolean;
  /** argv of the machine that power-on starts. */
  readonly machineCommand?: readonly string[];
}

export interface BmcCommand {
  readonly atMs: number;
  readonly op: "get" | "set";
  /** `power`, `power 0`, `power 1`, `shutdown 1`, … */
  readonly what: string;
}

export interface IpmiSim {
  readonly address: string;
  readonly port: number;
  readonly guid: string;
  readonly pid: number;
  commands(): BmcCommand[];
  setFault(kind: "get" | "set", script: string | null): void;
  power(): Promise<"on" | "off">;
  setPower(power: "on" | "off"): Promise<void>;
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const HOOK = fileURLToPath(new URL("./bmc-hook.sh", import.meta.url));
const EMULATION = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable 0x20 1000 0x0a
mc_enable 0x20
`;
const START_MS = 10_000;
const STOP_MS = 3_000;

export async function startIpmiSim(options: IpmiSimOptions): Promise<IpmiSim> {
  const { dir, name, address = "127.0.0.1" } = options;
  const port = options.port ?? (await freeUdpPort(address));
  const guid = options.guid ?? Buffer.from(name.padEnd(16, ".").slice(0, 16)).toString("hex");
  writeFiles(options, address, port, guid);
  const bmc = spawnBmc(dir);
  await listening(bmc, address, port, join(dir, "sim.out"));

  const hook = async (...args: string[]): Promise<string> => {
    const run = await promisify(execFile)(HOOK, [dir, ...args], { env: { ...process.env, UNLOGGED: "1" } });
    return run.stdout;
  };
  const fault = (kind: "get" | "set"): string => join(dir, `fault.${kind}`);
  return {
    address,
    port,
    guid,
    pid: bmc.pid ?? 0,
    commands: () => parseLog(join(dir, "bmc.log")),
    setFault: (kind, script) =>
      script === null ? rmSync(fault(kind), { force: true }) : writeFileSync(fault(kind), script),
    power: async () => ((await hook("get", "power")).includes("power:1") ? "on" : "off"),
    setPower: async (power) => void (await hook("set", "power", power === "on" ? "1" : "0")),
    pause: () => void bmc.kill("SIGSTOP"),
    resume: () => void bmc.kill("SIGCONT"),
    stop: async () => {
      await end(bmc);
      await hook("set", "power", "0");
    },
  };
}

function writeFiles(options: IpmiSimOptions, address: string, port: number, guid: string): void {
  const { dir, name, user = "retask", password, machineCommand, anonymous = false } = options;
  // Users persisted by an earlier run would override lan.conf.
  rmSync(join(dir, "state"), { recursive: true, force: true });
  mkdirSync(join(dir, "state"), { recursive: true });
  writeFileSync(join(dir, "sim.emu"), EMULATION);
  writeFileSync(
    join(dir, "lan.conf"),
    `name "${name}"
set_working_mc 0x20
  startlan 1
    addr ${address} ${port}
    priv_limit admin
    allowed_auths_admin md5
    allowed_auths_user ${anonymous ? "none md5" : "md5"}
    guid ${guid}
  endlan
  chassis_control "${HOOK} ${dir}"
  ${anonymous ? 'user 1 true "" "" user 10 none md5' : ""}
  user 2 true "${user}" "${password}" admin 10 md5
`,
  );
  if (machineCommand === undefined) return;
  const quoted = machineCommand.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  writeFileSync(join(dir, "machine.cmd"), `exec ${quoted}\n`);
}

function spawnBmc(dir: string): ChildProcess {
  const output = openSync(join(dir, "sim.out"), "w");
  const args = ["-n", "-c", join(dir, "lan.conf"), "-f", join(dir, "sim.emu"), "-s", join(dir, "state")];
  const bmc = spawn("ipmi_sim", args, { stdio: ["ignore", output, output] });
  closeSync(output);
  return bmc;
}

async function listening(bmc: ChildProcess, address: string, port: number, outputFile: string): Promise<void> {
  let startError: Error | undefined;
  bmc.once("error", (error) => {
    startError = error;
  });
  // /proc/net/udp writes addresses as little-endian hexadecimal.
  const bytes = address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  const bound = `${bytes.reverse().join("")}:${port.toString(16).padStart(4, "0")}`.toUpperCase();
  for (const endMs = Date.now() + START_MS; Date.now() < endMs; await sleep(20)) {
    if (startError !== undefined)
      throw new Error("ipmi_sim could not be started; is openipmi installed?", { cause: startError });
    if (bmc.exitCode !== null) throw new Error(`ipmi_sim ended: ${readFileSync(outputFile, "utf8")}`);
    if (readFileSync("/proc/net/udp", "utf8").includes(` ${bound} `)) return;
  }
  await end(bmc);
  throw new Error(`ipmi_sim does not listen on ${address}:${port}`);
}

async function end(bmc: ChildProcess): Promise<void> {
  if (bmc.pid === undefined || bmc.exitCode !== null || bmc.signalCode !== null) return;
  const exited = once(bmc, "exit");
  bmc.kill("SIGCONT");
  bmc.kill("SIGTERM");
  const harder = setTimeout(() => bmc.kill("SIGKILL"), STOP_MS);
  await exited;
  clearTimeout(harder);
}

function parseLog(file: string): BmcCommand[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => {
    const [at = "", op = "", ...what] = line.split(" ");
    return { atMs: Number(at) * 1_000, op: op as "get" | "set", what: what.join(" ") };
  });
}

/** Free at this moment, on this address. */
export async function freeUdpPort(address = "127.0.0.1"): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}
