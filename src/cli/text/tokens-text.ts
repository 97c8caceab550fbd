/** API tokens as a table, and the few words beside a new one. */
import type { TokenAnswer } from "../answers.ts";
import type { Look } from "./look.ts";
import { clockTime } from "./moments.ts";
import { tableText } from "./table.ts";

export function tokensText({ tokens }: { readonly tokens: readonly TokenAnswer[] }, look: Look): string {
  const rows = tokens.map(({ name, scope, createdMs, expiresMs, lastUsedMs }) => [
    name,
    scope,
    clockTime(createdMs, look),
    endText(expiresMs, look),
    lastUsedMs === null ? "never" : clockTime(lastUsedMs, look),
  ]);
  return tableText(look, ["token", "may", "made", "ends", "last used"], rows);
}

export const madeTokenText = ({ name, scope, expiresMs }: TokenAnswer, look: Look): string =>
  `token ${name} may ${scope}, and ends ${endText(expiresMs, look)}; it is shown this once`;

const endText = (expiresMs: number | null, look: Look): string =>
  expiresMs === null ? "never" : clockTime(expiresMs, look);
