/** Several systems, one fact. */
import { expect, test } from "vitest";
import type { TrafficFact } from "../../../src/core/domain/observation.ts";
import { combineFacts } from "../../../src/world/traffic/combine-facts.ts";

const on: TrafficFact = { kind: "on", up: true };
const down: TrafficFact = { kind: "on", up: false };
const off = (busy: number | null): TrafficFact => ({ kind: "off", busy });
const blind: TrafficFact = { kind: "unknown", why: "no answer" };
const untold = "it can't be asked, and was not told since retask started";

test.each<[string, (TrafficFact | null)[], TrafficFact]>([
  ["nobody asked is none", [], { kind: "none" }],
  ["all on and up is up", [on, on], on],
  ["one down proxy makes it not up", [on, down], down],
  ["all off adds up the busy sessions", [off(2), off(3)], off(5)],
  ["a system that cannot count adds nothing", [off(2), off(null)], off(2)],
  ["off with nobody counting is uncounted, not zero", [off(null), off(null)], off(null)],
  ["some on and some off is mixed", [on, off(0)], { kind: "mixed", why: "s0: on; s1: off" }],
  ["one unknown makes all unknown", [off(0), blind], { kind: "unknown", why: "s1: no answer" }],
  ["unknown outweighs mixed", [on, off(0), blind], { kind: "unknown", why: "s2: no answer" }],
  ["one that was never told is unknown by itself", [null], { kind: "unknown", why: `s0: ${untold}` }],
  ["beside a known one it is mixed, so that it is told", [on, null], { kind: "mixed", why: `s0: on; s1: ${untold}` }],
  ["it never hides that another is unknown", [blind, null], { kind: "unknown", why: "s0: no answer" }],
  ["a system that has no traffic says nothing", [{ kind: "none" }, on], on],
])("%s", (_, facts, expected) => {
  expect(combineFacts(facts.map((fact, index) => ({ who: `s${index}`, fact })))).toEqual(expected);
});
