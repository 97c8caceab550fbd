/** File servers: what retask.yaml says of each, and what is seen of it. */
import { z } from "zod";
import { selectorSchema } from "./selector.ts";
import { atLeastOneSchema, durationBetween, hostSchema, portSchema } from "./units.ts";

const NAME = (example: string) => `expected a name, as in ${example}`;

export const storageServerSchema = z.strictObject({
  name: z
    .string({ error: NAME("nfs-a") })
    .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, NAME("nfs-a"))
    .describe("The server's name, as machines' domains.storage names it."),
  address: hostSchema.describe("Its address or host name, as `nfsroot=` in the images' files names it."),
  port: portSchema.default(2_049).describe("The TCP port of its NFS service."),
  mirror: z
    .string({ error: NAME("nfs-b") })
    .optional()
    .describe("The server that holds copies of its images: `web.2026-11@nfs-b` is the copy of `web.2026-11` there."),
  failOver: z
    .enum(["manual", "ask", "auto"])
    .default("manual")
    .describe(
      "Who moves its machines to the mirror when it is dead: auto retask itself, ask retask once an operator has said so; manual only tells.",
    ),
  up: selectorSchema("expected the selector of a series that is 1 while the server is up")
    .optional()
    .describe(
      "Prometheus' word on it: series that are all 0 when it is down. Without it: `up` of all that Prometheus scrapes at its address.",
    ),
  deadAfter: durationBetween("10s", "1h")
    .prefault("60s")
    .describe("It is dead once both its port and Prometheus have said so for this long without a break."),
  wellAfter: durationBetween("1m", "7d")
    .prefault("10m")
    .describe("After a fail-over, it must have been well for this long before its machines may go back."),
  machines: atLeastOneSchema.optional().describe("The most machines that it can carry. Without it: any number."),
  bootsAtOnce: atLeastOneSchema.default(5).describe("The most machines that may be on their way to boot from it."),
});

export type StorageServer = z.output<typeof storageServerSchema>;

/** What one source says. Unknown is not down (S2). */
export type Sign =
  | { readonly kind: "up" }
  | { readonly kind: "down"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

/** Two sources that know nothing of each other. */
export interface StorageFacts {
  /** Its NFS service, called over the network. */
  readonly port: Sign;
  readonly monitoring: Sign;
}

/** The series that vouch for a server: `up` of whatever is scraped at its address, where nothing else was said. */
export const upSeries = ({ up, address }: Pick<StorageServer, "up" | "address">): string =>
  up ?? `up{instance=~"${address.replaceAll(".", "\\\\.")}(:[0-9]+)?"}`;
