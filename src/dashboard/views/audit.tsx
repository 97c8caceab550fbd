/** Who did what, when, from where and why; what was refused, too. */
import type { AuditAnswer } from "../data/answers.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Failed, Section } from "../parts/section.tsx";
import { Table } from "../parts/table.tsx";
import { addressOf, changeQuery } from "../route.ts";
import { fullMoment } from "../words.ts";

interface AuditLog {
  readonly entries: readonly AuditAnswer[];
}

const PAGE = 100;

export function AuditView({ query }: { readonly query: URLSearchParams }) {
  const before = query.get("before");
  const path = `v1/audit?limit=${PAGE}${before === null ? "" : `&before=${encodeURIComponent(before)}`}`;
  const { data, error } = useAnswer<AuditLog>(path, 5_000);
  const onlyRefused = query.get("only") === "refused";
  const entries = (data?.entries ?? []).filter(({ refused }) => !onlyRefused || refused !== null);
  const oldest = data?.entries.at(-1);
  return (
    <>
      <h1>Audit</h1>
      <Failed error={error} />
      <Section title="Newest first" aside={<OnlyRefused isOn={onlyRefused} />}>
        <Table
          label="Audit log"
          columns={["At", "Who", "From", "Action", "Why", "Outcome"]}
          isEmpty={entries.length === 0}
          empty={data === null ? "Asking …" : "Nothing is recorded here."}
        >
          {entries.map((entry) => (
            <tr key={entry.id}>
              <th scope="row">{fullMoment(entry.atMs)}</th>
              <td>{entry.who}</td>
              <td>{entry.from}</td>
              <td>{entry.action}</td>
              <td class="wide">{entry.why}</td>
              <td class={entry.refused === null ? undefined : "bad"}>
                {entry.refused === null ? "done" : `refused: ${entry.refused}`}
              </td>
            </tr>
          ))}
        </Table>
        <p class="pages">
          {before !== null && <a href="#/audit">Newest</a>}
          {oldest !== undefined && (data?.entries.length ?? 0) >= PAGE && (
            <a href={addressOf("audit", undefined, new URLSearchParams({ before: String(oldest.id) }))}>Older</a>
          )}
        </p>
      </Section>
    </>
  );
}

const OnlyRefused = ({ isOn }: { readonly isOn: boolean }) => (
  <label class="tick">
    <input
      type="checkbox"
      checked={isOn}
      onChange={(event) => changeQuery({ only: event.currentTarget.checked ? "refused" : null })}
    />
    <span>only what was refused</span>
  </label>
);
