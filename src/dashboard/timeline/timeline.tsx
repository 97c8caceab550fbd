/** The timeline: demand, what was expected, capacity and what is planned, role by role, with everything that happened. */
import { isTicking, type TimelineAnswer } from "../data/answers.ts";
import { useBox } from "../data/box.ts";
import { live } from "../data/live.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Failed, Section } from "../parts/section.tsx";
import { changeQuery } from "../route.ts";
import { fullMoment } from "../words.ts";
import { Chart } from "./chart.tsx";
import { Happened } from "./happened.tsx";
import { moved, type Shown, SPANS, shownOf, spanOf, zoomed } from "./range.ts";

interface TimelineProps {
  readonly query: URLSearchParams;
  readonly only?: string;
}

const EVERY_MS = 4_000;

export function Timeline({ query, only }: TimelineProps) {
  const status = useBox(live.status);
  const shown = shownOf(query, isTicking(status) ? status.atMs : Date.now());
  const path = `v1/timeline?from=${shown.fromMs}&to=${shown.toMs}&step=${shown.stepMs}`;
  const { data, error } = useAnswer<TimelineAnswer>(path, EVERY_MS, true);
  const roles = data?.roles.filter(({ role }) => only === undefined || role === only) ?? [];
  return (
    <Section title="Timeline" aside={<Controls shown={shown} query={query} />}>
      <Failed error={error} />
      {data === null && error === null && <p class="empty">Asking …</p>}
      {!shown.isLive && (
        <p class="dim">
          {fullMoment(shown.fromMs)} to {fullMoment(shown.toMs)}
        </p>
      )}
      {data !== null && roles.map((role) => <Chart key={role.role} timeline={data} role={role} />)}
      {data !== null && <Legend />}
      {data !== null && <Happened timeline={data} />}
    </Section>
  );
}

function Controls({ shown, query }: { readonly shown: Shown; readonly query: URLSearchParams }) {
  const span = shown.isLive ? spanOf(query) : null;
  return (
    <div class="controls">
      {SPANS.map(([key, title]) => (
        <button
          key={key}
          type="button"
          aria-pressed={span === key}
          onClick={() => changeQuery({ span: key, from: null, to: null })}
        >
          {title}
        </button>
      ))}
      <button type="button" aria-label="Earlier" onClick={() => changeQuery(moved(shown, -1))}>
        ←
      </button>
      <button type="button" aria-label="Later" onClick={() => changeQuery(moved(shown, 1))}>
        →
      </button>
      <button type="button" aria-label="Zoom in" onClick={() => changeQuery(zoomed(shown, 0.5))}>
        +
      </button>
      <button type="button" aria-label="Zoom out" onClick={() => changeQuery(zoomed(shown, 2))}>
        −
      </button>
    </div>
  );
}

const LINES = [
  ["demand", "demand, in machines"],
  ["expected", "expected demand, 5 to 95 %; in the past as of half an hour before"],
  ["capacity", "serving"],
  ["desired", "desired"],
  ["planned", "planned (rota)"],
  ["short", "short of machines"],
  ["unknown", "unknown"],
  ["into", "▲ a machine comes"],
  ["out", "▼ a machine goes"],
  ["override", "override or pause"],
  ["quarantine", "✕ quarantine"],
] as const;

const Legend = () => (
  <ul class="legend" aria-label="Legend">
    {LINES.map(([kind, title]) => (
      <li key={kind} data-kind={kind}>
        {title}
      </li>
    ))}
  </ul>
);
