/** Which machines would run something else after their next reboot or re-tasking, and why. */
import { sameVersion } from "../../core/domain/names.ts";

/** As the daemon saw a machine. Times are Unix ms. */
export interface MachineSeen {
  readonly name: string;
  readonly placement: string | null;
  /** By its beacon, else as recorded, else by its link. */
  readonly running: string | null;
  readonly link: string | null;
  /** Null where its beacon is silent, or the daemon's clock is not this computer's. */
  readonly bootedMs: number | null;
}

export interface WouldChange {
  readonly machine: string;
  /** `link` and `files`: at its next reboot; `channel`: only once retask re-tasks it. */
  readonly because: "link" | "files" | "channel";
  readonly why: string;
}

export interface ImageNow {
  readonly image: string;
  /** When anything that it boots was last written. */
  readonly writtenMs: number;
  readonly channelOf: (machine: MachineSeen) => { readonly channel: string; readonly image: string | null } | null;
}

/** `on`: the machines that run the image. */
export function changesOf(on: readonly MachineSeen[], { image, writtenMs, channelOf }: ImageNow): WouldChange[] {
  return on.flatMap((machine): WouldChange[] => {
    const { name, link, bootedMs } = machine;
    if (link !== null && link !== image)
      return [{ machine: name, because: "link", why: `its boot link names ${link}` }];
    if (bootedMs !== null && writtenMs > bootedMs)
      return [{ machine: name, because: "files", why: "the image's files were written since it booted" }];
    const wanted = channelOf(machine);
    if (wanted === null || wanted.image === null || sameVersion(wanted.image, image)) return [];
    const why =
      wanted.channel === wanted.image ? `pinned to ${wanted.image}` : `${wanted.channel} means ${wanted.image} now`;
    return [{ machine: name, because: "channel", why }];
  });
}
