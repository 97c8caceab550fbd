/** One role's chart. It is made once, and then given new data: nothing flickers, and a drag survives a refresh. */
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { TimelineAnswer, TimelineRole } from "../data/answers.ts";
import { useBox } from "../data/box.ts";
import { palette } from "../data/theme.ts";
import { changeQuery } from "../route.ts";
import { duration, moment, number } from "../words.ts";
import { chartData, shortStretches, unknownStretches } from "./chart-data.ts";
import { chartOptions } from "./chart-options.ts";
import { readColours } from "./colours.ts";
import type { Drawn } from "./draw-marks.ts";
import { fixed } from "./range.ts";

interface ChartProps {
  readonly timeline: TimelineAnswer;
  readonly role: TimelineRole;
}

export function Chart({ timeline, role }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const drawn = useRef<Drawn | null>(null);
  const colours = useBox(palette);
  const [step, setStep] = useState<number | null>(null);
  drawn.current = { timeline, role, colours: drawn.current?.colours ?? readColours() };

  useEffect(() => {
    const place = frame.current;
    if (place === null) return;
    drawn.current = { timeline, role, colours: readColours() };
    const handlers = {
      drawn: () => drawn.current ?? { timeline, role, colours: readColours() },
      onSelect: (fromMs: number, toMs: number) => changeQuery(fixed(fromMs, toMs)),
      onPoint: setStep,
    };
    const made = new uPlot(chartOptions(place.clientWidth, handlers), chartData(timeline, role), place);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: made.height }));
    resized.observe(place);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [colours, role.role]);

  useEffect(() => plot.current?.setData(chartData(timeline, role)), [timeline]);

  return (
    <figure class="chart" aria-label={`Timeline of ${role.role}`}>
      <figcaption>
        <a href={`#/roles/${role.role}`}>{role.role}</a>
        <span class="readout">{readout(timeline, role, step)}</span>
      </figcaption>
      <div ref={frame} class="chart-frame" aria-hidden="true" />
      <p class="unseen">{inWords(timeline, role)}</p>
    </figure>
  );
}

/** The values at the pointer; without one, those of the present. */
function readout(timeline: TimelineAnswer, role: TimelineRole, pointed: number | null): string {
  const { fromMs, stepMs, nowMs } = timeline;
  const last = Math.min(role.capacity.length, Math.floor((nowMs - fromMs) / stepMs)) - 1;
  const step = pointed ?? Math.max(0, last);
  const say = (word: string, value: number | null | undefined): string[] =>
    value === null || value === undefined ? [] : [`${word} ${number(value)}`];
  const { band, demand, perMachine } = role;
  const load = demand[step] ?? null;
  const isPast = fromMs + step * stepMs <= nowMs;
  const worth = load === null || perMachine === null ? "" : ` (worth ${number(load / perMachine)} machines)`;
  return [
    moment(fromMs + step * stepMs, nowMs),
    ...(load === null ? (isPast && perMachine !== null ? ["demand unknown"] : []) : [`demand ${number(load)}${worth}`]),
    ...(band === null || (band.q50[step] ?? null) === null
      ? []
      : [`expected ${number(band.q50[step] ?? 0)} (${number(band.q05[step] ?? 0)} to ${number(band.q95[step] ?? 0)})`]),
    ...say("serving", role.capacity[step]),
    ...say("desired", role.desired[step]),
    ...say("wanted", role.wanted[step]),
    ...say("planned", role.planned[step]),
  ].join(" · ");
}

/** For who can't see it: what the lines say, in a sentence. */
function inWords(timeline: TimelineAnswer, role: TimelineRole): string {
  const total = (stretches: readonly { fromMs: number; toMs: number }[]): number =>
    stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const [shortMs, unknownMs] = [total(shortStretches(timeline, role)), total(unknownStretches(timeline, role))];
  const serving = role.capacity.filter((value) => value !== null);
  return [
    serving.length === 0
      ? "Nothing is recorded."
      : `Between ${Math.min(...serving)} and ${Math.max(...serving)} machines served.`,
    shortMs === 0 ? "It was never short." : `It was short of machines for ${duration(shortMs)}.`,
    unknownMs === 0 ? "" : `Nothing is known of ${duration(unknownMs)}.`,
  ].join(" ");
}
