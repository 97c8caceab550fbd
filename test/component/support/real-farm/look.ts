/** What tests ask of a farm, again and again: what HAProxy, the API and the BMCs say. */
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../ports.ts";
import type { Farm } from "./farm.ts";
import type { FarmMachine } from "./machines.ts";

const LOOK_MS = 250;

/** As `waitFor`, a few times a second: enough for machines, and cheap for a busy computer. */
export function eventually<T>(what: string, deadlineMs: number, ask: () => Promise<T>) {
  return waitFor(
    async () => {
      const answer = await ask();
      if (answer === false || answer === null || answer === undefined) await sleep(LOOK_MS);
      return answer;
    },
    deadlineMs,
    what,
  );
}

export interface LiveOperation {
  readonly id: string;
  readonly machine: string;
  readonly from: string;
  readonly to: string;
  readonly phase: string;
  readonly why: string | null;
  readonly waitsFor: string | null;
}

export interface EndedOperation extends LiveOperation {
  readonly outcome: "done" | "undone" | "quarantined";
  readonly seconds: number;
}

export interface Status {
  readonly health: string;
  readonly reasons: readonly string[];
  readonly mode: string;
  readonly roles: readonly RoleStatus[];
  readonly operations: readonly LiveOperation[];
  readonly quarantined: readonly { readonly machine: string; readonly why: string }[];
  readonly unmanageable: readonly { readonly machine: string; readonly why: string }[];
  readonly machines: Readonly<Record<string, number>>;
  readonly notDone: readonly { readonly subject: string; readonly what: string; readonly why: string }[];
  readonly configuration: {
    readonly inForceDigest: string;
    readonly problems: readonly { readonly path: string; readonly message: string }[];
    readonly pending: { readonly digest: string; readonly reasons: readonly string[] } | null;
    readonly source: string;
  };
}

export interface RoleStatus {
  readonly role: string;
  readonly state: string;
  readonly desired: number;
  readonly floor: number;
  readonly demandText: string;
  readonly reasons: readonly string[];
  readonly counts: { readonly forFloor: number; readonly capacity: number };
}

export const status = (farm: Farm): Promise<Status> => farm.daemon.get<Status>("/v1/status");

export async function role(farm: Farm, name: string): Promise<RoleStatus> {
  const found = (await status(farm)).roles.find(({ role }) => role === name);
  if (found === undefined) throw new Error(`no role ${name}`);
  return found;
}

/** The operation under way; null while there is none. */
export async function live(farm: Farm): Promise<LiveOperation | null> {
  return (await status(farm)).operations[0] ?? null;
}

/** Operations that have ended, newest first. One that failed ends the test: nobody waits for what can't come. */
export async function finished(farm: Farm): Promise<EndedOperation[]> {
  interface Ended extends Omit<EndedOperation, "seconds"> {
    readonly startedMs: number;
    readonly endedMs: number;
  }
  const { finished: all } = await farm.daemon.get<{ finished: Ended[] }>("/v1/operations");
  return all.map((one) => ({ ...one, seconds: (one.endedMs - one.startedMs) / 1_000 }));
}

/** Found up, and given requests, by every HAProxy. */
export async function isUp(farm: Farm, machine: string): Promise<boolean> {
  const states = await Promise.all(farm.proxies.map(({ now }) => now().status(machine)));
  return states.every((state) => state === "UP");
}

/** A metric's value; null while it is absent. */
export async function metric(farm: Farm, name: string): Promise<number | null> {
  const text = await farm.daemon.get<string>("/metrics");
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
  return value === undefined ? null : Number(value);
}

/** Watches from outside that every HAProxy always has so many servers up; the answer lists the moments when one had not. */
export function watchFloor(farm: Farm, floor: number): { readonly stop: () => Promise<string[]> } {
  const breaches: string[] = [];
  let running = true;
  const watching = (async () => {
    while (running) {
      for (const { now } of farm.proxies) {
        const states = await Promise.all(farm.machines.map(({ name }) => now().status(name)));
        // "UP 1/2" still gets requests.
        const up = states.filter((state) => state.startsWith("UP")).length;
        if (up < floor) breaches.push(`${new Date().toISOString()} ${states.join(" ")}`);
      }
      await sleep(LOOK_MS);
    }
  })();
  return {
    stop: async () => {
      running = false;
      await watching;
      return breaches;
    },
  };
}

/** What ipmitool was told to do to this machine's BMC, in order: `mc guid`, `chassis power soft`, … */
export function ipmitoolCalls({ ipmitool }: Farm, { bmc }: FarmMachine): string[] {
  return ipmitool
    .calls()
    .filter((argv) => argv.includes(` -H ${bmc.address} `))
    .map((argv) => argv.slice(argv.lastIndexOf(" -E ") + " -E ".length));
}

/** The same, since the daemon was told to move the machine, without readings. */
export const commandsIn = (calls: readonly string[]): string[] =>
  calls.filter((call) => !call.endsWith("power status"));

export interface JournaledIntent {
  readonly id: number;
  readonly effect: string;
  readonly attempt: number;
  readonly result: { readonly ok: boolean; readonly code: string | null } | null;
}

/** An operation's journal, oldest first. */
export async function journal(farm: Farm, operation: string): Promise<JournaledIntent[]> {
  return (await farm.daemon.get<{ intents: JournaledIntent[] }>(`/v1/operations/${operation}`)).intents;
}

/** An operator's word over the API. */
export async function order(farm: Farm, method: "PUT" | "POST" | "DELETE", path: string, more: object = {}) {
  const expiry = method === "DELETE" ? {} : { for: "1h" };
  const answer = await farm.daemon.write(method, path, { author: "ada", reason: "a test", ...expiry, ...more });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer.body;
}
