/** The identities: branded strings, so that a role can never be passed where a machine is meant. */
import { z } from "zod";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type MachineName = Branded<"MachineName">;
export type RoleName = Branded<"RoleName">;
export type ImageName = Branded<"ImageName">;
export type OperationId = Branded<"OperationId">;
export type PlanId = Branded<"PlanId">;
export type OverrideId = Branded<"OverrideId">;

/** Where a machine is, or is going: in a role, or in none (`spare`). */
export type Placement = RoleName | Spare;
export type Spare = "spare";
export const SPARE: Spare = "spare";

/** Names that mean something else in files, commands or links, and so can't be a role's. */
const RESERVED_ROLES = new Set(["spare", "limits", "default", "rest", "pool"]);

const DNS_LABEL = /^[a-z][a-z0-9-]{0,62}$/;
/** `web.2026-11`; `web.2026-11@nfs-b` is its copy on another file server. */
const IMAGE_FILE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}(?:@[A-Za-z0-9][\w.-]{0,63})?$/;
/** pxelinux itself asks for these names, so an image's file can't bear one: hex address, MAC, UUID, `default`. */
const ASKED_FOR_BY_PXELINUX = /^(?:[0-9A-Fa-f]{1,8}|01-[0-9a-f-]+|[0-9a-f]{8}-[0-9a-f-]+|default)$/;

export const machineNameSchema = z
  .string()
  .regex(DNS_LABEL, "expected lower-case letters, digits and dashes, as in m07")
  .transform((name) => name as MachineName);

export const roleNameSchema = z
  .string()
  .regex(DNS_LABEL, "expected lower-case letters, digits and dashes, as in web")
  .refine((name) => !RESERVED_ROLES.has(name), "this name is reserved")
  .transform((name) => name as RoleName);

export const imageNameSchema = z
  .string()
  .regex(IMAGE_FILE, "expected a plain file name, as in web.2026-11")
  .refine((name) => !ASKED_FOR_BY_PXELINUX.test(name), "pxelinux asks for this name itself")
  .transform((name) => name as ImageName);

/** For literals in code and tests; throws on a name that no file could hold. */
export const machineName = (name: string): MachineName => machineNameSchema.parse(name);
export const roleName = (name: string): RoleName => roleNameSchema.parse(name);
export const imageName = (name: string): ImageName => imageNameSchema.parse(name);
export const isRole = (placement: Placement): placement is RoleName => placement !== SPARE;

/** The name that an image and its copies on other file servers share: what stands before the `@`. */
export const baseOf = <Name extends string>(image: Name): Name => image.replace(/@.*$/, "") as Name;
/** Whichever file server each lies on. */
export const sameVersion = (a: string | null | undefined, b: string | null | undefined): boolean =>
  a != null && b != null && baseOf(a) === baseOf(b);
