/** Machines as the API sends them: their entry, what is recorded, what was seen, and how they count. */
import { z } from "zod";
import { finishedOperation } from "./operation-answers.ts";
import { machine, ms, next, placement, wallMs } from "./shared.ts";

export const standing = z
  .object({
    kind: z.enum(["serving", "late", "unmanageable", "switching", "spare", "unknown", "quarantined", "stray"]),
    placement: placement.nullable(),
    goingTo: placement.nullable(),
    forFloor: z.boolean(),
    asCapacity: z.boolean(),
    mayMove: z.boolean(),
    why: z.string(),
  })
  .meta({
    id: "Standing",
    description: "How a machine counts: for the floor, as capacity, and whether it may be moved.",
  });

const quarantine = z.object({
  why: z.string(),
  sinceMs: wallMs,
  operation: z.string().nullable(),
  expected: z.object({ placement, image: z.string().nullable() }).nullable(),
});

const recorded = z.object({
  adopted: z.boolean(),
  placement: placement.nullable(),
  image: z.string().nullable(),
  bootId: z.string().nullable(),
  unmanageable: z.string().nullable().describe("Why its BMC can't be used."),
  quarantine: quarantine.nullable(),
  bootMs: z.array(ms).describe("Its last boots, newest last."),
  lastNamedMs: wallMs,
});

const distcc = z.object({ inFlight: z.number(), queue: z.number().nullable(), slots: z.number() });

const beacon = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("heard"),
    ageMs: ms,
    report: z.object({
      machine: z.string(),
      mac: z.string(),
      role: z.string(),
      image: z.string(),
      bootId: z.string(),
      uptimeS: z.number(),
      distcc: distcc.nullable(),
    }),
  }),
  z.object({ kind: z.literal("silent"), why: z.string() }),
]);

const power = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["on", "off"]), ageMs: ms, readings: z.int() }),
  z.object({ kind: z.literal("unknown"), why: z.string(), code: z.string().nullable(), failures: z.int() }),
]);

export const link = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("image"), image: z.string() }),
  z.object({ kind: z.literal("missing") }),
  z.object({ kind: z.literal("foreign"), target: z.string(), why: z.string().optional() }),
  z.object({ kind: z.literal("shadowed"), by: z.string() }),
  z.object({ kind: z.literal("unreadable"), why: z.string() }),
]);

const traffic = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("on"), up: z.boolean() }),
  z.object({ kind: z.literal("off"), busy: z.number().nullable() }),
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("mixed"), why: z.string() }),
  z.object({ kind: z.literal("unknown"), why: z.string() }),
]);

const observed = z.object({
  beacon,
  bootStage: z.string().nullable(),
  power,
  link,
  traffic,
  strayTraffic: z.array(z.string()),
  distcc: distcc.nullable(),
  quietMs: ms.nullable(),
});

const fields = {
  name: machine,
  ip: z.string(),
  mac: z.string(),
  bmc: z.string().describe("Address and port."),
  domains: z.record(z.string(), z.string()).describe("rack → r1, pdu → p1a, …"),
  roles: z.array(z.string()),
  capacity: z.number(),
  loader: z.enum(["pxelinux", "grub"]),
  status: z.enum(["active", "retiring"]),
  standing: standing.nullable(),
  recorded: recorded.nullable().describe("Null: never recorded."),
  observed: observed.nullable().describe("Null: not observed yet."),
  operation: z.string().nullable().describe("The operation that it is in."),
};

export const machineView = z.object(fields).meta({ id: "Machine" });
export const machinesAnswer = z.object({ machines: z.array(machineView), next });
export const machineAnswer = z
  .object({ ...fields, history: z.array(finishedOperation).describe("Its last 20 operations, newest first.") })
  .meta({ id: "MachineWithHistory" });
