/** How the chart looks: its lines, its axes, and what is drawn beside them. */
import uPlot from "uplot";
import { isInMachines } from "./chart-data.ts";
import { type Drawn, drawOver, drawUnder } from "./draw-marks.ts";

const HEIGHT = 190;
const AXIS_WIDTH = 44;
const FONT = "12px system-ui, sans-serif";
const DAY_S = 86_400;

export interface Handlers {
  /** What is drawn, as it is at that moment. */
  readonly drawn: () => Drawn;
  readonly onSelect: (fromMs: number, toMs: number) => void;
  /** Which step the pointer is at; null: at none. */
  readonly onPoint: (step: number | null) => void;
}

export function chartOptions(width: number, handlers: Handlers): uPlot.Options {
  const { colours, role } = handlers.drawn();
  const demandScale = isInMachines(role) ? "y" : "demand";
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { sync: { key: "timeline" }, drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: {
      x: { time: true, range: (_, min, max) => [min, max] },
      y: { range: (_, __, max) => [0, Math.max(1, max * 1.15)] },
      demand: { range: (_, __, max) => [0, Math.max(1, max * 1.15)] },
    },
    axes: [
      { ...axisLook(handlers), size: 28, values: (_, splits, __, ___, step) => splits.map((at) => timeText(at, step)) },
      { ...axisLook(handlers), size: AXIS_WIDTH, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] },
      {
        ...axisLook(handlers),
        scale: "demand",
        side: 1,
        show: demandScale === "demand" && role.demand.some((value) => value !== null),
        size: AXIS_WIDTH,
        grid: { show: false },
      },
    ],
    series: [
      {},
      { scale: demandScale, width: 0, stroke: "transparent", points: { show: false } },
      { scale: demandScale, width: 0, stroke: "transparent", points: { show: false } },
      { scale: demandScale, width: 1.5, stroke: colours.demand, dash: [6, 4], points: { show: false } },
      { scale: demandScale, width: 2, stroke: colours.demand, points: { show: false } },
      { ...stepped(), width: 2, stroke: colours.capacity },
      { ...stepped(), width: 1, stroke: colours.capacity, dash: [3, 3] },
      { ...stepped(), width: 1.5, stroke: colours.planned, dash: [2, 4] },
    ],
    bands: [{ series: [1, 2], fill: colours.band }],
    hooks: {
      drawClear: [(plot) => drawUnder(plot, handlers.drawn())],
      draw: [(plot) => drawOver(plot, handlers.drawn())],
      setCursor: [({ cursor }) => handlers.onPoint(cursor.idx ?? null)],
      setSelect: [(plot) => selected(plot, handlers)],
    },
  };
}

/** A count stays what it was until the next step. */
function stepped(): Pick<uPlot.Series, "paths" | "points"> {
  const paths = uPlot.paths.stepped?.({ align: 1 });
  return { ...(paths === undefined ? {} : { paths }), points: { show: false } };
}

function axisLook({ drawn }: Handlers): uPlot.Axis {
  const { colours } = drawn();
  return {
    stroke: colours.dim,
    font: FONT,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1 },
  };
}

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

function timeText(atS: number, stepS: number): string {
  const time = TIME.format(atS * 1_000);
  return stepS >= DAY_S || time === "00:00" ? DAY.format(atS * 1_000) : time;
}

const SHORTEST_PIXELS = 8;

/** A drag asks for what it covers; what covers nothing was a click. */
function selected(plot: uPlot, { onSelect }: Handlers): void {
  const { left, width } = plot.select;
  if (width < SHORTEST_PIXELS) return;
  const at = (pixel: number): number => plot.posToVal(pixel, "x") * 1_000;
  const [fromMs, toMs] = [at(left), at(left + width)];
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  onSelect(fromMs, toMs);
}
