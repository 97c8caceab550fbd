/** What is recorded and observed of one machine, in words. */
import { describeTraffic } from "../../core/domain/describe-traffic.ts";
import type { MachineAnswer } from "../data/answers.ts";
import { duration, fullMoment } from "../words.ts";
import type { Fact } from "./facts.tsx";
import { RoleLink } from "./links.tsx";

type Observed = NonNullable<MachineAnswer["observed"]>;

export function factsOf(machine: MachineAnswer, nowMs: number): Fact[] {
  const { standing, recorded, observed, ip, mac, bmc, domains, roles, capacity, loader, status } = machine;
  const says = (yes: boolean): string => (yes ? "yes" : "no");
  const places = Object.entries(domains).map(([kind, name]) => `${kind} ${name}`);
  return [
    ["Because", standing?.why ?? "no tick has ended yet"],
    ...(standing === null
      ? []
      : ([
          [
            "Counts",
            `for the floor: ${says(standing.forFloor)}, as capacity: ${says(standing.asCapacity)}; may be moved: ${says(standing.mayMove)}`,
          ],
        ] satisfies Fact[])),
    [
      "Recorded",
      recorded?.adopted === true ? (
        <>
          <RoleLink name={recorded.placement ?? "no role"} />, {recorded.image ?? "no image"}
        </>
      ) : (
        "nothing: it is not adopted (retask adopt)"
      ),
    ],
    ...trouble(recorded, nowMs),
    ...(observed === null ? [] : observedFacts(observed)),
    ["In fleet.yaml", `${ip}, ${mac}, BMC ${bmc}, ${loader}, capacity ${capacity}, ${status}`],
    ["Domains", places.join(", ") || "none"],
    ["May be", roles.join(", ")],
  ];
}

function trouble(recorded: MachineAnswer["recorded"], nowMs: number): Fact[] {
  const facts: Fact[] = [];
  if (recorded?.unmanageable != null) facts.push(["Unmanageable", recorded.unmanageable]);
  if (recorded?.quarantine != null) {
    const { sinceMs, why, expected } = recorded.quarantine;
    facts.push(["In quarantine", `since ${fullMoment(sinceMs)} (${duration(nowMs - sinceMs)}): ${why}`]);
    if (expected !== null) facts.push(["Expected as", `${expected.placement}, ${expected.image ?? "off"}`]);
  }
  return facts;
}

function observedFacts({ beacon, bootStage, power, link, traffic, strayTraffic, distcc }: Observed): Fact[] {
  const facts: Fact[] = [
    ["Beacon", beaconWords(beacon)],
    ["Power", powerWords(power)],
    ["Boot link", linkWords(link)],
    ["Traffic", describeTraffic(traffic)],
  ];
  if (bootStage !== null) facts.push(["Boot", bootStage]);
  if (strayTraffic.length > 0) facts.push(["Stray traffic", `of ${strayTraffic.join(", ")}, which is not its role`]);
  if (distcc !== null) facts.push(["Builds", `${distcc.inFlight} of ${distcc.slots} slots busy`]);
  return facts;
}

function beaconWords(beacon: Observed["beacon"]): string {
  if (beacon.kind === "silent") return `silent: ${beacon.why}`;
  const { role, image, uptimeS } = beacon.report;
  const heard = beacon.ageMs === 0 ? "heard in this tick" : `heard ${duration(beacon.ageMs)} ago`;
  return `${role || "no role"}, ${image || "no image"}; up ${duration(uptimeS * 1_000)}; ${heard}`;
}

function powerWords(power: Observed["power"]): string {
  if (power.kind === "unknown") return `unknown: ${power.why}${power.code === null ? "" : ` (${power.code})`}`;
  return `${power.kind}, read ${duration(power.ageMs)} ago`;
}

function linkWords(link: Observed["link"]): string {
  switch (link.kind) {
    case "image":
      return link.image;
    case "missing":
      return "missing";
    case "foreign":
      return `not retask's: ${link.target}`;
    case "shadowed":
      return `shadowed by ${link.by}`;
    case "unreadable":
      return `can't be read: ${link.why}`;
  }
}
