/** The moments of one re-task, and the phases between them. Each moment is told by whoever knows best; wall-clock ms. */

export interface Moments {
  /** retask's log: the operation began. */
  readonly begun: number;
  /** retask's log: the preflight has passed. */
  readonly checked: number;
  /** retask's log: traffic is off and the old work has ended. */
  readonly drained: number;
  /** retask's log: the boot link was seen to point at the new image. */
  readonly linked: number;
  /** The BMC's log: it was told to switch off. */
  readonly offSent: number;
  /** The machine's process has ended. */
  readonly off: number;
  /** The BMC's log: it was told to switch on. */
  readonly onSent: number;
  /** The wire: the firmware has its address, and asks for its first file. */
  readonly asked: number;
  /** The wire: the last piece of kernel and images has come. */
  readonly loaded: number;
  /** The beacon, asked by the bench itself, answers in the new role. */
  readonly up: number;
  /** retask's log: the operation has left `verifying`. */
  readonly verified: number;
  /** retask's log: the operation is done. */
  readonly done: number;
}

export interface Phase {
  readonly name: string;
  readonly from: keyof Moments;
  readonly to: keyof Moments;
}

/** In their order; each begins where the one before it ends. */
export const PHASES: readonly Phase[] = [
  { name: "preflight", from: "begun", to: "checked" },
  { name: "drain", from: "checked", to: "drained" },
  { name: "link", from: "drained", to: "linked" },
  { name: "off sent", from: "linked", to: "offSent" },
  { name: "off", from: "offSent", to: "off" },
  { name: "settle", from: "off", to: "onSent" },
  { name: "ROM", from: "onSent", to: "asked" },
  { name: "kernel", from: "asked", to: "loaded" },
  { name: "role up", from: "loaded", to: "up" },
  { name: "verified", from: "up", to: "verified" },
  { name: "warm", from: "verified", to: "done" },
];

export const WHOLE: Phase = { name: "whole", from: "begun", to: "done" };

/** bmc.interval of the lab's site: the BMC's rest between the GUID that is read before an off, and the off. */
const BMC_INTERVAL_MS = 100;

/** What is retask's own work, and how long it may take at the median; `restMs` of it is not retask's. */
export const OWN: readonly (Phase & { readonly restMs: number; readonly mostMs: number })[] = [
  {
    name: "drained to power-off sent, without the BMC's interval",
    from: "drained",
    to: "offSent",
    restMs: BMC_INTERVAL_MS,
    mostMs: 300,
  },
  { name: "beacon answers to verified", from: "up", to: "verified", restMs: 0, mostMs: 1_500 },
];

/** retask may have heard the very first answer, and the bench the next one: that took no time. */
export const took = (moments: Moments, { from, to }: Phase): number => Math.max(0, moments[to] - moments[from]);

/** What was told by any of them. A moment that nobody told would make nonsense of two phases. */
export type ToldMoments = { readonly [Moment in keyof Moments]?: number | undefined };

export function complete(told: ToldMoments): Moments {
  const missing = [...PHASES.map(({ from }) => from), WHOLE.to].filter((moment) => told[moment] === undefined);
  if (missing.length > 0) throw new Error(`nobody told when it was ${missing.join(", ")}`);
  return told as Moments;
}

const STEPS: Readonly<Record<string, keyof Moments>> = {
  begin: "begun",
  "operation: preflight to draining": "checked",
  "operation: draining to relinking": "drained",
  "operation: relinking to poweringOff": "linked",
  "operation: verifying to warming": "verified",
  "operation: warming to done": "done",
};
const ENDED_OTHERWISE = /^operation: \w+ to (undone|quarantined)$/;

/** What retask's log (JSON lines) says of a machine's re-task since then. Throws when it did not end as it should. */
export function loggedMoments(log: string, machine: string, sinceMs: number): ToldMoments {
  const moments: { -readonly [Moment in keyof Moments]?: number } = {};
  for (const line of log.split("\n")) {
    if (!line.startsWith("{")) continue;
    const { time, msg, ...about } = JSON.parse(line) as { time: number; msg?: string; machine?: string; why?: string };
    if (about.machine !== machine || time < sinceMs || msg === undefined) continue;
    if (ENDED_OTHERWISE.test(msg)) throw new Error(`${machine}: ${msg}: ${about.why}`);
    const moment = STEPS[msg];
    if (moment !== undefined) moments[moment] = time;
  }
  return moments;
}
