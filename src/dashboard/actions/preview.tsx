/** What an action would do, as the daemon works it out beforehand: machines, floor margins, and what stands in its way. */
import { Table } from "../parts/table.tsx";
import type { PreviewAnswer } from "./preview-call.ts";

const MOST = 12;

export function Preview({ preview, error }: { readonly preview: PreviewAnswer | null; readonly error: string | null }) {
  return (
    <section class="preview" aria-label="What it will do" aria-live="polite">
      <h3>What it will do</h3>
      {error !== null && <p class="failed">{error}</p>}
      {preview === null && error === null && <p class="empty">Working it out …</p>}
      {preview !== null && <Effects preview={preview} />}
    </section>
  );
}

function Effects({ preview }: { readonly preview: PreviewAnswer }) {
  const { moves, cancels, notDone, conflicts, text, severe } = preview;
  return (
    <>
      {severe && <p class="severe">This is a severe step: read the margins below.</p>}
      <Lines of={text} />
      <Lines of={conflicts} className="warn" />
      <Lines
        of={moves.slice(0, MOST).map(({ machine, from, to, why }) => `${machine}: ${from} to ${to}, ${why}`)}
        more={moves.length - MOST}
      />
      <Lines of={cancels.slice(0, MOST).map(({ machine, why }) => `${machine} is called off: ${why}`)} />
      <Lines
        of={notDone.slice(0, MOST).map(({ subject, what, why }) => `not done for ${subject}: ${what}, because ${why}`)}
      />
      {moves.length + cancels.length === 0 && <p>No machine moves because of it in the next tick.</p>}
      <Margins roles={preview.roles} />
    </>
  );
}

interface LinesProps {
  readonly of: readonly string[];
  readonly more?: number;
  readonly className?: string;
}

const Lines = ({ of, more = 0, className }: LinesProps) =>
  of.length === 0 ? null : (
    <ul class={className}>
      {of.map((line) => (
        <li key={line}>{line}</li>
      ))}
      {more > 0 && <li>and {more} more</li>}
    </ul>
  );

const Margins = ({ roles }: Pick<PreviewAnswer, "roles">) => (
  <Table
    label="Floor margins"
    columns={["Role", "Machines now", "Afterwards", "Floor", "Above the floor"]}
    isEmpty={roles.length === 0}
    empty="No role changes."
  >
    {roles.map(({ role, floor, before, after, margin }) => (
      <tr key={role}>
        <th scope="row">{role}</th>
        <td>{before}</td>
        <td>{after}</td>
        <td>{floor}</td>
        <td class={margin <= 0 ? "bad" : undefined}>
          {margin}
          {margin < 0 ? ": under the floor" : margin === 0 ? ": none left" : ""}
        </td>
      </tr>
    ))}
  </Table>
);
