/** What each channel has meant, kept in the store: a roll-back leads along it, whoever moved the channel. */
import { type ImageName, imageNameSchema } from "../core/domain/names.ts";
import { type ChannelHistory, promoted } from "../core/images/channel-history.ts";
import type { Store } from "../store/store.ts";

const settingOf = (channel: ImageName): string => `channel ${channel}`;

/** What can't be read is as if there were none: a roll-back then says so, and a promotion begins anew. */
export async function readHistory(store: Store, channel: ImageName): Promise<ChannelHistory> {
  return imageNameSchema.array().safeParse(await store.setting(settingOf(channel))).data ?? [];
}

export const saveHistory = (store: Store, channel: ImageName, history: ChannelHistory): Promise<void> =>
  store.saveSetting(settingOf(channel), history);

/** Before the channel is moved: after a crash between the two the history still leads back from whatever the link says. */
export async function rememberPromotion(
  store: Store,
  channel: ImageName,
  from: ImageName | null,
  to: ImageName,
): Promise<void> {
  await saveHistory(store, channel, promoted(await readHistory(store, channel), from, to));
}
