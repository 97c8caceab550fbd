/** A calibration as text: what is and what would be, the price of each headroom, and the YAML to paste. */
import type { BootTimes } from "../../core/calibrate/boot-times.ts";
import type { RoleCalibration } from "../../core/calibrate/calibrate-role.ts";
import type { Proposal } from "../../core/calibrate/proposal.ts";
import { describeDuration } from "../../core/domain/units.ts";
import { calibrationYaml, describePrice } from "../calibrate/calibration-yaml.ts";
import { type Look, toned } from "./look.ts";
import { minuteText } from "./moments.ts";
import { sparkline } from "./sparkline.ts";
import { indent, tableText } from "./table.ts";

export interface CalibrationView {
  readonly from: string;
  readonly to: string;
  readonly boots: Proposal<BootTimes>;
  readonly roles: readonly RoleCalibration[];
}

const WIDTH = 60;
const AHEAD = "; the policy decides ahead, and goes by it only while there is no forecast";
export const PRICE_COLUMNS = ["a shortage costs", "cheapest headroom", "short, hours a day", "idle, hours a day"];

export const priceRows = ({ prices }: RoleCalibration): string[][] =>
  prices.map(({ shortageCost, cost }) => [
    String(shortageCost),
    `${cost.percent.toFixed(1)} %`,
    (24 * cost.short).toFixed(2),
    (24 * cost.idle).toFixed(1),
  ]);

/** All that is known of each figure, now and proposed. */
export function figureRows({ present, decidesAhead, perMachine, headroom, impliedPrice }: RoleCalibration): string[][] {
  const said = <T>(proposal: Proposal<T>): string => (proposal.ok ? proposal.evidence : proposal.why);
  return [
    [
      "perMachine",
      String(present.perMachine ?? "slots"),
      perMachine.ok ? String(perMachine.value) : "–",
      said(perMachine),
    ],
    [
      "headroom",
      `${present.headroom} %`,
      headroom.ok ? `${headroom.value} %` : "–",
      `${said(headroom)}${decidesAhead ? AHEAD : ""}`,
    ],
    [
      "shortageCost",
      String(present.shortageCost),
      "–",
      impliedPrice === null ? "what you pay now hangs on the headroom" : describePrice(present.headroom, impliedPrice),
    ],
  ];
}

export const FIGURE_COLUMNS = ["", "now", "proposed", "why"];

export function bootText(boots: Proposal<BootTimes>): string {
  if (!boots.ok) return `boot times: ${boots.why}`;
  const { p50Ms, p90Ms, p99Ms } = boots.value;
  const [half, nine, most] = [p50Ms, p90Ms, p99Ms].map((ms) => describeDuration(Math.round(ms / 1_000) * 1_000));
  return `boot times: half within ${half}, 90 % within ${nine}, 99 % within ${most}; ${boots.evidence}`;
}

export function calibrationText({ from, to, boots, roles }: CalibrationView, look: Look): string {
  return [
    `${minuteText(from)} to ${minuteText(to)} UTC`,
    bootText(boots),
    ...roles.flatMap((role) => ["", toned(look, "strong", role.role), indent(roleText(role, look))]),
    "",
    toned(look, "strong", "to paste, as far as it convinces you; retask changes no file by itself"),
    ...roles.flatMap((role) => ["", calibrationYaml(role)]),
  ].join("\n");
}

function roleText(role: RoleCalibration, look: Look): string {
  const { curve, saturation, present } = role;
  const right = (title: string) => ({ title, align: "right" as const });
  const costs = curve.map(({ short, idle }) => present.shortageCost * short + idle);
  return [
    tableText(look, FIGURE_COLUMNS, figureRows(role), "wrapped"),
    ...(saturation.length === 0
      ? []
      : ["", `signal by load a machine  ${bars(saturation.map(({ signal }) => signal))}`]),
    ...(curve.length === 0
      ? []
      : [
          "",
          `cost by headroom, 0 to ${Math.round(curve.at(-1)?.percent ?? 0)} %  ${bars(costs)}`,
          "",
          tableText(look, PRICE_COLUMNS.map(right), priceRows(role)),
        ]),
  ].join("\n");
}

const bars = (values: readonly number[]): string => sparkline(values, Math.max(...values, Number.MIN_VALUE), WIDTH);
