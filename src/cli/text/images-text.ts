/** The images as a table, and below it the machines that would change; what a clone and a promotion did. */
import type { ChannelMoved } from "../../control/promote-image.ts";
import type { Cloned } from "../image/clone.ts";
import type { Digested, ImageRow, ImagesShown } from "../image/list.ts";
import type { Mirrored } from "../image/mirror.ts";
import { type Look, toned } from "./look.ts";
import { section, sections, tableText } from "./table.ts";

const COLUMNS = [
  "image",
  "role",
  "channels",
  { title: "boot file", drop: 3 },
  { title: "kernel", drop: 2 },
  { title: "initrd", drop: 1 },
  { title: "machines", align: "right" as const },
  { title: "would change", align: "right" as const },
];
/** Enough to tell two apart by eye. */
const DIGITS = 8;

export function imagesText({ images, machinesFrom, warnings }: ImagesShown, look: Look): string {
  if (images.length === 0) return "no images";
  const rows = images.map(({ image, role, channels, files, machines, wouldChange }) => [
    image,
    role ?? "-",
    channels.join(", ") || "-",
    digests(files, ["pxelinux", "grub"], look),
    digests(files, ["kernel"], look),
    digests(files, ["initrd"], look),
    String(machines.length),
    String(wouldChange.length),
  ]);
  const note = machinesFrom === "links" ? "no daemon answers: machines are told by their boot links alone" : "";
  return sections([
    tableText(look, COLUMNS, rows),
    section(look, "would change", images.flatMap(changing).join("\n")),
    section(look, "warnings", warnings.join("\n")),
    note,
  ]);
}

const digests = (files: readonly Digested[], kinds: readonly Digested["kind"][], look: Look): string =>
  files
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ sha256, why }) => sha256?.slice(0, DIGITS) ?? toned(look, "bad", why ?? "unknown"))
    .join(" ") || "-";

/** A line for each reason, with its machines. */
function changing({ image, wouldChange }: ImageRow): string[] {
  const byWhy = new Map<string, string[]>();
  for (const { machine, because, why } of wouldChange) {
    const when = because === "channel" ? "once re-tasked or rolled out to" : "at the next reboot";
    const said = `${when}: ${why}`;
    byWhy.set(said, [...(byWhy.get(said) ?? []), machine]);
  }
  return [...byWhy].map(([said, machines]) => `${image}: ${machines.join(", ")}, ${said}`);
}

/** `hasMirror`: its file server has one, from which half of its machines boot. */
export function clonedText({ from, image, role, copied, written, shared }: Cloned, hasMirror: boolean): string {
  const [copy, mirror] = hasMirror ? [", copy its root to the mirror", ` retask image mirror ${image};`] : ["", ""];
  return [
    `cloned: ${image} from ${from}, which serves ${role}`,
    ...copied.map((tree) => `  copied  ${tree.from} to ${tree.to} (${tree.how})`),
    ...shared.map((path) => `  shared  ${path}, which both boot: change it only where both shall`),
    ...written.map((path) => `  wrote   ${path}`),
    `no machine boots it yet; update it${copy}, then: retask image lint ${image};${mirror} retask image promote ${image}`,
  ].join("\n");
}

export function mirroredText({ copy, root, seen, written, unchanged }: Mirrored): string {
  return [
    `mirrored: ${copy} boots from ${root}`,
    ...written.map((path) => `  wrote   ${path}`),
    ...unchanged.map((path) => `  stays   ${path}, which says just that`),
    ...(seen ? [] : ["whether that root is there can't be seen from here: images.roots names no place for it"]),
  ].join("\n");
}

export function promotedText({ role, channel, from, to, changed, behind }: ChannelMoved): string {
  const moved = changed ? `${channel} means ${to} now, before: ${from ?? "nothing"}` : `${channel} means ${to} already`;
  if (behind === 0) return `${moved}; no machine of ${role} waits for it`;
  const machines = behind === 1 ? "1 machine" : `${behind} machines`;
  return `${moved}\n${machines} of ${role} keep what they run, and boot it again; those that join ${role} get ${to}\n  to move them, in phases: retask rollout start ${role} ${to}`;
}
