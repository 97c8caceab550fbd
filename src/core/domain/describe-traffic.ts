/** Whether a machine gets its role's work, in words: the same in terminal and page. */
import type { TrafficFact } from "./observation.ts";

export function describeTraffic(traffic: TrafficFact): string {
  switch (traffic.kind) {
    case "on":
      return traffic.up ? "on" : "on, but the proxy finds it down";
    case "off":
      return traffic.busy === null ? "off, what still runs can't be counted" : `off, ${traffic.busy} still running`;
    case "none":
      return "its role has no traffic system";
    case "mixed":
    case "unknown":
      return `${traffic.kind}: ${traffic.why}`;
  }
}
