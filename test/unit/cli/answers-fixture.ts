/** Answers as the daemon gives them, small enough to read and with everything in them that a status may show. */
import type { MachineWithHistory, PoolStatus } from "../../../src/cli/answers.ts";
import { PLAIN } from "../../../src/cli/text/look.ts";

export const AT_MS = Date.UTC(2026, 10, 23, 13, 0, 0);
export const LOOK = { ...PLAIN, timeZone: "Europe/Berlin" };
export const COLOURS = { ...LOOK, colour: true };
const MINUTE_MS = 60_000;

/** What somebody could write into a beacon, a BMC's banner or a reason: a red, faked second line, read backwards. */
export const MISCHIEF = "\u001b[31mhealthy\u001b[0m\r\nm99 \u202efine\u0007";

/** Branded names and charts are plain JSON once they have come over the wire. */
const answered = <T>(json: unknown): T => json as T;

export const role = (name: string, more: object = {}): PoolStatus["roles"][number] =>
  answered({
    role: name,
    demand: { kind: "known", value: 531 },
    demandText: "531",
    wanted: { count: 12, hungry: false, reason: "demand 531, +15 % headroom, 55 a machine: wants 12" },
    permitted: { min: 4, max: 14, reasons: ["held up for 60 s"] },
    desired: 11,
    state: "pressed",
    floor: 4,
    counts: { forFloor: 10, capacity: 11, capacityUnits: 11.5, arriving: 1, leaving: 0 },
    reasons: ["demand 531 wants 12", "held up for 60 s: 11"],
    ...more,
  });

export const compile = role("compile", {
  demandText: "unknown (it takes the rest, so nothing is measured)",
  wanted: { count: null, hungry: true, reason: "it takes the rest" },
  desired: 13,
  state: "steady",
  floor: 2,
  counts: { forFloor: 12, capacity: 12, capacityUnits: 12, arriving: 0, leaving: 1 },
});

const healthy = {
  health: "healthy",
  reasons: [],
  mode: "auto",
  modes: { authority: "auto", pause: "running", breaker: "closed", stop: "going" },
  dryRun: false,
  adopted: true,
  atMs: AT_MS,
  tickMs: 85,
  roles: [compile, role("web")],
  spareDesired: 0,
  machines: { serving: 22, late: 1, switching: 1 },
  operations: [],
  quarantined: [],
  unmanageable: [],
  drift: [],
  rollouts: [],
  overrides: [],
  configuration: null,
  planId: "1f2e3d4c5b6a7988",
  notDone: [],
};

export const status = (more: object = {}): PoolStatus => answered({ ...healthy, ...more });

export const override = (act: object, more: object = {}): PoolStatus["overrides"][number] =>
  answered({
    id: "pause-pool-1",
    act,
    author: "alice",
    reason: "switch maintenance",
    createdMs: AT_MS - MINUTE_MS,
    expiresMs: AT_MS + 119 * MINUTE_MS,
    overrideFloor: false,
    ...more,
  });

export const operation = (more: object = {}): PoolStatus["operations"][number] =>
  answered({
    id: "m07-mib1",
    machine: "m07",
    from: "compile",
    to: "web",
    fromImage: "compile.2026-11",
    toImage: "web.2026-11",
    reason: "web is short of 1",
    plan: "1f2e3d4c5b6a7988",
    startedMs: AT_MS - 5 * MINUTE_MS,
    phase: "draining",
    phaseMs: 95_000,
    why: "",
    waitsFor: "3 sessions to end",
    effects: {
      trafficOff: { effect: "trafficOff", state: "succeeded", attempts: 1, ageMs: 9, code: null, detail: null },
      relink: {
        effect: "relink",
        state: "failed",
        attempts: 2,
        ageMs: 9,
        code: "RTK_LINK_SHADOWED",
        detail: "by 01-00",
      },
    },
    ...more,
  });

/** Everything that can be wrong at once. */
export const troubled = status({
  health: "holding",
  reasons: ["paused: switch maintenance (alice)", "web: 3 healthy machines, the floor is 4"],
  mode: "advise",
  adopted: false,
  dryRun: true,
  operations: [operation()],
  quarantined: [{ machine: "m09", why: "did not come back within 15 min", sinceMs: AT_MS - 3_600_000 }],
  unmanageable: ["m01", "m02", "m03", "m04", "m05"].map((machine) => ({
    machine,
    why: "RTK_BMC_AUTH: wrong password",
  })),
  drift: [{ machine: "m11", what: "would boot web.2026-10, but web.2026-11 is recorded" }],
  overrides: [
    override({ kind: "pause", scope: { kind: "pool" }, direction: "both" }),
    override({ kind: "forceCount", role: "web", count: 1 }, { overrideFloor: true }),
  ],
  notDone: [
    { subject: "web", what: "2 more machines", why: "2 in operation, at most 2 at once", notBeforeMs: null },
    { subject: "m05", what: "go to web", why: "it serves for 10 min only", notBeforeMs: AT_MS + 20 * MINUTE_MS },
  ],
  configuration: {
    inForceDigest: "1f2e3d4c5b6a798800",
    acceptedMs: AT_MS - 86_400_000,
    problems: [
      {
        file: "policies/web.yaml",
        line: 4,
        column: 15,
        path: "demand.perMachine",
        message: "expected a number above 0",
      },
    ],
    pending: { digest: "aaaabbbbccccdddd", reasons: ["the floor of web falls from 4 to 1"], changes: [] },
    source: "stored",
    restartNeeded: ["listen"],
  },
});

export const machine = (more: object = {}): MachineWithHistory =>
  answered({
    name: "m07",
    ip: "10.0.3.17",
    mac: "00:11:22:33:44:07",
    bmc: "10.0.9.17:623",
    domains: { rack: "r1" },
    roles: ["web", "compile"],
    capacity: 1,
    loader: "pxelinux",
    status: "active",
    standing: {
      kind: "switching",
      placement: "compile",
      goingTo: "web",
      forFloor: false,
      asCapacity: false,
      mayMove: false,
      why: "in operation m07-mib1: compile to web",
    },
    recorded: {
      adopted: true,
      placement: "compile",
      image: "compile.2026-11",
      bootId: "b1",
      unmanageable: null,
      quarantine: null,
      bootMs: [],
    },
    observed: {
      beacon: {
        kind: "heard",
        ageMs: 2_000,
        report: {
          machine: "m07",
          mac: "00:11:22:33:44:07",
          role: "compile",
          image: "compile.2026-11",
          bootId: "b1",
          uptimeS: 7_300,
          distcc: null,
        },
      },
      bootStage: "last on its console: login:",
      power: { kind: "on", ageMs: 4_000, readings: 9 },
      link: { kind: "image", image: "web.2026-11" },
      traffic: { kind: "off", busy: 3 },
      strayTraffic: ["web"],
      distcc: { inFlight: 2, queue: null, slots: 4 },
      quietMs: 0,
    },
    operation: "m07-mib1",
    history: [
      {
        machine: "m07",
        from: "web",
        to: "compile",
        outcome: "done",
        why: "m07 serves as compile, verified",
        endedMs: AT_MS - 7_200_000,
      },
    ],
    ...more,
  });
