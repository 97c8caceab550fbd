/** The machines: the schema of `fleet.yaml`, and each machine with the file's defaults filled in. */
import { z } from "zod";
import {
  type ImageName,
  imageNameSchema,
  type MachineName,
  machineNameSchema,
  type RoleName,
  roleNameSchema,
} from "./names.ts";

const ipv4 = z.ipv4("expected an IPv4 address, as in 10.0.3.17");
const mac = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/, "expected a MAC address, as in 00:11:22:33:44:55")
  .transform((text) => text.toLowerCase());
/** A BMC may have a DNS name; never a leading dash, which ipmitool would read as an option. */
const host = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/, "expected an address or a host name");
const port = z.number().int().min(1).max(65_535);
const absolutePath = z.string().regex(/^\//, "expected an absolute path");
const roles = z.array(roleNameSchema).min(1).max(64);
const capacity = z.number().positive().max(1_000);
const loader = z.enum(["pxelinux", "grub"]);

const bmcSchema = z
  .union([
    host.transform((address) => ({ address })),
    z.strictObject({ address: host, port: port.default(623), passwordFile: absolutePath.optional() }),
  ])
  .transform((bmc) => ({ port: 623, ...bmc }));

export const machineEntrySchema = z.strictObject({
  name: machineNameSchema,
  ip: ipv4,
  mac,
  bmc: bmcSchema,
  domains: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), z.string().regex(/^[\w.-]{1,64}$/)).default({}),
  roles: roles.optional(),
  capacity: capacity.optional(),
  loader: loader.optional(),
  image: z.record(roleNameSchema, imageNameSchema).default({}),
  status: z.enum(["active", "retiring"]).default("active"),
});

export const fleetFileSchema = z.strictObject({
  defaults: z
    .strictObject({ roles: roles.optional(), capacity: capacity.default(1), loader: loader.default("pxelinux") })
    .prefault({}),
  machines: z.array(machineEntrySchema).max(20_000),
});

/** One physical machine, every default resolved. Capacity 1 is the usual machine. */
export interface Machine {
  readonly name: MachineName;
  readonly ip: string;
  readonly mac: string;
  readonly bmc: { readonly address: string; readonly port: number; readonly passwordFile?: string | undefined };
  /** rack → r1, pdu → p1a, … */
  readonly domains: Readonly<Record<string, string>>;
  /** The roles it may take; every role of the site when the file names none. */
  readonly roles: readonly RoleName[];
  readonly capacity: number;
  readonly loader: "pxelinux" | "grub";
  /** This machine's own image of a role, by role. */
  readonly image: Readonly<Record<string, ImageName>>;
  readonly status: "active" | "retiring";
}

/** Fills in the file's defaults; `siteRoles` are what a machine may take when nothing else is said. */
export function resolveFleet(file: z.output<typeof fleetFileSchema>, siteRoles: readonly RoleName[]): Machine[] {
  const { defaults } = file;
  return file.machines.map((entry) => ({
    ...entry,
    roles: entry.roles ?? defaults.roles ?? siteRoles,
    capacity: entry.capacity ?? defaults.capacity,
    loader: entry.loader ?? defaults.loader,
  }));
}
