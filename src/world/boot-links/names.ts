/** The file names that a network boot loader asks for, in the order in which it asks: pxelinux and GRUB. */
import type { Machine } from "../../core/domain/fleet.ts";

export type Loader = Machine["loader"];

/** GRUB asks for the same names as pxelinux, each behind `grub.cfg-`, and falls back to `grub.cfg` instead of `default`. */
const PREFIX: Readonly<Record<Loader, string>> = { pxelinux: "", grub: "grub.cfg-" };
const FALLBACK: Readonly<Record<Loader, string>> = { pxelinux: "default", grub: "grub.cfg" };

/** retask's own files beside the links; a leading dot keeps them from ever being an image or a boot link. */
export const OWN_PREFIX = ".retask-";
export const OWNER_FILE = `${OWN_PREFIX}owner`;
export const STAGED_PREFIX = `${OWN_PREFIX}new-`;

/** `10.0.3.17` → `0A000311`, as `gethostip -x` prints it: upper case, since the loaders ask for exactly that. */
export function hexIp(ip: string): string {
  const parts = ip.split(".").map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  if (parts.length !== 4 || parts.some((part) => !(part <= 255))) throw new Error(`not an IPv4 address: ${ip}`);
  return parts.map((part) => part.toString(16).toUpperCase().padStart(2, "0")).join("");
}

/** The name of a machine's boot link in its loader's directory. */
export const bootLinkName = (loader: Loader, ip: string): string => PREFIX[loader] + hexIp(ip);

/** What the loader asks for before the boot link: `01-` (Ethernet) and the MAC address, lower case, with dashes. */
export const macFileName = (loader: Loader, mac: string): string =>
  `${PREFIX[loader]}01-${mac.toLowerCase().replaceAll(":", "-")}`;

/** What a machine without a boot link boots in the end. */
export const fallbackName = (loader: Loader): string => FALLBACK[loader];

/**
 * The names that the loader asks for first of all, for a machine with this system UUID. Both byte orders, because a BMC
 * reports the first three fields of the same UUID swapped or not, as its maker liked.
 */
export function uuidFileNames(loader: Loader, uuid: string): string[] {
  const given = uuid.toLowerCase();
  const [a, b, c, ...rest] = given.split("-");
  if (a === undefined || b === undefined || c === undefined || !UUID.test(given)) return [];
  const swapped = [swapBytes(a), swapBytes(b), swapBytes(c), ...rest].join("-");
  return [...new Set([given, swapped])].map((name) => PREFIX[loader] + name);
}

const swapBytes = (hex: string): string => (hex.match(/../g) ?? []).reverse().join("");

/**
 * What a name in a loader's directory is to the loader: a machine's own boot link, a `wide` one (shortened hex, which
 * catches every machine of a subnet that has no link), a MAC or UUID file, the fallback, retask's own or a hidden file,
 * or `free`: never asked for, so an image's file or a channel.
 */
export type NameKind = "machine" | "wide" | "mac" | "uuid" | "fallback" | "hidden" | "free";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MAC = /^01-[0-9a-f]{2}(?:-[0-9a-f]{2}){5}$/;

export function nameKind(loader: Loader, name: string): NameKind {
  if (name.startsWith(".")) return "hidden";
  if (name === FALLBACK[loader]) return "fallback";
  if (!name.startsWith(PREFIX[loader])) return "free";
  const asked = name.slice(PREFIX[loader].length);
  if (/^[0-9A-F]{8}$/.test(asked)) return "machine";
  if (/^[0-9A-F]{1,7}$/.test(asked)) return "wide";
  if (MAC.test(asked)) return "mac";
  if (UUID.test(asked)) return "uuid";
  return "free";
}
