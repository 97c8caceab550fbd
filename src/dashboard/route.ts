/** Where the page is: `#/machines/m07?state=late`. Views and filters stand in the address, so that it can be sent to somebody. */
import { Box, useBox } from "./data/box.ts";

export interface Route {
  /** Never empty: `overview` where the address says nothing. */
  readonly view: string;
  /** What of it: a machine's or role's name, a decision's id. */
  readonly subject: string | null;
  readonly query: URLSearchParams;
}

const current = new Box<Route>(parseRoute(location.hash));
addEventListener("hashchange", () => current.set(parseRoute(location.hash)));

export const useRoute = (): Route => useBox(current);

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [view = "", subject] = path.split("/").map(decode);
  return { view: view === "" ? "overview" : view, subject: subject ?? null, query: new URLSearchParams(query) };
}

export function addressOf(view: string, subject?: string, query?: URLSearchParams): string {
  const path = [view, subject].flatMap((part) => (part === undefined ? [] : [encodeURIComponent(part)])).join("/");
  const asked = query?.toString() ?? "";
  return `#/${path}${asked === "" ? "" : `?${asked}`}`;
}

/** Changes filters in place: the back button leads to the view before, not through every letter typed. */
export function changeQuery(changes: Readonly<Record<string, string | null>>): void {
  const { view, subject, query } = current.value;
  const next = new URLSearchParams(query);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(key);
    else next.set(key, value);
  }
  const address = addressOf(view, subject ?? undefined, next);
  history.replaceState(null, "", address);
  current.set(parseRoute(address));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
