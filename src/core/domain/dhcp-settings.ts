/** Where the machines' entries for the DHCP server go: the key `dhcp` of `retask.yaml`. */
import { z } from "zod";
import { absolutePathSchema, commandSchema, ipv4Schema } from "./units.ts";

const SERVER = "expected dnsmasq, isc or kea";
const server = z.enum(["dnsmasq", "isc", "kea"], { error: SERVER });
export type DhcpServer = z.output<typeof server>;

// The field of a DHCP answer has 128 bytes, the last of them 0.
const FILENAME = "expected a file's path on the TFTP server, as in linux-install/pxelinux.0";
const filename = z
  .string({ error: FILENAME })
  .regex(/^[\w./-]{1,127}$/, FILENAME)
  .meta({ title: "path on the TFTP server" });

const keys = z.strictObject({
  server: server.describe("Which it is: dnsmasq, ISC dhcpd or Kea."),
  file: absolutePathSchema
    .optional()
    .describe(
      "The file that retask writes, and the server's own configuration includes. By default `/etc/dnsmasq.retask`, `/etc/dhcp/retask.conf` or `/etc/kea/retask.json`.",
    ),
  config: absolutePathSchema
    .optional()
    .describe(
      "The configuration that includes it, tried with the new file before that takes the old one's place. By default `/etc/dhcp/dhcpd.conf` or `/etc/kea/kea-dhcp4.conf`; not with dnsmasq, which has no such trial.",
    ),
  reload: commandSchema
    .optional()
    .describe(
      "What makes the server read the new file. By default `systemctl reload dnsmasq`, `systemctl restart isc-dhcp-server`, or Kea's own `config-reload` over `socket`.",
    ),
  socket: absolutePathSchema
    .optional()
    .describe("Kea's control socket, and for Kea alone. By default `/run/kea/kea4-ctrl-socket`."),
  nextServer: ipv4Schema
    .optional()
    .describe("The TFTP server that the entries name. Without it, the one that the server's own configuration says."),
  filename: z
    .union(
      [
        filename.transform((pxelinux) => ({ pxelinux, grub: undefined })),
        z.strictObject({
          pxelinux: filename.optional().describe("What machines with the loader pxelinux load."),
          grub: filename.optional().describe("What machines with the loader grub load."),
        }),
      ],
      { error: `${FILENAME}, or the keys pxelinux and grub` },
    )
    .optional()
    .describe(
      "The boot program that the entries name, alone or by loader. Without it, the one that the server's own configuration says.",
    ),
});

export interface DhcpSettings {
  readonly server: DhcpServer;
  readonly file: string;
  /** Null: there is no trial. */
  readonly config: string | null;
  /** Null: over the control socket. */
  readonly reload: readonly string[] | null;
  readonly socket: string | null;
  readonly nextServer: string | null;
  readonly filename: { readonly pxelinux?: string | undefined; readonly grub?: string | undefined };
}

/** As Debian sets the servers up. */
const USUAL: Readonly<Record<DhcpServer, Pick<DhcpSettings, "file" | "config" | "reload" | "socket">>> = {
  dnsmasq: {
    file: "/etc/dnsmasq.retask",
    config: null,
    reload: ["/usr/bin/systemctl", "reload", "dnsmasq"],
    socket: null,
  },
  isc: {
    file: "/etc/dhcp/retask.conf",
    config: "/etc/dhcp/dhcpd.conf",
    // It has no reload: it reads its files when it starts.
    reload: ["/usr/bin/systemctl", "restart", "isc-dhcp-server"],
    socket: null,
  },
  kea: {
    file: "/etc/kea/retask.json",
    config: "/etc/kea/kea-dhcp4.conf",
    reload: null,
    socket: "/run/kea/kea4-ctrl-socket",
  },
};

export const dhcpSchema = z
  .union([server.transform((server) => ({ server })), keys], {
    error: `${SERVER}, or the keys server, file, config, reload, socket, nextServer and filename`,
  })
  .transform(
    (given: z.output<typeof keys>): DhcpSettings => ({
      ...USUAL[given.server],
      nextServer: null,
      filename: {},
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      server: given.server,
    }),
  );
