/** How one role's load is taken off a machine and given back: the schema of a policy's `traffic`. */
import { z } from "zod";
import { absolutePathSchema, commandSchema, durationBetween, durationSchema } from "./units.ts";

const onTimeout = z.enum(["cancel", "proceed"]);
const DRAIN_TIMEOUT = "What a drain does that takes longer: cancel gives the traffic back, proceed powers off anyway.";

const haproxyTraffic = z.strictObject({
  backend: z
    .string({ error: "expected a backend's name" })
    .regex(/^[A-Za-z0-9_.:-]{1,128}$/, "expected a backend's name")
    .describe("The backend; a server's name in it is the machine's name."),
  drainFor: durationSchema.prefault("15m").describe("How long open sessions may take to end."),
  onTimeout: onTimeout.default("cancel").describe(DRAIN_TIMEOUT),
});

const ENTRY = "expected one word that holds {ip} or {machine}, as in {ip}:3632/12";

const distccTraffic = z.strictObject({
  hostsFile: absolutePathSchema.describe(
    "The hosts file that the distcc clients read; retask keeps one line per machine in it and leaves other lines alone.",
  ),
  entry: z
    .string({ error: ENTRY })
    .regex(/^(?=\S*\{(?:ip|machine)\})[^\s#]{1,256}$/, ENTRY)
    .default("{ip}:3632")
    .describe("A machine's line; {ip} and {machine} are filled in."),
  quietFor: durationSchema
    .prefault("10s")
    .describe(
      "No job may be in flight or queued for so long before the machine counts as drained; 75s where the file lies on NFS.",
    ),
  drainFor: durationSchema.prefault("2m").describe("How long running jobs may take to end."),
  onTimeout: onTimeout.default("proceed").describe(`${DRAIN_TIMEOUT} Clients retry elsewhere, and builds succeed.`),
});

const hookTraffic = z.strictObject({
  off: commandSchema.describe(
    "Takes traffic off: program and arguments, run without a shell; {machine} and {ip} are filled in.",
  ),
  on: commandSchema.describe("Gives traffic back, likewise."),
  deadline: durationBetween("1s", "10m")
    .prefault("30s")
    .describe("The command is killed after so long, and has failed."),
});

export const trafficSchema = z.strictObject({
  haproxy: haproxyTraffic.optional().describe("Traffic that comes through HAProxy, by its runtime API."),
  distcc: distccTraffic.optional().describe("Builds that find their servers in a distcc hosts file."),
  hook: hookTraffic.optional().describe("Any other load balancer, by two commands of yours."),
});
