/** The grid's machines by rack. What did not change stays the very same object, so that only what did is drawn again. */
import type { GridAnswer, GridRow } from "../../http/grid-route.ts";

export interface Rack {
  readonly name: string;
  readonly rows: readonly GridRow[];
}

export interface GridModel {
  readonly racks: readonly Rack[];
  readonly byName: ReadonlyMap<string, GridRow>;
}

export const emptyGrid: GridModel = { racks: [], byName: new Map() };

export function mergeGrid(before: GridModel, { machines }: GridAnswer): GridModel {
  const rows = machines.map((row) => keep(before.byName.get(row.name), row));
  const byRack = new Map<string, GridRow[]>();
  for (const row of rows) {
    const rack = byRack.get(row.rack);
    if (rack === undefined) byRack.set(row.rack, [row]);
    else rack.push(row);
  }
  const racks = [...byRack].map(([name, own], index) => {
    const old = before.racks[index];
    return old?.name === name && isSameList(old.rows, own) ? old : { name, rows: own };
  });
  if (isSameList(before.racks, racks)) return before;
  return { racks, byName: new Map(rows.map((row) => [row.name, row])) };
}

function keep(before: GridRow | undefined, row: GridRow): GridRow {
  if (before === undefined) return row;
  const keys = Object.keys(row) as (keyof GridRow)[];
  return keys.every((key) => before[key] === row[key]) ? before : row;
}

const isSameList = (a: readonly object[], b: readonly object[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);
