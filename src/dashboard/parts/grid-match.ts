/** Which machines the grid shows, as the address says it: `?role=web&state=late&find=m0`. */
import type { GridRow } from "../../http/grid-route.ts";

export interface Filter {
  readonly role: string;
  readonly state: string;
  readonly rack: string;
  readonly find: string;
}

export const filterOf = (query: URLSearchParams): Filter => ({
  role: query.get("role") ?? "",
  state: query.get("state") ?? "",
  rack: query.get("rack") ?? "",
  find: (query.get("find") ?? "").toLowerCase(),
});

export const isFiltered = ({ role, state, rack, find }: Filter): boolean =>
  role !== "" || state !== "" || rack !== "" || find !== "";

/** `wrong` is every state that somebody should look at. */
const WRONG: ReadonlySet<string> = new Set(["late", "unmanageable", "unknown", "quarantined", "stray"]);

export function fits(row: GridRow, { role, state, rack, find }: Filter): boolean {
  if (role !== "" && row.role !== role && row.goingTo !== role) return false;
  if (state === "wrong" ? !WRONG.has(row.state) : state !== "" && row.state !== state) return false;
  if (rack !== "" && row.rack !== rack) return false;
  return find === "" || [row.name, row.image ?? "", row.why].some((text) => text.toLowerCase().includes(find));
}
