/** The status, the configuration, the boot links and the adoption table, as the API sends them. */
import { z } from "zod";
import { link } from "./machine-answers.ts";
import { operation } from "./operation-answers.ts";
import { override } from "./override-answers.ts";
import { notDone, role } from "./pool-answers.ts";
import { rollout } from "./rollout-answers.ts";
import { count, machine, ms, placement, wallMs } from "./shared.ts";
import { storageAnswer } from "./storage-answers.ts";

export const configurationStatus = z
  .object({
    inForceDigest: z.string(),
    acceptedMs: wallMs,
    problems: z.array(
      z.object({
        file: z.string(),
        line: z.int().nullable(),
        column: z.int().nullable(),
        path: z.string(),
        message: z.string(),
      }),
    ),
    pending: z
      .object({ digest: z.string(), reasons: z.array(z.string()), changes: z.array(z.string()) })
      .nullable()
      .describe("What waits for `retask accept`."),
    source: z.enum(["files", "stored"]),
    restartNeeded: z.array(z.string()),
  })
  .meta({ id: "ConfigurationStatus" });

export const configurationAnswer = configurationStatus.nullable().describe("Null where no files are kept.");

export const health = z.enum(["starting", "holding", "degraded", "healthy"]);

export const statusAnswer = z.union([
  z.object({ health: z.literal("starting"), reasons: z.array(z.string()) }).describe("Before the first tick."),
  z.object({
    health,
    reasons: z.array(z.string()),
    mode: z.enum(["advise", "auto"]),
    modes: z.object({
      authority: z.enum(["advise", "auto"]),
      pause: z.enum(["running", "paused"]),
      breaker: z.enum(["closed", "tripped"]),
      stop: z.enum(["going", "stopped"]),
    }),
    dryRun: z.boolean(),
    simulated: z.boolean().describe("A demo: none of its machines is real."),
    adopted: z.boolean(),
    atMs: wallMs.describe("The end of the last tick's observation, Unix ms."),
    tickMs: ms.describe("How long the last tick took, ms."),
    roles: z.array(role),
    spareDesired: count,
    machines: z.record(z.string(), count).describe("Machines by standing."),
    operations: z.array(operation),
    quarantined: z.array(z.object({ machine, why: z.string(), sinceMs: wallMs })),
    unmanageable: z.array(z.object({ machine, why: z.string() })),
    drift: z.array(z.object({ machine, what: z.string() })),
    rollouts: z.array(rollout).describe("Those under way; for a day, those that stopped without being told to."),
    storage: storageAnswer.shape.servers.describe("As GET /v1/storage has them."),
    overrides: z.array(override),
    configuration: configurationAnswer,
    planId: z.string(),
    notDone: z.array(notDone),
  }),
]);

export const linksAnswer = z.object({
  machines: z.array(z.object({ machine, link: z.string(), fact: link, meant: z.string().nullable() })),
  odd: z.array(
    z.object({
      path: z.string(),
      target: z.string().nullable(),
      kind: z.enum(["stray", "wide", "mac", "uuid"]),
      machine: machine.nullable(),
    }),
  ),
  holding: z.array(
    z.object({
      path: z.string(),
      fact: z.union([link, z.object({ kind: z.literal("file") })]),
      serves: z.array(z.string()),
    }),
  ),
  warnings: z.array(z.string()),
});

export const enrolmentsAnswer = z.object({
  storeId: z.string().describe("The store's own id, as in the owner file beside the boot links."),
  enrolments: z.array(z.object({ machine, guid: z.string(), cipherSuite: z.int() })),
});

export const repairedAnswer = z.object({
  repaired: z.array(z.object({ machine, done: z.enum(["changed", "unchanged", "refused"]), why: z.string() })),
});

export const channelMoved = z.object({
  role: placement,
  channel: z.string().describe("The link's name."),
  from: z.string().nullable().describe("What it meant before; null: nothing."),
  to: z.string(),
  changed: z.boolean(),
  behind: count.describe("Machines of the role that run another image."),
});

export const preparedAnswer = z.object({
  steps: z.array(
    z.object({
      step: z.enum(["bootLink", "bmc", "networkBoot", "powerOn"]),
      done: z.enum(["changed", "unchanged", "unproven", "refused"]),
      why: z.string(),
    }),
  ),
});

export const linkRemovedAnswer = z.object({ removed: z.boolean().describe("False: there was none.") });

export const adoptionRow = z.object({
  machine,
  link: z.string(),
  beacon: z.string(),
  guid: z.string().nullable(),
  placement: placement.nullable().describe("What would be recorded; null: a stray, left untouched."),
  image: z.string().nullable(),
  why: z.string(),
});

export const adoptionAnswer = z.object({
  rows: z.array(adoptionRow),
  adopted: z.object({ adopted: count, strays: count }).nullable().describe("Null: the table was only shown."),
});
