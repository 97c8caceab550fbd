/** Filters of the grid. What is chosen stands in the address. */
import type { GridRow } from "../../http/grid-route.ts";
import { changeQuery } from "../route.ts";
import { STATES } from "../words.ts";
import type { Filter } from "./grid-match.ts";

interface GridFilterProps {
  readonly filter: Filter;
  readonly density: string;
  readonly rows: readonly GridRow[];
}

export function GridFilter({ filter, density, rows }: GridFilterProps) {
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  const states = STATES.filter((state) => counts.has(state) || filter.state === state);
  const roles = namesOf(rows.flatMap(({ role, goingTo }) => [role, goingTo]));
  const racks = namesOf(rows.map(({ rack }) => rack));
  return (
    <search class="filters">
      <Choice name="role" label="Role" value={filter.role} options={roles.map((role) => [role, role])} />
      <Choice
        name="state"
        label="State"
        value={filter.state}
        options={[
          ["wrong", "anything wrong"],
          ...states.map((one) => [one, `${one} (${counts.get(one) ?? 0})`] as const),
        ]}
      />
      <Choice name="rack" label="Rack" value={filter.rack} options={racks.map((rack) => [rack, rack])} />
      <label>
        <span>Find</span>
        <input
          type="search"
          size={10}
          value={filter.find}
          onInput={(event) => changeQuery({ find: event.currentTarget.value })}
        />
      </label>
      <label>
        <span>Show</span>
        <select value={density} onChange={(event) => changeQuery({ grid: event.currentTarget.value })}>
          <option value="full">everything</option>
          <option value="names">names</option>
        </select>
      </label>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, title: string])[];
}

const Choice = ({ name, label, value, options }: ChoiceProps) => (
  <label>
    <span>{label}</span>
    <select value={value} onChange={(event) => changeQuery({ [name]: event.currentTarget.value })}>
      <option value="">all</option>
      {options.map(([one, title]) => (
        <option key={one} value={one}>
          {title}
        </option>
      ))}
    </select>
  </label>
);

const namesOf = (names: readonly (string | null)[]): string[] =>
  [...new Set(names)].filter((name): name is string => name !== null && name !== "").sort();
