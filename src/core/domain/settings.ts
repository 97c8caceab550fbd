/** How the daemon reaches its surroundings: the schema of `retask.yaml`. */
import { z } from "zod";
import { NOTICE_KINDS } from "../notify/condition.ts";
import { dhcpSchema } from "./dhcp-settings.ts";
import { storageServerSchema } from "./storage.ts";
import { absolutePathSchema, durationBetween, durationSchema, hostSchema, portSchema } from "./units.ts";

const URL_EXPECTED = "expected an http:// or https:// address";
const httpUrl = z.url({ protocol: /^https?$/, error: URL_EXPECTED }).meta({ title: "http or https address" });
const ADDRESS_PORT = "expected address:port, as in 127.0.0.1:9420";
const hostPort = z
  .string({ error: ADDRESS_PORT })
  .regex(/^[A-Za-z0-9.[\]:-]+:\d{1,5}$/, ADDRESS_PORT)
  .meta({ title: "address:port" });
const SOCKET = "expected unix:/path/to.sock or tcp:address:port";
const socket = z
  .string({ error: SOCKET })
  .regex(/^(?:unix:\/\S+|tcp:[A-Za-z0-9.-]+:\d{1,5})$/, SOCKET)
  .meta({ title: "unix:/path/to.sock or tcp:address:port" });

const store = z
  .strictObject({
    file: absolutePathSchema.default("/var/lib/retask/retask.db").describe("The database's file."),
    keepDecisions: durationSchema.prefault("90d").describe("How long decisions and finished operations are kept."),
    keepDemand: durationSchema.prefault("400d").describe("How long the history of the demand is kept."),
  })
  .prefault({})
  .describe("Where the record is kept.");

const bootLinks = z.union(
  [
    absolutePathSchema.transform((pxelinux) => ({ pxelinux, grub: undefined })),
    z.strictObject({
      pxelinux: absolutePathSchema.describe("The directory of pxelinux's files."),
      grub: absolutePathSchema.optional().describe("The directory of GRUB's files, where machines boot with it."),
    }),
  ],
  { error: "expected an absolute path, or the keys pxelinux and grub" },
);

const prometheus = z
  .union(
    [
      httpUrl.transform((url) => ({ url })),
      z.strictObject({
        url: httpUrl.describe("Prometheus' address."),
        deadline: durationBetween("100ms", "1m").prefault("5s").describe("The most that one query may take."),
        tokenFile: absolutePathSchema.optional().describe("The file that holds a bearer token."),
      }),
    ],
    { error: "expected an http:// or https:// address, or the keys url, deadline and tokenFile" },
  )
  .transform((given) => ({ deadline: 5_000, tokenFile: undefined, ...given }));

const bmc = z.strictObject({
  user: z
    .string({ error: "expected an IPMI user name of at most 16 characters" })
    .regex(/^(?!-)[\w.@-]{1,16}$/, "expected an IPMI user name of at most 16 characters")
    .describe("The user of every BMC."),
  passwordFile: absolutePathSchema.describe("The file that holds their password; read anew when it changes."),
  interval: durationBetween("100ms", "5m").prefault("5s").describe("The least time between two commands to one BMC."),
  softOff: durationBetween("5s", "1h")
    .prefault("180s")
    .describe("How long a machine may take to power off by itself before its BMC cuts the power."),
});

const bootLog = z
  .strictObject({
    tftp: absolutePathSchema.optional().describe("The log file of the TFTP server: dnsmasq's, or tftpd-hpa's with -v."),
    console: absolutePathSchema
      .optional()
      .describe("The file of each machine's serial console; {name} stands for the machine's name."),
  })
  .prefault({})
  .describe("Logs outside the machines that tell how far a boot came, for the reason of one that failed.");

const NFS_PREFIX = "expected a server and a path, as in 10.0.1.20:/images";
const images = z
  .strictObject({
    roots: z
      .record(z.string().regex(/^(?:\[[0-9a-fA-F:]+\]:|[A-Za-z0-9.-]+:)?\/[^\s:,]*$/, NFS_PREFIX), absolutePathSchema)
      .prefault({})
      .meta({ title: "directory by server:/path" })
      .describe(
        "Where NFS roots lie on this computer: what nfsroot= begins with, as in 10.0.1.20:/images, and its directory here.",
      ),
  })
  .prefault({})
  .describe("For `retask image`, which looks into the images' roots and copies them.");

const notify = z.strictObject({
  url: httpUrl.describe("Where to send it; with form alertmanager, the Alertmanager's own address."),
  form: z
    .enum(["json", "alertmanager"])
    .default("json")
    .describe("json posts each message once, as plain JSON; alertmanager keeps an Alertmanager up to date by its API."),
  on: z
    .array(z.enum(NOTICE_KINDS))
    .min(1, "expected at least one event")
    .prefault([...NOTICE_KINDS])
    .describe("What to tell of; without it, of everything."),
  deadline: durationBetween("100ms", "1m").prefault("10s").describe("The most that one attempt to send may take."),
  tokenFile: absolutePathSchema.optional().describe("The file that holds a bearer token; read anew when it changes."),
});

export const settingsSchema = z.strictObject({
  mode: z
    .enum(["advise", "auto"])
    .default("advise")
    .describe("advise shows what it would do, auto does it. A new store always starts in advise."),
  tick: durationBetween("1s", "5m").prefault("10s").describe("How often the whole pool is observed and decided on."),
  listen: hostPort.default("127.0.0.1:9420").describe("Where the HTTP API, the page and the metrics are served."),
  store,
  bootLinks: bootLinks.describe("The directory of the boot links (pxelinux.cfg): its path alone, or by loader."),
  tftp: hostSchema
    .optional()
    .meta({ title: "address or address:port" })
    .describe(
      "The TFTP server, from which the preflight fetches what a machine is about to boot. Without it: not fetched.",
    ),
  bootLog,
  images,
  dhcp: dhcpSchema
    .optional()
    .describe(
      "The DHCP server that gets an entry for each machine, by `retask dhcp apply`: its kind alone, or with more keys.",
    ),
  prometheus: prometheus.optional().describe("Where demand is read: its address alone, or with more keys."),
  beacon: z
    .strictObject({
      port: portSchema.default(9_421).describe("The TCP port on which machines answer."),
      maxAge: durationBetween("1s", "1h")
        .prefault("60s")
        .describe("A machine not heard for so long is unknown, and no longer counts as capacity."),
    })
    .prefault({})
    .describe("How machines report themselves."),
  haproxy: z
    .union([socket.transform((one) => [one]), z.array(socket).max(16)], {
      error: `${SOCKET}, or a list of such`,
    })
    .prefault([])
    .describe("The runtime API of every HAProxy: traffic is set on all, and all must agree."),
  bmc: bmc.describe("How BMCs are reached."),
  storage: z
    .array(storageServerSchema)
    .max(64)
    .prefault([])
    .describe("The servers that machines' file systems live on."),
  notify: z.array(notify).max(16).prefault([]).describe("Whom to tell, by webhook."),
});

export type Settings = z.output<typeof settingsSchema>;
