/** How the daemon reaches its surroundings: the schema of `retask.yaml`. */
import { z } from "zod";
import { durationSchema } from "./units.ts";

const absolutePath = z.string().regex(/^\//, "expected an absolute path");
const httpUrl = z.url({ protocol: /^https?$/, error: "expected an http:// or https:// address" });
const address = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, "expected an address or a host name");
const hostPort = z.string().regex(/^[A-Za-z0-9.[\]:-]+:\d{1,5}$/, "expected address:port");
const socket = z
  .string()
  .regex(/^(?:unix:\/\S+|tcp:[A-Za-z0-9.-]+:\d{1,5})$/, "expected unix:/path/to.sock or tcp:address:port");

export const settingsSchema = z.strictObject({
  mode: z.enum(["advise", "auto"]).default("advise"),
  tick: durationSchema.default(10_000),
  listen: hostPort.default("127.0.0.1:9420"),
  store: z
    .strictObject({
      file: absolutePath.default("/var/lib/retask/retask.db"),
      keepDecisions: durationSchema.prefault("90d"),
      keepDemand: durationSchema.prefault("400d"),
    })
    .prefault({}),
  bootLinks: z.union([
    absolutePath.transform((pxelinux) => ({ pxelinux, grub: undefined })),
    z.strictObject({ pxelinux: absolutePath, grub: absolutePath.optional() }),
  ]),
  /** Where preflight fetches the link's target and kernel; `address` or `address:port`. */
  tftp: address.optional(),
  prometheus: z
    .union([
      httpUrl.transform((url) => ({ url })),
      z.strictObject({ url: httpUrl, deadline: durationSchema.optional(), tokenFile: absolutePath.optional() }),
    ])
    .transform((given) => ({ deadline: 5_000, tokenFile: undefined, ...given }))
    .optional(),
  beacon: z
    .strictObject({ port: z.number().int().min(1).max(65_535).default(9_421), maxAge: durationSchema.default(60_000) })
    .prefault({}),
  haproxy: z.union([socket.transform((one) => [one]), z.array(socket).min(1).max(16)]).default([]),
  bmc: z.strictObject({
    user: z.string().regex(/^[\w.@-]{1,16}$/, "expected an IPMI user name of at most 16 characters"),
    passwordFile: absolutePath,
    interval: durationSchema.default(5_000),
    softOff: durationSchema.default(180_000),
  }),
  storage: z
    .array(
      z.strictObject({
        name: z.string(),
        address,
        mirror: z.string().optional(),
        failOver: z.enum(["manual", "ask", "auto"]).default("manual"),
      }),
    )
    .max(64)
    .default([]),
  notify: z
    .array(z.strictObject({ url: httpUrl, on: z.array(z.enum(["quarantine", "hold", "breaker", "expiry"])).min(1) }))
    .max(16)
    .default([]),
});

export type Settings = z.output<typeof settingsSchema>;
