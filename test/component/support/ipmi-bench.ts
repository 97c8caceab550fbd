/** What the tests of ipmitool share: one BMC simulator, a site's password file, and stand-ins for ipmitool itself. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import type { Machine } from "../../../src/core/domain/fleet.ts";
import { machineName } from "../../../src/core/domain/names.ts";
import type { Enrolment } from "../../../src/world/ports.ts";
import {
  type IpmitoolPower,
  type IpmitoolPowerOptions,
  ipmitoolPower,
} from "../../../src/world/power/ipmitool-power.ts";
import { type BmcCommand, type IpmiSim, startIpmiSim } from "./ipmi-sim.ts";

export const PASSWORD = "s3cret-Word";
export const never = new AbortController().signal;

export const machineAt = (address: string, port: number): Machine => ({
  name: machineName("m01"),
  ip: "127.0.0.2",
  mac: "00:11:22:33:44:55",
  bmc: { address, port },
  domains: {},
  roles: [],
  capacity: 1,
  loader: "pxelinux",
  image: {},
  status: "active",
});

export interface IpmiBench {
  /** Temporary; removed by `end`. */
  readonly dir: string;
  readonly passwordFile: string;
  readonly bmc: IpmiSim;
  readonly machine: Machine;
  readonly enrolment: Enrolment;
  power(options?: Partial<IpmitoolPowerOptions>): IpmitoolPower;
  /** Power commands that the BMC executed, retransmitted ones too. */
  sets(): BmcCommand[];
  /** All that was logged, as JSON lines. */
  log(): string;
  /** An executable of the test's own, in ipmitool's place. */
  fakeIpmitool(name: string, script: string): string;
  /** The real one, with every call's argv kept, one a line. */
  recordingIpmitool(name: string): { readonly command: string; calls(): string[] };
  /** Between tests: no fault, off, the right password. */
  reset(): Promise<void>;
  end(): Promise<void>;
}

export async function startIpmiBench(address: string): Promise<IpmiBench> {
  const dir = mkdtempSync(join(tmpdir(), "retask-ipmi-"));
  const passwordFile = join(dir, "password");
  writeFileSync(passwordFile, PASSWORD);
  mkdirSync(join(dir, "bmc"));
  const bmc = await startIpmiSim({ dir: join(dir, "bmc"), name: "m01", password: PASSWORD, address });
  let logged = "";
  const write = (line: string): void => {
    logged += line;
  };
  const logger = pino({ level: "debug" }, { write });
  const clock = { monotonicMs: () => performance.now() };
  const fakeIpmitool = (name: string, script: string): string => {
    const file = join(dir, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  return {
    dir,
    passwordFile,
    bmc,
    machine: machineAt(bmc.address, bmc.port),
    enrolment: { guid: bmc.guid, cipherSuite: 3 },
    power: (options) => ipmitoolPower({ user: "retask", passwordFile, intervalMs: 0, logger, clock, ...options }),
    sets: () => bmc.commands().filter(({ op }) => op === "set"),
    log: () => logged,
    fakeIpmitool,
    recordingIpmitool: (name) => {
      const calls = join(dir, `${name}.calls`);
      writeFileSync(calls, "");
      const command = fakeIpmitool(name, `echo "$*" >> ${calls}\nexec ipmitool "$@"`);
      return { command, calls: () => readFileSync(calls, "utf8").split("\n").slice(0, -1) };
    },
    reset: async () => {
      bmc.setFault("get", null);
      bmc.setFault("set", null);
      bmc.resume();
      await bmc.setPower("off");
      writeFileSync(passwordFile, PASSWORD);
    },
    end: async () => {
      await bmc.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

/** Whether it runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

export async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (const endMs = Date.now() + 10_000; Date.now() < endMs; await sleep(20)) if (holds()) return;
  throw new Error(`never came: ${what}`);
}
