/** A calibration as a page: each figure with the plot that shows why. */
import type { RoleCalibration } from "../../core/calibrate/calibrate-role.ts";
import { calibrationYaml } from "../calibrate/calibration-yaml.ts";
import {
  bootText,
  type CalibrationView,
  FIGURE_COLUMNS,
  figureRows,
  PRICE_COLUMNS,
  priceRows,
} from "../text/calibration-text.ts";
import { minuteText } from "../text/moments.ts";
import { type Html, html } from "./html.ts";
import { commandHtml, pageHtml, sheetHtml } from "./page.ts";
import { type Mark, type Plot, plotHtml } from "./plot.ts";

export function calibrationReport(title: string, view: CalibrationView, command: readonly string[]): string {
  return pageHtml(title, [
    html`<p>${minuteText(view.from)} to ${minuteText(view.to)} UTC</p>
<p>${bootText(view.boots)}</p>
`,
    ...view.roles.map(roleSection),
    commandHtml(command),
  ]);
}

function roleSection(role: RoleCalibration): Html {
  const caption = `${role.role}: its figures now, and as this history has them; a dash: nothing can be proposed`;
  const prices = `${role.role}: the cheapest headroom for what a machine-hour short costs, in machine-hours of the rest role`;
  return html`<h2>Role ${role.role}</h2>
${sheetHtml({ caption, columns: FIGURE_COLUMNS, rows: figureRows(role), words: true })}
${role.saturation.length === 0 ? null : plotHtml(saturationPlot(role))}
${role.curve.length === 0 ? null : [plotHtml(headroomPlot(role)), sheetHtml({ caption: prices, columns: PRICE_COLUMNS, rows: priceRows(role) })]}
<h3>To paste</h3>
<pre>${calibrationYaml(role)}</pre>
`;
}

function saturationPlot({ role, saturation, perMachine, present }: RoleCalibration): Plot {
  const most = saturation.at(-1)?.load ?? 1;
  return {
    id: `${role}-saturation`,
    title: `Saturation of ${role}'s machines`,
    says: `The median signal by load a machine, up to ${most.toFixed(1)}. ${perMachine.ok ? perMachine.evidence : perMachine.why}.`,
    x: { kind: "number", from: 0, to: most, label: "demand a machine" },
    y: { label: "signal, medians" },
    marks: () => [
      ...mark(
        "mark",
        "perMachine now",
        present.perMachine !== null && present.perMachine <= most ? present.perMachine : null,
      ),
      ...mark("in", "proposed", perMachine.ok ? perMachine.value : null),
      {
        kind: "line",
        ink: "curve",
        label: "signal",
        points: saturation.map(({ load, signal }) => ({ x: load, y: signal })),
      },
    ],
  };
}

function headroomPlot({ role, curve, headroom, present }: RoleCalibration): Plot {
  const points = (of: (at: RoleCalibration["curve"][number]) => number) =>
    curve.map((at) => ({ x: at.percent, y: 24 * of(at) }));
  return {
    id: `${role}-headroom`,
    title: `What headroom of ${role} costs`,
    says: `Idle machines cost more with headroom, shortages less. ${headroom.ok ? headroom.evidence : headroom.why}.`,
    x: { kind: "number", from: 0, to: curve.at(-1)?.percent ?? 1, label: "headroom, %" },
    y: { label: `machine-hours a day, a shortage at ${present.shortageCost}` },
    marks: () => [
      {
        kind: "area",
        ink: "serving",
        label: "of it idle",
        steps: false,
        points: points(({ idle }) => idle).map(({ x, y }) => ({ x, low: 0, high: y })),
      },
      ...mark("mark", "headroom now", present.headroom),
      ...mark("in", "proposed", headroom.ok ? headroom.value : null),
      {
        kind: "line",
        ink: "curve",
        label: "cost",
        points: points(({ short, idle }) => present.shortageCost * short + idle),
      },
    ],
  };
}

const mark = (ink: "mark" | "in", label: string, at: number | null): Mark[] =>
  at === null ? [] : [{ kind: "stretches", ink, label, stretches: [[at, at]] }];
