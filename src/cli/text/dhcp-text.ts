/** The DHCP server's entries: what differs from fleet.yaml, and what was done about it. */
import type { DhcpApplied, DhcpDifference } from "../../world/dhcp/apply-dhcp.ts";
import { type Look, toned } from "./look.ts";

export function dhcpDiffText(difference: DhcpDifference, look: Look): string {
  const { pending, interrupted, file } = difference;
  if (!pending) return `${file} is as fleet.yaml asks for`;
  const owed = interrupted ? ["the server has perhaps not read this file yet: an earlier apply was interrupted"] : [];
  return [file, ...linesOf(difference, look), ...owed].join("\n");
}

export function dhcpAppliedText(applied: DhcpApplied, look: Look): string {
  const { changed, pending, file } = applied;
  if (changed) return [...linesOf(applied, look), `${file} is written, and the DHCP server has read it`].join("\n");
  return pending
    ? [dhcpDiffText(applied, look), "dry run: nothing was written"].join("\n")
    : dhcpDiffText(applied, look);
}

function linesOf({ added, removed }: DhcpDifference, look: Look): string[] {
  const signed = [
    ...removed.map((line) => toned(look, "bad", `- ${line}`)),
    ...added.map((line) => toned(look, "good", `+ ${line}`)),
  ];
  return signed.length > 0 ? signed : ["the entries stay, their order or form changes"];
}
