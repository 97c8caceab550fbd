/** What was observed of one machine, in words. */
import { describeTraffic } from "../../core/domain/describe-traffic.ts";
import type { BeaconFact, MachineFacts, PowerFact } from "../../core/domain/observation.ts";
import { describeLink } from "../../core/domain/standing.ts";
import { describeDuration } from "../../core/domain/units.ts";

export function observedFacts(observed: MachineFacts): [string, string][] {
  const { beacon, bootStage, power, link, traffic, strayTraffic, distcc } = observed;
  const facts: [string, string][] = [
    ["beacon", describeBeacon(beacon)],
    ["power", describePower(power)],
    ["link", describeLink(link)],
    ["traffic", describeTraffic(traffic)],
  ];
  if (bootStage !== null) facts.push(["boot", bootStage]);
  if (strayTraffic.length > 0)
    facts.push(["stray", `gets traffic of ${strayTraffic.join(", ")}, which is not its role`]);
  if (distcc !== null) {
    const queue = distcc.queue === null ? "queue not known" : `${distcc.queue} queued`;
    facts.push(["builds", `${distcc.inFlight} of ${distcc.slots} slots busy, ${queue}`]);
  }
  return facts;
}

function describeBeacon(beacon: BeaconFact): string {
  if (beacon.kind === "silent") return `silent: ${beacon.why}`;
  const { machine, role, image, uptimeS, bootId } = beacon.report;
  const says = `${machine}, ${role || "no role"}, ${image || "no image"}`;
  return `${says}; up ${describeDuration(uptimeS * 1_000)}, boot ${bootId}; heard ${describeDuration(beacon.ageMs)} ago`;
}

function describePower(power: PowerFact): string {
  if (power.kind === "unknown") return `unknown: ${power.why}${power.code === null ? "" : ` (${power.code})`}`;
  return `${power.kind}, ${power.readings} equal readings in a row, the last ${describeDuration(power.ageMs)} ago`;
}
