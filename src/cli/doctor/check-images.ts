/** The images that machines boot or would boot: there, of the right role, whole, and to be had from the TFTP server. */
import type { Machine } from "../../core/domain/fleet.ts";
import type { ImageName } from "../../core/domain/names.ts";
import type { ImageCatalogue } from "../../world/ports.ts";
import { directoriesOf } from "./check-links.ts";
import { type Check, counted, type Examined, each } from "./examined.ts";
import { type Fault, looked, skipped } from "./finding.ts";

/** Small, because TFTP servers are: some fork for every file. */
const AT_ONCE = 4;
/** Each fetch has a deadline of 8 s for every file of an image. */
const DEADLINE_MS = 180_000;

export const imagesCheck: Check = {
  name: "images",
  deadlineMs: () => DEADLINE_MS,
  run: async (site, signal, tell) => {
    const catalogue = await site.links.catalogue(signal);
    if (!catalogue.ok) return skipped(`the boot links' directory can't be read: ${catalogue.why}`);
    const { faults, images } = judgeWishes(wishesOf(site), catalogue.value, directoriesOf(site.configuration.settings));
    const booted = await bootedImages(site, signal);
    const wanted = new Map([...booted, ...images].map((one) => [`${one.machine.loader} ${one.image}`, one]));
    const server = await site.bootServer.probe(signal);
    if (!server.ok) return looked([...faults, silent(site, server.why)], "");
    const fetched = await each([...wanted.values()], (one) => tryFetch(site, one, signal), { atOnce: AT_ONCE, tell });
    const from = site.configuration.settings.tftp === undefined ? "on the disk (no tftp is set)" : "over TFTP";
    return looked([...faults, ...fetched.flat()], `${counted(wanted.size, "image")} whole, ${from}`);
  },
};

/** An image that a policy or fleet.yaml asks for, and a machine that would boot it. */
export interface Wish {
  /** A channel or an image. */
  readonly name: ImageName;
  readonly role: string;
  readonly machine: Machine;
}

interface Wanted {
  readonly image: ImageName;
  readonly machine: Machine;
}

/** For each loader and role one machine is enough, and each pin of fleet.yaml. */
function wishesOf({ configuration, machines }: Examined): Wish[] {
  return machines.flatMap((machine) =>
    machine.roles.flatMap((role) => {
      const images = configuration.site.policies.get(role)?.images;
      const names = [machine.image[role] ?? images?.production, images?.prototype];
      return names.flatMap((name) => (name === undefined ? [] : [{ name, role, machine }]));
    }),
  );
}

export function judgeWishes(
  wishes: readonly Wish[],
  { channels, images }: ImageCatalogue,
  directories: readonly string[],
): { readonly faults: Fault[]; readonly images: Wanted[] } {
  const faults = new Map<string, Fault>();
  const found: Wanted[] = [];
  for (const { name, role, machine } of wishes) {
    const image = channels.get(name);
    const stated = image === undefined ? null : (images.get(image) ?? null);
    if (image === undefined) faults.set(name, missing(name, role, directories));
    else if (stated !== null && stated !== role) faults.set(name, otherRole(image, role, stated));
    else found.push({ image, machine });
  }
  return { faults: [...faults.values()], images: found };
}

/** What the links lead to now: a machine that crashes boots that, whatever the policies say. */
async function bootedImages({ links, machines }: Examined, signal: AbortSignal): Promise<Wanted[]> {
  const report = await links.inspect(machines, signal);
  if (!report.ok) return [];
  const byName = new Map<string, Machine>(machines.map((machine) => [machine.name, machine]));
  return report.value.machines.flatMap(({ machine, fact }) => {
    const found = byName.get(machine);
    return fact.kind === "image" && found !== undefined ? [{ image: fact.image, machine: found }] : [];
  });
}

async function tryFetch({ bootServer }: Examined, { image, machine }: Wanted, signal: AbortSignal): Promise<Fault[]> {
  const fetched = await bootServer.fetch(machine, image, signal);
  return fetched.ok ? [] : [incomplete(image, fetched.why)];
}

const missing = (name: string, role: string, directories: readonly string[]): Fault => ({
  name: "image-missing",
  level: "error",
  what: `there is no such image or channel, and ${role} should boot it`,
  where: [name],
  why: `in ${directories.join(", ")} no file of that name is an image, and no link of that name leads to one`,
  advice: "put the image's file there, or link the channel to one; or correct the name in the policy",
});

const otherRole = (image: string, role: string, stated: string): Fault => ({
  name: "image-role",
  level: "error",
  what: `${role} should boot it, but it serves ${stated}`,
  where: [image],
  why: "its file states that role; a machine that boots it would fail its verification, and be quarantined",
  advice: "correct images in the policy, or the file's role",
});

const silent = ({ configuration }: Examined, why: string): Fault => ({
  name: "tftp-silent",
  level: "error",
  what: "the TFTP server does not answer",
  where: [configuration.settings.tftp ?? "tftp"],
  why,
  advice: "start tftpd, or correct tftp in retask.yaml",
});

const incomplete = (image: string, why: string): Fault => ({
  name: "image-incomplete",
  level: "error",
  what: "a machine could not boot it",
  where: [image],
  why,
  advice: "put the missing file where the image names it, world-readable; retask moves no machine to it until then",
});
