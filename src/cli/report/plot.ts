/**
 * A plot as static SVG: no script, so that it is seen wherever the report is opened; colours by class, so that it follows the
 * reader's light or dark; drawn twice, for wide and for narrow screens, so that its text keeps its size. Scales, ticks and
 * paths are d3's.
 */
import { type ScaleLinear, type ScaleTime, scaleLinear, scaleUtc } from "d3-scale";
import { area, curveLinear, curveStepAfter, line } from "d3-shape";
import { type Html, html } from "./html.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Area {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** The style sheet of page.ts has each of them, as strokes, fills and dashes that differ without colour, too. */
export type Ink = "demand" | "band" | "serving" | "short" | "in" | "out" | "curve" | "dot" | "unknown" | "mark";

/** `label`: its line in the legend. Null within points is a gap. */
export type Mark = { readonly ink: Ink; readonly label: string } & (
  | { readonly kind: "line"; readonly points: readonly (Point | null)[] }
  | { readonly kind: "area"; readonly points: readonly (Area | null)[]; readonly steps: boolean }
  | { readonly kind: "dots"; readonly points: readonly Point[] }
  /** From top to bottom: stretches, or with both ends alike lines. */
  | { readonly kind: "stretches"; readonly stretches: readonly (readonly [from: number, to: number])[] }
);

export interface Plot {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** In words, for who does not see it: what it shows, and what stands out. */
  readonly says: string;
  readonly x: { readonly from: number; readonly to: number; readonly label: string } & (
    | { readonly kind: "number" }
    /** `from`, `to` and all points in minutes after `startMs`. */
    | { readonly kind: "time"; readonly startMs: number }
  );
  /** From zero, or below, to the most of the marks. */
  readonly y: { readonly label: string };
  /** For so many points across. */
  readonly marks: (across: number) => readonly Mark[];
}

interface Size {
  readonly name: "wide" | "narrow";
  readonly width: number;
  readonly height: number;
}

const SIZES: readonly Size[] = [
  { name: "wide", width: 960, height: 230 },
  { name: "narrow", width: 360, height: 210 },
];
const MARGIN = { top: 8, right: 24, bottom: 38, left: 48 };
const PIXELS_A_POINT = 2;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export function plotHtml(plot: Plot): Html {
  const legend = plot.marks(1).map(
    ({
      ink,
      label,
    }) => html`<li><svg class="swatch" viewBox="0 0 20 10" aria-hidden="true"><rect class="${ink}" x="1" y="1" width="18" height="8"/></svg> ${label}</li>
`,
  );
  return html`<figure>
<figcaption>${plot.title}<span class="axis-name">${plot.y.label}</span></figcaption>
${SIZES.map((size) => drawing(plot, size))}
<ul class="legend">
${legend}</ul>
</figure>
`;
}

type XScale = ScaleLinear<number, number> | ScaleTime<number, number>;

interface Frame {
  readonly x: (value: number) => number;
  readonly y: ScaleLinear<number, number>;
  readonly top: number;
  readonly bottom: number;
}

function drawing(plot: Plot, { name, width, height }: Size): Html {
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
  const marks = plot.marks(Math.floor((right - left) / PIXELS_A_POINT));
  const y = scaleLinear(heights(marks), [bottom, top]).nice(4);
  const scale = xScale(plot).range([left, right]);
  const offsetMs = plot.x.kind === "time" ? plot.x.startMs : null;
  const frame = { x: (value: number) => scale(moment(value, offsetMs)), y, top, bottom };
  const id = `${plot.id}-${name}`;
  return html`<svg class="plot ${name}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${plot.title}</title>
<desc id="${id}-desc">${plot.says}</desc>
${marks.map((mark) => drawn(mark, frame))}
${yAxis(y, left, right)}
${xAxis(scale, plot.x.label, width, bottom)}
</svg>
`;
}

/** What the upright axis must reach from and to: zero always, for a cut axis makes small differences look great. */
function heights(marks: readonly Mark[]): [number, number] {
  let [least, most] = [0, 0];
  const reach = (value: number): void => {
    [least, most] = [Math.min(least, value), Math.max(most, value)];
  };
  for (const mark of marks) {
    if (mark.kind === "stretches") continue;
    for (const point of mark.points) {
      if (point === null) continue;
      for (const value of "y" in point ? [point.y] : [point.low, point.high]) reach(value);
    }
  }
  return least === most ? [0, 1] : [least, most];
}

const moment = (value: number, offsetMs: number | null): number =>
  offsetMs === null ? value : offsetMs + value * MINUTE_MS;

function xScale({ x }: Plot): XScale {
  if (x.kind === "number") return scaleLinear([x.from, x.to], [0, 1]);
  return scaleUtc([moment(x.from, x.startMs), moment(x.to, x.startMs)], [0, 1]);
}

function yAxis(y: ScaleLinear<number, number>, left: number, right: number): Html[] {
  const format = y.tickFormat(4);
  return y.ticks(4).map((tick) => {
    const at = round(y(tick));
    return html`<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick" x="${left - 6}" y="${at + 4}" text-anchor="end">${format(tick)}</text>
`;
  });
}

function xAxis(scale: XScale, label: string, width: number, bottom: number): Html[] {
  const count = Math.max(2, Math.round(width / 110));
  const numbers: (tick: Date & number) => string = scale.tickFormat(count);
  const format = (tick: Date | number): string =>
    tick instanceof Date ? timeText(tick) : numbers(tick as Date & number);
  const ticks = (scale.ticks(count) as (Date & number)[]).map((tick) => {
    const at = round(scale(tick));
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/><text class="tick" x="${at}" y="${bottom + 17}" text-anchor="middle">${format(tick)}</text>
`;
  });
  const end = width - MARGIN.right;
  return [...ticks, html`<text class="tick" x="${end}" y="${bottom + 33}" text-anchor="end">${label}</text>`];
}

const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" });
const timeText = (tick: Date): string => (tick.getTime() % DAY_MS === 0 ? DAY : CLOCK).format(tick);

function drawn(mark: Mark, { x, y, top, bottom }: Frame): Html {
  switch (mark.kind) {
    case "line": {
      const path = line<Point | null>()
        .digits(1)
        .defined((point) => point !== null)
        .x((point) => x(point?.x ?? 0))
        .y((point) => y(point?.y ?? 0));
      return html`<path class="${mark.ink}" fill="none" d="${path(mark.points) ?? ""}"/>`;
    }
    case "area": {
      const path = area<Area | null>()
        .digits(1)
        .defined((span) => span !== null)
        .curve(mark.steps ? curveStepAfter : curveLinear)
        .x((span) => x(span?.x ?? 0))
        .y0((span) => y(span?.low ?? 0))
        .y1((span) => y(span?.high ?? 0));
      return html`<path class="${mark.ink}" d="${path(mark.points) ?? ""}"/>`;
    }
    case "dots":
      return html`${mark.points.map((point) => html`<circle class="${mark.ink}" cx="${round(x(point.x))}" cy="${round(y(point.y))}" r="2"/>`)}`;
    case "stretches":
      // A pixel wide at least: what is short must not vanish.
      return html`${mark.stretches.map(
        ([from, to]) =>
          html`<rect class="${mark.ink}" x="${round(x(from))}" y="${top}" width="${Math.max(1, round(x(to) - x(from)))}" height="${bottom - top}"/>`,
      )}`;
  }
}

const round = (value: number): number => Math.round(value * 10) / 10;
