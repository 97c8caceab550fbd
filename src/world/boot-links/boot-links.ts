/** The boot links on the disk: pxelinux's and GRUB's, behind the port that the controller knows. */
import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Machine } from "../../core/domain/fleet.ts";
import type { ImageName } from "../../core/domain/names.ts";
import type { BootLinks, Changed, Heard } from "../ports.ts";
import { type Catalogue, mergeCatalogues, readCatalogue } from "./catalogue.ts";
import { type Answer, createFileGate, type FileGate } from "./file-gate.ts";
import { createDirectoryReader, type DirectoryReader, EntriesError } from "./listing.ts";
import { moveChannel } from "./move-channel.ts";
import { createOwnership, DRY } from "./ownership.ts";
import { type BootDirectory, readBootLink, type UuidOf } from "./read-link.ts";
import { type LinksReport, reportDirectory } from "./report.ts";
import { rehearseBootLink, removeBootLink, type WriteMode, type Written, writeBootLink } from "./write-link.ts";

export interface BootLinksOptions {
  /** As `bootLinks` of retask.yaml. */
  readonly directories: { readonly pxelinux: string; readonly grub?: string | undefined };
  /** Nothing is written by any path (S13). */
  readonly dryRun: boolean;
  readonly log: Pick<Logger, "warn" | "info">;
  /** A machine's system UUID where it is known, so that a UUID file can be told to shadow its link. */
  readonly uuidOf?: UuidOf;
  /** This controller's host, for the owner file. */
  readonly host?: string;
  readonly wallMs?: () => number;
}

/** The port, and what only `retask links` and `retask image` need. */
export interface BootLinksOnDisk extends BootLinks {
  /** As `point`, but also replaces a foreign link; never a plain file, never a shadowed link. */
  repair(machine: Machine, image: ImageName, signal: AbortSignal): Promise<Changed>;
  /** Points a channel at an image, in every loader's directory that has it. */
  moveChannel(channel: ImageName, image: ImageName, signal: AbortSignal): Promise<Changed>;
  /** Takes the link of a machine that leaves away; refused for what is no boot link of retask's. */
  remove(machine: Machine, signal: AbortSignal): Promise<Changed>;
  /** Everything that a boot loader would find, for `retask links`. */
  inspect(fleet: readonly Machine[], signal: AbortSignal): Promise<Heard<LinksReport>>;
}

interface Place extends BootDirectory {
  readonly reader: DirectoryReader;
}

export function createBootLinks(options: BootLinksOptions): BootLinksOnDisk {
  const wallMs = options.wallMs ?? Date.now;
  const uuidOf = options.uuidOf ?? (() => null);
  const places = placesOf(options, wallMs);
  const gate = createFileGate();
  const warnings = createWarner(options.log);
  const ownership = createOwnership({ ...options, places, wallMs, host: options.host ?? hostname() });
  const placeOf = (machine: Machine) => places.find((place) => place.loader === machine.loader);

  const write = async (
    machine: Machine,
    what: string,
    signal: AbortSignal,
    work: (place: Place) => Promise<Written>,
  ): Promise<Changed> => {
    if (options.dryRun) return DRY;
    const place = placeOf(machine);
    if (place === undefined) return noDirectory(machine);
    const doing = `${what} ${machine.name}'s boot link in ${place.path}`;
    return toChanged(await gate(doing, signal, async () => (await ownership.check(place)) ?? work(place)));
  };
  const pointing =
    (mode: WriteMode) =>
    (machine: Machine, image: ImageName, signal: AbortSignal): Promise<Changed> =>
      write(machine, `pointing at ${image}:`, signal, (place) =>
        writeBootLink(place, { machine, image, uuid: uuidOf(machine), mode, signal }),
      );

  return {
    point: pointing("point"),
    repair: pointing("repair"),
    remove: (machine, signal) =>
      write(machine, "removing", signal, (place) => removeBootLink(place, machine, uuidOf(machine), signal)),
    writable: (machine, signal) =>
      write(machine, "trying to write", signal, (place) => rehearseBootLink(place, machine, uuidOf(machine))),
    read: async (machine, signal) => {
      const place = placeOf(machine);
      if (place === undefined) return { kind: "unreadable", why: noDirectory(machine).why };
      const doing = `reading ${machine.name}'s boot link in ${place.path}`;
      const answer = await gate(doing, signal, () => readBootLink(place, machine, uuidOf(machine)));
      return answer.ok ? answer.value : { kind: "unreadable", why: answer.why };
    },
    catalogue: async (signal) => {
      const answer = await readAll(gate, places, signal, (place) => readCatalogue(place, place.reader));
      if (!answer.ok) return answer;
      const { warnings: found, ...catalogue } = mergeCatalogues(answer.value);
      warnings.tell(found);
      return { ok: true, value: catalogue };
    },
    moveChannel: async (channel, image, signal) => {
      if (options.dryRun) return DRY;
      const move = { channel, image, signal };
      return toChanged(
        await gate(`moving the channel ${channel}`, signal, () => moveChannel(places, move, ownership.check)),
      );
    },
    own: async (owner, signal) =>
      toChanged(
        await gate(`owning ${places.map((place) => place.path).join(" and ")}`, signal, () => ownership.take(owner)),
      ),
    inspect: async (fleet, signal) => {
      const answer = await readAll(gate, places, signal, async (place) => ({
        report: await reportDirectory(place, place.reader, fleet, uuidOf),
        catalogue: await readCatalogue(place, place.reader),
      }));
      return answer.ok ? { ok: true, value: joinReports(answer.value) } : answer;
    },
  };
}

function placesOf(options: BootLinksOptions, wallMs: () => number): readonly Place[] {
  const { pxelinux, grub } = options.directories;
  const directories: BootDirectory[] = [{ loader: "pxelinux", path: pxelinux }];
  if (grub !== undefined) directories.push({ loader: "grub", path: grub });
  return directories.map((directory) => ({ ...directory, reader: createDirectoryReader(directory, wallMs) }));
}

/** Says each warning once, and again only after it had gone. */
function createWarner(log: Pick<Logger, "warn">) {
  let told: ReadonlySet<string> = new Set();
  return {
    tell: (warnings: readonly string[]) => {
      for (const warning of warnings) if (!told.has(warning)) log.warn(warning);
      told = new Set(warnings);
    },
  };
}

async function readAll<T>(
  gate: FileGate,
  places: readonly Place[],
  signal: AbortSignal,
  read: (place: Place) => Promise<T>,
): Promise<Heard<T[]>> {
  const values: T[] = [];
  for (const place of places) {
    const answer = await gate(`reading ${place.path}`, signal, async () => {
      try {
        return { ok: true as const, value: await read(place) };
      } catch (error) {
        if (error instanceof EntriesError) return { ok: false as const, why: `${error.message}: not read` };
        throw error;
      }
    });
    if (!answer.ok) return { ok: false, why: answer.why };
    if (!answer.value.ok) return answer.value;
    values.push(answer.value.value);
  }
  return { ok: true, value: values };
}

function joinReports(parts: readonly { report: Omit<LinksReport, "warnings">; catalogue: Catalogue }[]): LinksReport {
  return {
    machines: parts.flatMap(({ report }) => report.machines),
    odd: parts.flatMap(({ report }) => report.odd),
    holding: parts.flatMap(({ report }) => report.holding),
    warnings: mergeCatalogues(parts.map(({ catalogue }) => catalogue)).warnings,
  };
}

function toChanged(answer: Answer<Written>): Changed {
  if (!answer.ok) return answer;
  return "changed" in answer.value ? { ok: true, changed: answer.value.changed } : { ok: false, ...answer.value };
}

const noDirectory = (machine: Machine) => ({
  ok: false as const,
  code: "RTK_LINK_DIRECTORY",
  why: `${machine.name} boots by ${machine.loader}, but retask.yaml names no bootLinks.${machine.loader}`,
});
