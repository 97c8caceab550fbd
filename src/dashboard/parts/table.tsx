/** A table that scrolls by itself where it is too wide, with a name that a screen reader says. */
import type { ComponentChildren } from "preact";

interface TableProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly children: ComponentChildren;
  /** Said where there is no row. */
  readonly empty: string;
  readonly isEmpty: boolean;
}

export function Table({ label, columns, children, empty, isEmpty }: TableProps) {
  if (isEmpty) return <p class="empty">{empty}</p>;
  return (
    // What scrolls must be reachable by keyboard, or its right half is only there for mice.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields, and a region of its own would crowd the landmarks
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div class="table-frame" role="group" aria-label={label} tabIndex={0}>
      <table aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
