/** `retask calibrate` from figures to page: what is proposed can be pasted, and what can't be told is said. */
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { calibrationYaml } from "../../../src/cli/calibrate/calibration-yaml.ts";
import { calibrationReport } from "../../../src/cli/report/calibration-report.ts";
import { type CalibrationView, calibrationText } from "../../../src/cli/text/calibration-text.ts";
import { PLAIN } from "../../../src/cli/text/look.ts";
import { bootTimes } from "../../../src/core/calibrate/boot-times.ts";
import { calibrateRole, type RoleCalibration } from "../../../src/core/calibrate/calibrate-role.ts";
import { roleName } from "../../../src/core/domain/names.ts";
import { type Policy, policySchema } from "../../../src/core/domain/policy.ts";
import { seededRandom } from "../../../src/simulation/random.ts";
import { COMPILE, exampleSite, WEB } from "../http/support/bench.ts";
import { attributeOf, readPage, textOf } from "./report/support.ts";

/** Two days; each machine is pressed from 60 sessions on, and the example's policy says 55 and 15 %. */
const random = seededRandom(3);
const demand = Array.from({ length: 2_880 }, (_, minute) =>
  minute > 500 && minute < 520 ? null : 400 * (1 + 0.5 * Math.sin(minute / 229)) * random.between(0.9, 1.1),
);
const machines = demand.map(() => Math.ceil(random.between(4, 12)));
const signal = demand.map((load, minute) => 0.1 + 0.01 * Math.max(0, (load ?? 0) / (machines[minute] ?? 1) - 60));

let web: Policy;
let rest: Policy;
let whole: RoleCalibration;
let bare: RoleCalibration;
beforeAll(async () => {
  const { policies } = await exampleSite();
  [web, rest] = [policies.get(WEB) as Policy, policies.get(COMPILE) as Policy];
  const bootMs = [170_000, 180_000, 200_000];
  whole = calibrateRole({ policy: web, demand, machines, signal, bootMs }) as RoleCalibration;
  bare = calibrateRole({
    policy: web,
    demand: [5, null, 7],
    machines: null,
    signal: null,
    bootMs: [],
  }) as RoleCalibration;
});
const view = (roles: readonly RoleCalibration[], bootMs: readonly number[] = [180_000]): CalibrationView => ({
  from: "2026-11-02T00:00:00.000Z",
  to: "2026-11-04T00:00:00.000Z",
  boots: bootTimes(bootMs),
  roles,
});

test("it finds the load from which a machine is pressed, and looks as far ahead as a move takes", () => {
  expect(whole.perMachine.ok && Math.abs(whole.perMachine.value - 60)).toBeLessThan(4);
  // The minute before, a minute's hold, a minute before the boot, and the slowest of the boots.
  expect(whole.headroom).toMatchObject({ ok: true, evidence: expect.stringContaining("within 7 min") });
  expect(whole.impliedPrice).not.toBeNull();
  expect(calibrateRole({ policy: rest, demand, machines, signal, bootMs: [] })).toBeNull();
});

describe("what is to be pasted", () => {
  test("is YAML that the policy's schema takes", () => {
    const pasted = parse(calibrationYaml(whole)) as { demand: object };
    expect(Object.keys(pasted.demand)).toEqual(["perMachine", "headroom"]);
    const policy = {
      role: "web",
      images: { production: "web.1" },
      machines: { floor: 1 },
      demand: { series: "s", ...pasted.demand },
    };
    const parsed = policySchema.parse(policy);
    expect(parsed.demand).toMatchObject({ perMachine: whole.perMachine.ok && whole.perMachine.value });
  });

  test("is nothing but comments where nothing can be told", () => {
    const yaml = calibrationYaml(bare);
    expect(parse(yaml)).toBeNull();
    expect(yaml).toContain("# policies/web.yaml: nothing can be proposed");
    expect(yaml).toContain("the history does not say how many machines served, nor a signal");
  });
});

test("a dearer shortage wants more headroom, leaves less short and more idle", () => {
  const percents = whole.prices.map(({ cost }) => cost.percent);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(whole.prices.at(-1)?.cost.short).toBeLessThan(whole.prices[0]?.cost.short ?? 0);
  expect(whole.prices.at(-1)?.cost.idle).toBeGreaterThan(whole.prices[0]?.cost.idle ?? 0);
});

test("the text says what is, what would be and why, and what is not known", () => {
  const text = calibrationText(view([whole, bare], []), PLAIN);
  expect(text).toContain("boot times: no boot has been learned yet");
  expect(text).toMatch(/^ {2}headroom +15 % +\d+ % +within 7 min/m);
  expect(text).toMatch(/^ {2}perMachine +55 +– +the history does not say/m);
  expect(text).toMatch(/^ {2}cost by headroom, 0 to \d+ % {2}[▁-█]+$/m);
  expect(calibrationText(view([{ ...bare, decidesAhead: true }]), PLAIN)).toContain("only while there is no forecast");
});

test("the page has a plot for each figure that could be told, and the same words", () => {
  const page = readPage(
    calibrationReport("Calibration", view([whole, { ...bare, role: roleName("api") }]), ["calibrate"]),
  );
  expect(page.wrong).toEqual([]);
  const plots = page.named("svg").filter((svg) => attributeOf(svg, "role") === "img");
  expect(plots.map((plot) => attributeOf(plot, "aria-labelledby")?.split(" ")[0])).toEqual([
    "web-saturation-wide-title",
    "web-saturation-narrow-title",
    "web-headroom-wide-title",
    "web-headroom-narrow-title",
  ]);
  expect(page.named("pre").map(textOf).join()).toContain("headroom: ");
  expect(page.named("td").map(textOf).join()).toContain("the history does not say how many machines served");
});
