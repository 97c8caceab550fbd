/** What the chart shows beside its lines: shortages, what is unknown, the present, moves, overrides and quarantines. */
import type uPlot from "uplot";
import type { TimelineAnswer, TimelineRole } from "../data/answers.ts";
import { type Stretch, shortStretches, unknownStretches } from "./chart-data.ts";
import type { Colours } from "./colours.ts";
import { overridesOf } from "./marks.ts";

export interface Drawn {
  readonly timeline: TimelineAnswer;
  readonly role: TimelineRole;
  readonly colours: Colours;
}

const HATCH = 7;
const STRIP = 5;

/** Below the lines. */
export function drawUnder(plot: uPlot, { timeline, role, colours }: Drawn): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const one of unknownStretches(timeline, role)) hatch(plot, one, colours.unknown);
  ctx.fillStyle = colours.short;
  for (const one of shortStretches(timeline, role)) {
    const [left, width] = placeOf(plot, one);
    ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.fillStyle = colours.bad;
    ctx.fillRect(left, bbox.top, width, STRIP * devicePixelRatio);
    ctx.fillStyle = colours.short;
  }
  ctx.restore();
}

/** Above the lines. */
export function drawOver(plot: uPlot, { timeline, role, colours }: Drawn): void {
  const { ctx, bbox } = plot;
  const unit = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  const bottom = bbox.top + bbox.height;
  ctx.fillStyle = colours.override;
  overridesOf(timeline, role.role).forEach(({ fromMs, untilMs }, row) => {
    const [left, width] = placeOf(plot, { fromMs, toMs: untilMs ?? timeline.toMs });
    ctx.fillRect(left, bottom - (4 + 6 * row) * unit, Math.max(2 * unit, width), 4 * unit);
  });
  for (const { startedMs, from, to } of timeline.moves) {
    if (to === role.role) triangle(plot, startedMs, 1, colours.capacity);
    else if (from === role.role) triangle(plot, startedMs, -1, colours.planned);
  }
  const machines = new Set(
    timeline.moves.filter(({ from, to }) => from === role.role || to === role.role).map((m) => m.machine),
  );
  for (const { machine, atMs } of timeline.quarantines) if (machines.has(machine)) cross(plot, atMs, colours.bad);
  line(plot, timeline.nowMs, colours.text);
  ctx.restore();
}

const xOf = (plot: uPlot, atMs: number): number => plot.valToPos(atMs / 1_000, "x", true);

function placeOf(plot: uPlot, { fromMs, toMs }: Stretch): [left: number, width: number] {
  const left = xOf(plot, fromMs);
  return [left, Math.max(1, xOf(plot, toMs) - left)];
}

function hatch(plot: uPlot, stretch: Stretch, colour: string): void {
  const { ctx, bbox } = plot;
  const [left, width] = placeOf(plot, stretch);
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.setLineDash([]);
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  const gap = HATCH * devicePixelRatio;
  for (let x = left - bbox.height; x < left + width; x += gap) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}

/** Into the role it points up, out of it down: the direction is told without the colour. */
function triangle(plot: uPlot, atMs: number, direction: 1 | -1, colour: string): void {
  const { ctx, bbox } = plot;
  const size = 5 * devicePixelRatio;
  const x = xOf(plot, atMs);
  const y = bbox.top + 12 * devicePixelRatio;
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.moveTo(x, y - direction * size);
  ctx.lineTo(x - size, y + direction * size);
  ctx.lineTo(x + size, y + direction * size);
  ctx.fill();
}

function cross(plot: uPlot, atMs: number, colour: string): void {
  const { ctx, bbox } = plot;
  const size = 5 * devicePixelRatio;
  const [x, y] = [xOf(plot, atMs), bbox.top + 26 * devicePixelRatio];
  ctx.strokeStyle = colour;
  // Whatever line was drawn before may have left its dashes.
  ctx.setLineDash([]);
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.stroke();
}

function line(plot: uPlot, atMs: number, colour: string): void {
  const { ctx, bbox } = plot;
  const x = xOf(plot, atMs);
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
}
