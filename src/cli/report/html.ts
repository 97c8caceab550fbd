/** HTML in which nothing that came from elsewhere can become markup: every string that is filled in is escaped. */
import { safeLines } from "../text/safe-text.ts";

/** Markup that may stand as it is: only `html` makes it. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | null | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Attributes must be quoted in the template. `null` is nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: texts.map((text, index) => text + markupOf(parts[index] ?? null)).join("") };
}

function markupOf(part: Part): string {
  if (part === null) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return safeLines(part).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
  return "markup" in part ? part.markup : part.map(({ markup }) => markup).join("");
}
