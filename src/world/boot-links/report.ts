/** What `retask links` shows: every machine's boot link, and everything beside them that a loader would find. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "../../core/domain/fleet.ts";
import type { ImageName, MachineName } from "../../core/domain/names.ts";
import type { LinkFact } from "../../core/domain/observation.ts";
import { orNull } from "./file-trouble.ts";
import { statedIn } from "./image-file.ts";
import type { DirectoryReader, Listing } from "./listing.ts";
import { bootLinkName, fallbackName, type Loader, macFileName, nameKind, uuidFileNames } from "./names.ts";
import { type BootDirectory, followToImage, judgeTarget, readBootLink, type UuidOf } from "./read-link.ts";

export interface MachineLink {
  readonly machine: MachineName;
  /** The link's full path. */
  readonly link: string;
  readonly fact: LinkFact;
  /** Where a foreign link leads to an image in the end (a channel, a detour): what a repair may point it at. */
  readonly meant: ImageName | null;
}

export interface OddFile {
  readonly path: string;
  /** The link's target; `null` for a plain file. */
  readonly target: string | null;
  /** `stray`: a boot link of no machine of the fleet. `wide`: catches every machine without a link. */
  readonly kind: "stray" | "wide" | "mac" | "uuid";
  /** Whose it is, where that is known. */
  readonly machine: MachineName | null;
}

/** What a machine without a boot link boots. `serves` names the roles that it states: it should state none. */
export interface HoldingFact {
  readonly path: string;
  readonly fact: LinkFact | { readonly kind: "file" };
  readonly serves: readonly string[];
}

export interface LinksReport {
  readonly machines: readonly MachineLink[];
  readonly odd: readonly OddFile[];
  readonly holding: readonly HoldingFact[];
  readonly warnings: readonly string[];
}

/** Looks at one loader's directory. `warnings` are left to the caller. Throws file-system errors. */
export async function reportDirectory(
  directory: BootDirectory,
  reader: DirectoryReader,
  fleet: readonly Machine[],
  uuidOf: UuidOf,
): Promise<Omit<LinksReport, "warnings">> {
  const listing = await reader.list();
  const here = fleet.filter((machine) => machine.loader === directory.loader);
  const machines: MachineLink[] = [];
  for (const machine of here) machines.push(await reportMachine(directory, listing, machine, uuidOf(machine)));
  return {
    machines,
    odd: oddFiles(directory, listing, here, uuidOf),
    holding: [await readHolding(directory, reader, listing)],
  };
}

async function reportMachine(
  directory: BootDirectory,
  listing: Listing,
  machine: Machine,
  uuid: string | null,
): Promise<MachineLink> {
  const name = bootLinkName(directory.loader, machine.ip);
  const fact = await readBootLink(directory, machine, uuid);
  const target = fact.kind === "foreign" ? listing.links.get(name) : undefined;
  const meant = target === undefined ? null : await meantBy(directory, target);
  return { machine: machine.name, link: join(directory.path, name), fact, meant };
}

/** A channel, or a detour back into the same directory (`/srv/tftp/pxelinux.cfg/web.1`), leads to an image after all. */
async function meantBy(directory: BootDirectory, target: string): Promise<ImageName | null> {
  const name = target.startsWith(`${directory.path}/`) ? target.slice(directory.path.length + 1) : target;
  return followToImage(directory, name.replace(/^(?:\.\/)+/, ""));
}

function oddFiles(
  directory: BootDirectory,
  listing: Listing,
  machines: readonly Machine[],
  uuidOf: UuidOf,
): readonly OddFile[] {
  const owners = namesOf(directory.loader, machines, uuidOf);
  const odd: OddFile[] = [];
  for (const name of [...listing.files, ...listing.links.keys()].sort()) {
    const kind = nameKind(directory.loader, name);
    const machine = owners.get(name) ?? null;
    const entry = { path: join(directory.path, name), target: listing.links.get(name) ?? null, machine };
    if (kind === "machine" && machine === null) odd.push({ ...entry, kind: "stray" });
    if (kind === "wide" || kind === "mac" || kind === "uuid") odd.push({ ...entry, kind });
  }
  return odd;
}

/** Every name that a loader would ask for on behalf of one machine. */
function namesOf(loader: Loader, machines: readonly Machine[], uuidOf: UuidOf): ReadonlyMap<string, MachineName> {
  const names = new Map<string, MachineName>();
  for (const machine of machines) {
    const uuid = uuidOf(machine);
    const asked = [bootLinkName(loader, machine.ip), macFileName(loader, machine.mac)];
    for (const name of [...asked, ...(uuid === null ? [] : uuidFileNames(loader, uuid))]) names.set(name, machine.name);
  }
  return names;
}

async function readHolding(directory: BootDirectory, reader: DirectoryReader, listing: Listing): Promise<HoldingFact> {
  const name = fallbackName(directory.loader);
  const path = join(directory.path, name);
  const target = listing.links.get(name);
  const fact = await holdingFact(directory, path, target);
  const bootsFrom =
    fact.kind === "image" ? fact.image : fact.kind === "file" ? name : await meantBy(directory, target ?? "");
  const text = bootsFrom === null ? null : await reader.read(bootsFrom);
  const roles = text?.ok ? statedIn(directory.loader, text.text).roles : [];
  return { path, fact, serves: roles.filter((role) => role !== "spare") };
}

async function holdingFact(
  directory: BootDirectory,
  path: string,
  target: string | undefined,
): Promise<HoldingFact["fact"]> {
  if (target !== undefined) return judgeTarget(directory, target);
  const found = await orNull(lstat(path));
  return found?.isFile() ? { kind: "file" } : { kind: "missing" };
}
