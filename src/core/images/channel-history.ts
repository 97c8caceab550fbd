/** What a channel has meant, oldest first: so that a roll-back leads to the version before, and a second one further back. */
import type { ImageName } from "../domain/names.ts";

export type ChannelHistory = readonly ImageName[];

/** More is of no use to anybody who rolls back. */
const MOST = 20;

/** After a promotion from `now` (null: the channel is new). */
export function promoted(history: ChannelHistory, now: ImageName | null, to: ImageName): ChannelHistory {
  const before = now === null ? history : upTo(history, now);
  return [...before, to].slice(-MOST);
}

/**
 * Where a roll-back from `now` leads, and what remains; null: nowhere. A channel that was moved by hand since goes back to
 * the last version that retask gave it.
 */
export function rolledBack(
  history: ChannelHistory,
  now: ImageName | null,
): { readonly to: ImageName; readonly history: ChannelHistory } | null {
  const at = now === null ? -1 : history.lastIndexOf(now);
  const left = at < 0 ? history : history.slice(0, at);
  const to = left.at(-1);
  return to === undefined ? null : { to, history: left };
}

function upTo(history: ChannelHistory, now: ImageName): ChannelHistory {
  const at = history.lastIndexOf(now);
  return at < 0 ? [...history, now] : history.slice(0, at + 1);
}
