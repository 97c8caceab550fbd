/** The boot file of an image's copy on another file server: its own name, that server, and nothing else changed. */
import type { ImageName } from "../domain/names.ts";

export interface Mirroring {
  readonly image: ImageName;
  /** As in `web.2026-11@nfs-b`. */
  readonly copy: ImageName;
  /** The file server that the text names, and the other one's address. */
  readonly from: string;
  readonly to: string;
}

const escaped = (text: string): string => text.replace(/[.+*?^${}()|[\]\\]/g, String.raw`\$&`);

/** Paths stay: a mirror has the same roots in the same places, and the kernel comes over TFTP. */
export function mirrorText(text: string, { image, copy, from, to }: Mirroring): string {
  const name = new RegExp(String.raw`(?<=\bimage=)${escaped(image)}(?![\w@.-])`, "g");
  const server = new RegExp(String.raw`(?<=\s(?:nfsroot=|(?:net)?root=nfs4?:))${escaped(from)}(?=:/)`, "g");
  return text.replace(name, () => copy).replace(server, () => to);
}
