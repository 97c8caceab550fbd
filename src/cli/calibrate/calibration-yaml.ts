/** What calibration proposes, as YAML to paste into a policy: with its evidence, and only where there is some. */
import { stringify } from "yaml";
import type { RoleCalibration } from "../../core/calibrate/calibrate-role.ts";

export function calibrationYaml({ role, present, perMachine, headroom, impliedPrice }: RoleCalibration): string {
  const demand = {
    ...(perMachine.ok ? { perMachine: perMachine.value } : {}),
    ...(headroom.ok ? { headroom: `${headroom.value}%` } : {}),
  };
  const isEmpty = Object.keys(demand).length === 0;
  return [
    `# policies/${role}.yaml${isEmpty ? ": nothing can be proposed" : ""}`,
    `# perMachine: ${perMachine.ok ? perMachine.evidence : perMachine.why}`,
    `# headroom: ${headroom.ok ? headroom.evidence : headroom.why}`,
    ...(impliedPrice === null
      ? []
      : [`# shortageCost: ${present.shortageCost} now; ${describePrice(present.headroom, impliedPrice)}`]),
    ...(isEmpty ? [] : [stringify({ demand }).trimEnd()]),
  ].join("\n");
}

export function describePrice(percent: number, price: NonNullable<RoleCalibration["impliedPrice"]>): string {
  if (price.kind === "atLeast")
    return `no rise of this history exceeded the present headroom of ${percent} %: it may be more than any price asks for`;
  return `the present headroom of ${percent} % is the cheapest where a machine-hour short costs ${Number(price.value.toPrecision(3))}`;
}
