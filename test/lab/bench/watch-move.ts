/** One re-task, ordered through the API and watched from outside retask until it is done. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseBeacon } from "../../../src/world/beacons/beacon-text.ts";
import { diagnose } from "../../component/support/real-farm/diagnose.ts";
import { order } from "../../component/support/real-farm/look.ts";
import type { Role } from "../../component/support/real-farm/tftp-root.ts";
import type { Lab } from "../support/lab.ts";
import type { LabMachine } from "../support/machines.ts";
import { tftpSpan } from "../support/wire.ts";
import type { Move } from "./figures.ts";
import { complete, loggedMoments } from "./moments.ts";

const LOOK_MS = 50;
const MOVE_MS = 240_000;
/** A question that is given up has cost the machine as much as one that is answered. */
const PATIENCE_MS = 30_000;

export async function watchMove(lab: Lab, machine: LabMachine, to: Role): Promise<Move> {
  const sinceMs = Date.now();
  const ending = AbortSignal.timeout(MOVE_MS);
  machine.forget();
  // Another machine's late beacon must not undo a re-task that is only measured.
  const force = { to, overrideFloor: true };
  try {
    const [off, up, logged] = await Promise.all([
      whenOff(lab, machine, ending),
      whenUp(machine, to, ending),
      whenDone(lab, machine, sinceMs, ending),
      order(lab, "PUT", `/v1/overrides/machines/${machine.name}`, force),
    ]);
    const commands = machine.powerCommands();
    const offSent = commands[0]?.atMs;
    const onSent = commands.find(({ what }) => what === "power 1")?.atMs;
    const wire = tftpSpan(join(lab.dir, machine.name, `boot-${machine.boots()}.pcap`));
    const told = { offSent, off, onSent, asked: wire?.firstMs, loaded: wire?.lastMs, up };
    return { machine: machine.name, to, moments: complete({ ...logged, ...told }) };
  } catch (error) {
    throw new Error(`${machine.name} to ${to}: ${error}\n${await diagnose(lab)}`, { cause: error });
  }
}

/** When the machine that runs now has ended. */
async function whenOff({ dir }: Lab, { name }: LabMachine, signal: AbortSignal): Promise<number> {
  const pid = Number(readFileSync(join(dir, name, "qemu.pid"), "utf8"));
  for (; isAlive(pid); await sleep(LOOK_MS, undefined, { signal }));
  return Date.now();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * When the beacon first answers in its next boot. It costs an emulated machine a third of a second to answer, so it is not
 * asked before the console says that the role is up, and then once: a few questions a second would keep it from answering.
 */
async function whenUp(machine: LabMachine, to: Role, signal: AbortSignal): Promise<number> {
  const boot = machine.boots() + 1;
  const announced = `serves as ${to}`;
  for (; machine.boots() < boot || !machine.log().includes(announced); await sleep(LOOK_MS, undefined, { signal }));
  for (; !(await answersAs(machine, to)); await sleep(LOOK_MS, undefined, { signal }));
  return Date.now();
}

async function answersAs({ ip }: LabMachine, role: Role): Promise<boolean> {
  try {
    const answer = await fetch(`http://${ip}:9421/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const heard = parseBeacon(await answer.text());
    return heard.ok && heard.value.role === role;
  } catch {
    return false;
  }
}

async function whenDone(lab: Lab, { name }: LabMachine, sinceMs: number, signal: AbortSignal) {
  for (;;) {
    const logged = loggedMoments(lab.daemon.log(), name, sinceMs);
    if (logged.done !== undefined) return logged;
    await sleep(LOOK_MS, undefined, { signal });
  }
}
