/** File servers, as the API sends them. */
import { z } from "zod";
import { count, wallMs } from "./shared.ts";

const storageState = z.enum(["well", "suspect", "dead", "failedOver", "recovered", "failingBack"]);

const sign = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("up") }),
  z.object({ kind: z.literal("down"), why: z.string() }),
  z.object({ kind: z.literal("unknown"), why: z.string() }),
]);

export const storageAnswer = z.object({
  servers: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      mirror: z.string().nullable(),
      failOver: z.enum(["manual", "ask", "auto"]),
      state: storageState,
      sinceMs: wallMs.nullable().describe("Since when it is in its state; null: since the start."),
      port: sign.describe("Its NFS service, called over the network."),
      monitoring: sign.describe("What Prometheus says of it."),
      machines: count.describe("Machines that run from it, or are about to."),
      mostMachines: count.nullable().describe("The most that it can carry; null: any number."),
      booting: count.describe("Machines in operation that will boot from it."),
      bootsAtOnce: count,
      hanging: count.describe("Machines that run from it and hang."),
      away: count.describe("Machines that belong on it and run from another server."),
      withoutCopy: z.array(z.string()).describe("Images that machines run from it and its mirror has no copy of."),
      order: z
        .object({ by: z.string(), why: z.string(), atMs: wallMs })
        .nullable()
        .describe("Who had its machines moved; `retask` by itself; null: nobody."),
      next: z.string().describe("What happens next, or waits, and for what."),
    }),
  ),
});

export const storageOrderedAnswer = z.object({
  server: z.string(),
  order: z.enum(["failOver", "failBack"]),
  state: storageState,
});
