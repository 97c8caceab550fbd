/** The machines, by rack. A tick draws again only the machines that changed; racks out of sight are not laid out at all. */
import { Component } from "preact";
import type { GridRow } from "../../http/grid-route.ts";
import { useBox } from "../data/box.ts";
import type { Rack } from "../data/grid-model.ts";
import { live } from "../data/live.ts";
import { addressOf } from "../route.ts";
import { duration, STATE_WORDS } from "../words.ts";
import { GridFilter } from "./grid-filter.tsx";
import { type Filter, filterOf, fits, isFiltered } from "./grid-match.ts";
import { roleIndex } from "./links.tsx";
import { Section } from "./section.tsx";

/** More than so many fit on a screen only as names. */
const MANY = 120;

export function Grid({ query }: { readonly query: URLSearchParams }) {
  const { racks, byName } = useBox(live.grid);
  const filter = filterOf(query);
  const shown = racks.map((rack) => chosenOf(rack, filter)).filter(({ rows }) => rows.length > 0);
  const count = shown.reduce((sum, { rows }) => sum + rows.length, 0);
  const density = query.get("grid") ?? (byName.size > MANY ? "names" : "full");
  const title = isFiltered(filter) ? `Machines: ${count} of ${byName.size}` : `Machines: ${byName.size}`;
  return (
    <Section title={title} aside={<GridFilter filter={filter} density={density} rows={[...byName.values()]} />}>
      {count === 0 && <p class="empty">No machine fits this filter.</p>}
      <div class="grid" data-density={density}>
        {shown.map((rack) => (
          <RackBox key={rack.name} rack={rack} />
        ))}
      </div>
    </Section>
  );
}

const chosen = new WeakMap<Rack, { readonly of: string; readonly rack: Rack }>();

/** The same rack and the same filter give the same object: then nothing of it is drawn again. */
function chosenOf(rack: Rack, filter: Filter): Rack {
  if (!isFiltered(filter)) return rack;
  const of = JSON.stringify(filter);
  const before = chosen.get(rack);
  if (before?.of === of) return before.rack;
  const narrowed = { name: rack.name, rows: rack.rows.filter((row) => fits(row, filter)) };
  chosen.set(rack, { of, rack: narrowed });
  return narrowed;
}

class RackBox extends Component<{ readonly rack: Rack }> {
  override shouldComponentUpdate(next: { readonly rack: Rack }): boolean {
    return next.rack !== this.props.rack;
  }

  override render({ rack: { name, rows } }: { readonly rack: Rack }) {
    const title = name === "" ? "no rack" : name;
    return (
      <section class="rack" aria-label={`rack ${title}`}>
        <h3>
          {title} <span class="dim">{rows.length}</span>
        </h3>
        <ul>
          {rows.map((row) => (
            <Tile key={row.name} row={row} />
          ))}
        </ul>
      </section>
    );
  }
}

class Tile extends Component<{ readonly row: GridRow }> {
  override shouldComponentUpdate(next: { readonly row: GridRow }): boolean {
    return next.row !== this.props.row;
  }

  override render({ row }: { readonly row: GridRow }) {
    const { name, role, goingTo, state, why } = row;
    const way = goingTo === null ? (role ?? "no role") : `${role ?? "?"} → ${goingTo}`;
    return (
      <li>
        <a class="tile" data-state={state} data-role={roleIndex(role)} href={addressOf("machines", name)} title={why}>
          <b>{name}</b>
          <span class="tile-role">{way}</span>
          <span class="tile-state" title={STATE_WORDS[state]}>
            {state}
          </span>
          <span class="tile-facts">{factsOf(row)}</span>
        </a>
      </li>
    );
  }
}

/** Two lines. */
function factsOf({ image, power, ageMs }: GridRow): string {
  const age = ageMs === null ? "never heard" : ageMs === 0 ? "fresh" : `heard ${duration(ageMs)} ago`;
  return `${image ?? "no image"}\npower ${power} · ${age}`;
}
