/** What happened in the stretch of time that is shown, as a list: the same as the chart's marks, for reading. */
import type { TimelineAnswer } from "../data/answers.ts";
import { MachineLink } from "../parts/links.tsx";
import { Table } from "../parts/table.tsx";
import { duration, fullMoment } from "../words.ts";
import { actWords } from "./marks.ts";

interface Event {
  readonly key: string;
  readonly atMs: number;
  readonly what: string;
  readonly machine: string | null;
  readonly why: string;
}

const MOST = 100;

export function Happened({ timeline }: { readonly timeline: TimelineAnswer }) {
  const events = eventsOf(timeline);
  return (
    <details class="happened">
      <summary>What happened in this time: {events.length} events</summary>
      <Table
        label="Events, newest first"
        columns={["At", "What", "Machine", "Why"]}
        isEmpty={events.length === 0}
        empty="Nothing."
      >
        {events.slice(0, MOST).map(({ key, atMs, what, machine, why }) => (
          <tr key={key}>
            <th scope="row">{fullMoment(atMs)}</th>
            <td>{what}</td>
            <td>{machine === null ? "–" : <MachineLink name={machine} />}</td>
            <td class="wide">{why}</td>
          </tr>
        ))}
      </Table>
      {events.length > MOST && <p class="empty">and {events.length - MOST} more; zoom in to see them</p>}
    </details>
  );
}

function eventsOf({ moves, overrides, quarantines }: TimelineAnswer): Event[] {
  const events: Event[] = [
    ...moves.map(({ operation, machine, from, to, startedMs, endedMs, outcome, why }) => ({
      key: operation,
      atMs: startedMs,
      machine,
      what: `${from} to ${to}: ${endedMs === null ? "under way" : `${outcome ?? ""} after ${duration(endedMs - startedMs)}`}`,
      why,
    })),
    ...overrides.map((mark) => ({
      key: mark.id,
      atMs: mark.fromMs,
      machine: null,
      what: `${actWords(mark)}, ${mark.untilMs === null ? "until resumed" : `until ${fullMoment(mark.untilMs)}`}`,
      why: `${mark.author}: ${mark.reason}`,
    })),
    ...quarantines.map(({ machine, atMs, why, inForce }) => ({
      key: `quarantine ${machine} ${atMs}`,
      atMs,
      machine,
      what: inForce ? "in quarantine, still" : "in quarantine",
      why,
    })),
  ];
  return events.sort((a, b) => b.atMs - a.atMs);
}
