/** `retask image promote` and `rollback`: moves a role's channel to another version, and remembers the ones before. */
import type { ImageName, RoleName } from "../core/domain/names.ts";
import { type ChannelHistory, promoted, rolledBack } from "../core/images/channel-history.ts";
import type { ImageCatalogue } from "../world/ports.ts";
import { readHistory, saveHistory } from "./channel-record.ts";
import type { Controller } from "./controller.ts";
import { type Asker, audit } from "./operator-change.ts";
import type { LinksOnDisk } from "./repair-links.ts";

/** As the keys of a policy's `images`. */
export const CHANNEL_KINDS = ["production", "prototype"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** An image to promote, for the role that it states; or a role to roll back. */
export type ChannelWish = { readonly kind: ChannelKind } & (
  | { readonly image: ImageName }
  | { readonly role: RoleName }
);

export interface ChannelMoved {
  readonly role: RoleName;
  /** The link's name, as the policy has it. */
  readonly channel: ImageName;
  readonly from: ImageName | null;
  readonly to: ImageName;
  readonly changed: boolean;
  /** Machines of the role that are recorded with another image: they keep it, also when they reboot. */
  readonly behind: number;
}

type ChannelResult =
  | { readonly ok: true; readonly value: ChannelMoved }
  | { readonly ok: false; readonly code: string; readonly why: string };

/** The images' files are fetched as a booting machine would; a hung TFTP server must not hold the loop up for longer. */
const DEADLINE_MS = 30_000;

/** Refusals are audited too. Throws when the record can't be written; then the channel was not moved. */
export async function moveRoleChannel(
  controller: Controller,
  links: LinksOnDisk,
  asker: Asker,
  wish: ChannelWish,
  reason: string,
): Promise<ChannelResult> {
  const signal = controller.world.clock.deadline(DEADLINE_MS);
  const prepared = await prepare(controller, links, wish, signal);
  const trouble = prepared.ok ? await judgeFiles(controller, prepared.value, signal) : prepared;
  const result =
    trouble ?? (await controller.exclusively(async () => carryOut(controller, links, { wish, prepared }, signal)));
  const named = prepared.ok ? prepared.value : null;
  await audit(controller, asker, {
    action: "image" in wish ? `promote ${wish.image} to ${wish.kind}` : `roll back ${wish.role} ${wish.kind}`,
    why: reason,
    before: named?.from ?? null,
    after: result.ok ? result.value.to : (named?.from ?? null),
    refused: result.ok ? null : `${result.code}: ${result.why}`,
  });
  if (result.ok) controller.wake();
  return result;
}

interface Prepared extends Omit<ChannelMoved, "changed" | "behind"> {
  readonly history: ChannelHistory;
}

type Checked = { readonly ok: true; readonly value: Prepared } | Extract<ChannelResult, { ok: false }>;

async function prepare(
  controller: Controller,
  links: LinksOnDisk,
  wish: ChannelWish,
  signal: AbortSignal,
): Promise<Checked> {
  if (controller.dryRun) return no("RTK_DRY_RUN", "a dry run changes nothing");
  const catalogue = await links.catalogue(signal);
  if (!catalogue.ok) return no("RTK_LINKS_UNREADABLE", catalogue.why);
  const role = "image" in wish ? (catalogue.value.images.get(wish.image) ?? null) : wish.role;
  if (role === null) return noRole(catalogue.value, wish);
  const policy = controller.configured.site().policies.get(role);
  if (policy === undefined) return no("RTK_UNKNOWN_ROLE", `there is no policy of ${role}`);
  const channel = policy.images[wish.kind];
  if (channel === undefined) return no("RTK_NO_CHANNEL", `policies/${role}.yaml names no images.${wish.kind}`);

  const from = catalogue.value.channels.get(channel) ?? null;
  const history = await readHistory(controller.store, channel);
  const aim =
    "image" in wish ? { to: wish.image, history: promoted(history, from, wish.image) } : rolledBack(history, from);
  if (aim === null) return no("RTK_NO_VERSION", `${channel} has meant nothing else that retask knows of: promote one`);
  const stated = catalogue.value.images.get(aim.to);
  if (stated !== role)
    return no(
      "RTK_NO_VERSION",
      `${aim.to}, which ${channel} meant before, is no image of ${role} any more: promote one`,
    );
  return { ok: true, value: { role, channel, from, ...aim } };
}

function noRole({ images, channels }: ImageCatalogue, wish: ChannelWish): Refusal {
  const image = "image" in wish ? wish.image : null;
  if (image !== null && images.has(image))
    return no(
      "RTK_IMAGE_ROLE",
      `${image} states no role: write it into its first line, as in # retask: role=web image=${image}`,
    );
  const means = image === null ? undefined : channels.get(image);
  return no(
    "RTK_NO_VERSION",
    `${image} is ${means === undefined ? "no image: no file of that name is one" : `a channel, which means ${means}: promote an image`}`,
  );
}

/** As the preflight of a move would: for each loader that the role's machines boot with, by one of them. */
async function judgeFiles(
  { world, configured }: Controller,
  { role, to }: Prepared,
  signal: AbortSignal,
): Promise<Refusal | null> {
  const machines = [...configured.site().machines.values()].filter(({ roles }) => roles.includes(role));
  const byLoader = new Map(machines.map((machine) => [machine.loader, machine]));
  for (const machine of byLoader.values()) {
    const fetched = await world.bootServer.fetch(machine, to, signal);
    if (!fetched.ok) return no("RTK_BOOT_FILES", `no machine could boot ${to}: ${fetched.why}`);
  }
  return null;
}

/** Fetching took its time: the premises are looked at once more, now that nothing else changes them. */
async function carryOut(
  controller: Controller,
  links: LinksOnDisk,
  { wish, prepared }: { readonly wish: ChannelWish; readonly prepared: Checked },
  signal: AbortSignal,
): Promise<ChannelResult> {
  const again = await prepare(controller, links, wish, signal);
  if (!again.ok) return again;
  const { history, ...move } = again.value;
  if (!prepared.ok || prepared.value.to !== move.to || prepared.value.from !== move.from)
    return no(
      "RTK_CHANGED",
      `${move.channel} was moved meanwhile, and means ${move.from ?? "nothing"} now; look again`,
    );
  // As every order to act does, also where retask otherwise only advises (S6).
  const owned = await links.own(controller.owner, signal);
  if (!owned.ok) return owned;
  // First: after a crash between the two the history still leads back from whatever the link says.
  await saveHistory(controller.store, move.channel, history);
  const moved = await links.moveChannel(move.channel, move.to, signal);
  if (!moved.ok) return moved;
  // The next tick may look at machines in operation alone, and an order that follows at once is carried out by it.
  await controller.observer.readImages(links, signal);
  return { ok: true, value: { ...move, changed: moved.changed, behind: countBehind(controller, wish.kind, move) } };
}

/** Of a prototype those that run the one before; the others never were on it. */
function countBehind({ state }: Controller, kind: ChannelKind, { role, from, to }: Omit<Prepared, "history">): number {
  const ofRole = [...state.machines.values()].filter(({ placement }) => placement === role);
  const isBehind = (image: ImageName) => image !== to && (kind === "production" || image === from);
  return ofRole.filter(({ image }) => image !== null && isBehind(image)).length;
}

type Refusal = Extract<ChannelResult, { ok: false }>;
const no = (code: string, why: string): Refusal => ({ ok: false, code, why });
