/** Rows of one or two files put together into entries: each that is none is named with its line. */
import { machineEntrySchema } from "../../core/domain/fleet.ts";
import { entryFrom, type Row } from "./read-csv.ts";
import type { WrittenEntry } from "./render-entry.ts";

export interface LineProblem {
  readonly line: number;
  readonly why: string;
}

export interface Imported {
  readonly entries: readonly { readonly line: number; readonly entry: WrittenEntry }[];
  readonly problems: readonly LineProblem[];
}

export interface ImportOptions {
  /** As `10.0.9.{4}`: where a row has no BMC of its own. */
  readonly bmcFrom?: string;
  /** Rows of another file, which add to those of the same name or MAC address. */
  readonly joined?: readonly Row[];
}

export function importRows(rows: readonly Row[], { bmcFrom, joined = [] }: ImportOptions): Imported {
  const problems: LineProblem[] = [];
  const entries = rows.flatMap(({ line, cells: own }) => {
    const more = joined.filter((row) => isSame(row, own));
    if (more.length > 1) {
      problems.push({ line, why: `${own.name ?? own.mac} is in the joined file more than once` });
      return [];
    }
    const cells: Record<string, string> = { ...own, ...more[0]?.cells };
    if (own.name !== undefined) cells.name = own.name;
    if (cells.bmc === undefined && bmcFrom !== undefined) cells.bmc = bmcBy(bmcFrom, cells.name ?? "", cells.ip ?? "");
    const entry = entryFrom(cells);
    const parsed = machineEntrySchema.safeParse(entry);
    if (parsed.success) return [{ line, entry: entry as WrittenEntry }];
    for (const { path, message } of parsed.error.issues)
      problems.push({ line, why: `${said(cells.name, path)}: ${message}` });
    return [];
  });
  return { entries, problems };
}

const said = (name: string | undefined, path: readonly PropertyKey[]): string =>
  [name, path.join(".")].filter((part) => part !== undefined && part !== "").join(" ");

function isSame({ cells }: Row, own: Row["cells"]): boolean {
  if (cells.name !== undefined) return cells.name === own.name;
  return cells.mac !== undefined && cells.mac.toLowerCase() === own.mac?.toLowerCase();
}

/** `{name}`, `{ip}`, and `{1}` to `{4}` for the numbers of the machine's own address. */
export function bmcBy(rule: string, name: string, ip: string): string {
  const numbers = ip.split(".");
  return rule.replaceAll(/\{(name|ip|[1-4])\}/g, (_, word: string) =>
    word === "name" ? name : word === "ip" ? ip : (numbers[Number(word) - 1] ?? ""),
  );
}
