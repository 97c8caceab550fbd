/** What an action would do, as the daemon works it out beforehand: in sentences, and what stays above each floor. */
import { Table } from "../parts/table.tsx";
import type { Previewed } from "./preview-call.ts";
import type { PreviewShown } from "./preview-shown.ts";

interface PreviewProps extends Previewed {
  /** What the counts of roles are: what a role should have, or what serves. */
  readonly counts: "Desired" | "Serving";
}

export function Preview({ preview, error, counts }: PreviewProps) {
  return (
    <section class="preview" aria-label="What it will do" aria-live="polite">
      <h3>What it will do</h3>
      {error !== null && <p class="failed">{error}</p>}
      {preview === null && error === null && <p class="empty">Working it out …</p>}
      {preview !== null && <Effects preview={preview} counts={counts} />}
    </section>
  );
}

interface EffectsProps extends Pick<PreviewProps, "counts"> {
  readonly preview: PreviewShown;
}

const Effects = ({ preview: { severe, text, conflicts, roles }, counts }: EffectsProps) => (
  <>
    {severe && <p class="severe">This is a severe step: look at the margins first.</p>}
    <Lines of={text} />
    {conflicts.length > 0 && <Lines of={conflicts} kind="warn" />}
    <Table
      label="Floor margins"
      columns={["Role", `${counts} now`, "Afterwards", "Floor", "Above the floor"]}
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
  </>
);

interface LinesProps {
  readonly of: readonly string[];
  readonly kind?: "warn";
}

const Lines = ({ of, kind }: LinesProps) => (
  <ul class={kind}>
    {of.map((line) => (
      <li key={line}>{line}</li>
    ))}
  </ul>
);
