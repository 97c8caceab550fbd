/** What a change would do, before it is made: the daemon's own sentences, and why it is asked about. */
import type { Preview } from "../../control/previewed.ts";
import { type Look, toned } from "./look.ts";

export function previewText({ text, conflicts, severe }: Preview, look: Look): string {
  return [
    severe ? toned(look, "warning", "this is severe:") : "this would happen:",
    ...text.map((sentence) => `  ${sentence}`),
    ...conflicts.map((sentence) => `  conflict: ${sentence}`),
  ].join("\n");
}
