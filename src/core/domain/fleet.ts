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
import { absolutePathSchema, domainKindSchema, hostSchema, ipv4Schema, portSchema, positiveSchema } from "./units.ts";

const MAC = "expected a MAC address, as in 00:11:22:33:44:55";
const mac = z
  .string({ error: MAC })
  .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/, MAC)
  .transform((text) => text.toLowerCase())
  .meta({ title: "MAC address" });
const ROLES = "expected a list of roles, at least one";
const roles = z.array(roleNameSchema, { error: ROLES }).min(1, ROLES).max(64, ROLES).meta({ title: "list of roles" });
const capacity = positiveSchema.max(1_000, { error: "expected a number of at most 1000" });
const loader = z.enum(["pxelinux", "grub"]);
const DOMAIN = "expected a domain's name, as in r1";
const domainName = z.string({ error: DOMAIN }).regex(/^[\w.-]{1,64}$/, DOMAIN);

const bmcSchema = z
  .union(
    [
      hostSchema.transform((address) => ({ address })),
      z.strictObject({
        address: hostSchema.describe("The BMC's address or host name."),
        port: portSchema.default(623).describe("Its UDP port."),
        passwordFile: absolutePathSchema
          .optional()
          .describe("The file that holds this BMC's own password. Without it: the one of retask.yaml."),
      }),
    ],
    { error: "expected the BMC's address, or the keys address, port and passwordFile" },
  )
  .transform((bmc) => ({ port: 623, ...bmc }));

export const machineEntrySchema = z.strictObject({
  name: machineNameSchema.meta({ title: "name" }).describe("The machine's identity, for ever; never a role's name."),
  ip: ipv4Schema.describe("Its own address: what DHCP gives it, and what its boot link is named after."),
  mac: mac.describe("The MAC address that it boots with."),
  bmc: bmcSchema.describe("Its management controller: the address alone, or with more keys."),
  domains: z
    .record(domainKindSchema, domainName)
    .prefault({})
    .meta({ title: "name by kind of domain" })
    .describe("The failure domains that it shares with others, by kind: rack, pdu, storage, or any other word."),
  roles: roles.optional().describe("The roles it may take. Without it: the file's defaults."),
  capacity: capacity
    .optional()
    .describe("How much it carries; 1 is the usual machine. Without it: the file's defaults."),
  loader: loader.optional().describe("What it boots with. Without it: the file's defaults."),
  image: z
    .record(roleNameSchema, imageNameSchema)
    .prefault({})
    .meta({ title: "image by role" })
    .describe("This machine's own image of a role, instead of the role's."),
  status: z
    .enum(["active", "retiring", "retired"])
    .default("active")
    .describe(
      "A retiring machine is drained and powered off; after that its entry may be deleted, or kept as retired: dead hardware, which is no machine of the pool any more.",
    ),
});

export const fleetFileSchema = z.strictObject({
  defaults: z
    .strictObject({
      roles: roles.optional().describe("The roles that a machine may take. Without it: every role."),
      capacity: capacity.default(1).describe("A machine's capacity; 1 is the usual machine."),
      loader: loader.default("pxelinux").describe("What a machine boots with."),
    })
    .prefault({})
    .describe("What holds for every machine that says nothing else."),
  machines: z
    .array(machineEntrySchema, { error: "expected a list of machines" })
    .min(1, "expected at least one machine")
    .max(20_000, "expected at most 20000 machines")
    .describe("Every machine of the pool."),
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
  /** No machine of a site's pool is `retired`. */
  readonly status: "active" | "retiring" | "retired";
}

/** What belongs to the metal and its place, not to the name: it changes when a machine is replaced. */
export type Hardware = Pick<Machine, "mac" | "bmc" | "domains" | "capacity" | "loader">;

type FleetFile = z.output<typeof fleetFileSchema>;

/** The machines of the pool, the file's defaults filled in; `siteRoles` are what a machine may take when nothing else is said. */
export const resolveFleet = (file: FleetFile, siteRoles: readonly RoleName[]): Machine[] =>
  resolved(file, siteRoles).filter(({ status }) => status !== "retired");

/** Retired ones, by name: nobody observes, counts, commands or boots them. */
export const retiredMachines = (file: FleetFile, siteRoles: readonly RoleName[]): ReadonlyMap<MachineName, Machine> =>
  new Map(resolved(file, siteRoles).flatMap((entry) => (entry.status === "retired" ? [[entry.name, entry]] : [])));

const resolved = ({ defaults, machines }: FleetFile, siteRoles: readonly RoleName[]): Machine[] =>
  machines.map((entry) => ({
    ...entry,
    roles: entry.roles ?? defaults.roles ?? siteRoles,
    capacity: entry.capacity ?? defaults.capacity,
    loader: entry.loader ?? defaults.loader,
  }));
