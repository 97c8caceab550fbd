/**
 * The code that upholds each invariant, S1 to S18 and those of planned works, and how a mutant disables it: an edit of the compiled program, in a copy of it. No
 * switch in the program does this, so none can be left on. What is looked for must be there exactly once, or the mutant
 * says that it has aged.
 */

export interface Edit {
  /** Below dist/. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

export interface Mutant {
  readonly invariant: string;
  /** The first seed, counted from 1, of a day in which it was found out: there the test begins to look. */
  readonly seed: number;
  /** What it no longer does. */
  readonly disables: string;
  readonly edits: readonly Edit[];
}

const edit = (file: string, find: string, put: string): Edit => ({ file, find, put });

export const MUTANTS: readonly Mutant[] = [
  {
    invariant: "S1",
    seed: 9,
    disables: "the floor",
    edits: [edit("core/decide/floor.js", "const own = policy.machines.floor;", "const own = 0;")],
  },
  {
    invariant: "S2",
    seed: 3,
    disables: "the difference between missing and zero",
    edits: [
      edit(
        "control/observe-demand.js",
        "await controller.world.load.read(role, demand, signal)",
        'await controller.world.load.read(role, demand, signal).then((told) => told.demand.kind === "unknown" ? { demand: known(0), confirm: known(0) } : told)',
      ),
    ],
  },
  {
    invariant: "S3",
    seed: 1,
    disables: "that a command is about one machine, and not about all",
    edits: [
      edit(
        "control/run-effect.js",
        "softOff: (c, ...rest) => c.world.power.softOff(...rest),",
        "softOff: async (c, _, ...rest) => (await Promise.all([...c.configured.site().machines.values()].map((machine) => c.world.power.softOff(machine, ...rest))))[0],",
      ),
    ],
  },
  {
    invariant: "S4",
    seed: 1,
    disables: "that demand is absolute: a smaller role would want less",
    edits: [
      edit("core/decide/wanted.js", ")) / perMachine;", ")) / perMachine * (1 + 1 / (carriers.own.length + 1));"),
    ],
  },
  {
    invariant: "S5",
    seed: 1,
    disables: "the limit at once",
    edits: [edit("core/plan/ledger.js", "if (live >= atOnce)", "if (live >= 99)")],
  },
  {
    invariant: "S6",
    seed: 39,
    disables: "the look at who owns the links",
    edits: [
      edit("control/observe.js", "return owned.ok ? null : owned.why;", "return null;"),
      edit("control/run-effect.js", 'return owned.ok ? null : refuse("RTK_NOT_OWNER", owned.why);', "return null;"),
    ],
  },
  {
    invariant: "S7",
    seed: 1,
    disables: "that each off is sent once",
    edits: [
      edit("core/operate/next-effect.js", "&& !softDeadline && !refused", "&& softOff.ageMs < 5_000"),
      edit(
        "core/operate/next-effect.js",
        'start(softOff === undefined && manner !== "hard" ? "softOff" : "hardOff")',
        'start("softOff")',
      ),
    ],
  },
  {
    invariant: "S8",
    seed: 22,
    disables: "the wait for the drain",
    edits: [
      edit("core/operate/operation-guards.js", "drained: (seen) => !isUndrained(seen),", "drained: () => true,"),
      edit("core/operate/operation-guards.js", "trafficBack: (seen) => !seen", "trafficBack: (seen) => false && !seen"),
    ],
  },
  {
    invariant: "S9",
    seed: 27,
    disables: "the difference between unknown and off",
    edits: [
      edit(
        "core/operate/operation-facts.js",
        'return { power: "unknown", powerWhy: power.why };',
        'return { power: "off", powerWhy: power.why };',
      ),
    ],
  },
  {
    invariant: "S10",
    seed: 10,
    disables: "the look at the BMC's GUID",
    edits: [
      edit(
        "control/run-effect.js",
        "identify: (c, ...rest) => c.world.power.identify(...rest),",
        "identify: async () => ({ ok: true }),",
      ),
    ],
  },
  {
    invariant: "S11",
    seed: 1,
    disables: "the doubt when most of the fleet looks sick",
    edits: [edit("core/decide/held.js", "if (percent <= site.limits.unknownFreeze)", "if (percent <= 100)")],
  },
  {
    invariant: "S12",
    seed: 1,
    disables: "that pauses are heeded",
    edits: [
      edit("core/decide/orders.js", "pausedPool = override;", ";"),
      edit("core/decide/orders.js", "pausedRoles.set(act.scope.role, { value: act.direction, override });", ";"),
    ],
  },
  {
    invariant: "S15",
    seed: 45,
    disables: "the dwell",
    edits: [edit("core/plan/machine-refusals.js", "if (ignoresDwell || !isRole(from))", "if (true)")],
  },
  {
    invariant: "S16",
    seed: 27,
    disables: "that an undo puts the link back",
    edits: [
      edit(
        "core/operate/operation-guards.js",
        'linkRestored: (seen) => factsOf(seen).link === "from" && ',
        "linkRestored: (seen) => ",
      ),
      edit("core/operate/next-effect.js", 'if (facts.link !== "from" && ', 'if (false && facts.link !== "from" && '),
    ],
  },
  {
    invariant: "S17",
    seed: 1,
    disables: "the greatest age of a beacon",
    edits: [
      edit(
        "core/domain/standing.js",
        'beacon.kind === "silent" || beacon.ageMs > known.beaconMaxAgeMs',
        'beacon.kind === "silent"',
      ),
    ],
  },
  {
    invariant: "S1",
    seed: 9,
    disables: "the floor, for machines that boot anew in their role",
    edits: [
      edit("core/plan/renewals.js", "overridesFloor: false", "overridesFloor: true"),
      edit(
        "core/operate/operation-facts.js",
        "return forced ? null : floorBreach(",
        "return forced || operation.from === operation.to ? null : floorBreach(",
      ),
    ],
  },
  {
    invariant: "S2",
    seed: 21,
    disables: "that reboots wait while nobody knows the load",
    edits: [edit("core/plan/renewals.js", 'if (demand?.kind === "unknown")', "if (false)")],
  },
  {
    invariant: "S5",
    seed: 2,
    disables: "the most that may boot from a file server at once",
    edits: [edit("core/plan/storage-ledger.js", "if (booting >= server.bootsAtOnce)", "if (booting >= 99)")],
  },
  {
    invariant: "S12",
    seed: 68,
    disables: "that maintenance is heeded",
    edits: [edit("core/decide/orders.js", "maintained.set(act.machine, { value: act.power, override });", ";")],
  },
  {
    invariant: "fail-over",
    seed: 6,
    disables: "that a file server's death takes two words",
    edits: [
      edit(
        "core/storage/storage-guards.js",
        'return port.kind === "down" && monitoring.kind === "down";',
        'return port.kind === "down" || monitoring.kind === "down";',
      ),
    ],
  },
  {
    invariant: "fail-over",
    seed: 6,
    disables: "that these words must last",
    edits: [
      edit("core/storage/storage-guards.js", "counted(seen).downMs >= tickOf(seen).server.deadAfter", "bothDown(seen)"),
    ],
  },
  {
    invariant: "roll-out",
    seed: 3,
    disables: "that a roll-out stops at the first machine that does not come back",
    edits: [edit("core/rollout/rollout-steps.js", "observed(seen).evidence.failed !== null", "false")],
  },
  {
    invariant: "load",
    seed: 3,
    disables: "that reboots leave the machines that the load fills",
    edits: [edit("core/plan/renewals.js", "left >= needed", "true")],
  },
  {
    invariant: "S18",
    seed: 2,
    disables: "the suspicion of a sudden drop",
    edits: [
      edit("core/decide/role-evidence.js", "suspectForMs: isSeries ? demand.suspectFor : null,", "suspectForMs: null,"),
    ],
  },
];
