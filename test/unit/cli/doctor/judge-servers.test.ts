/** What the doctor makes of what Prometheus, HAProxy, hosts files, images and clocks said, case by case. */
import { describe, expect, test } from "vitest";
import { type ClockReading, judgeClock } from "../../../../src/cli/doctor/check-clocks.ts";
import { judgeProgram } from "../../../../src/cli/doctor/check-dhcp.ts";
import { judgeProxy } from "../../../../src/cli/doctor/check-haproxy.ts";
import { judgeHosts } from "../../../../src/cli/doctor/check-hosts.ts";
import { judgeWishes } from "../../../../src/cli/doctor/check-images.ts";
import { type DemandAnswers, judgeDemand, type MeasuredDemand } from "../../../../src/cli/doctor/check-prometheus.ts";
import type { Fault } from "../../../../src/cli/doctor/finding.ts";
import { imageName, roleName } from "../../../../src/core/domain/names.ts";
import { demandSchema } from "../../../../src/core/domain/policy.ts";
import { someMachine } from "../../traffic/some-machine.ts";

const machine = someMachine("m01", "10.0.3.1");
const named = (faults: readonly Fault[]): string[] => faults.map(({ level, name }) => `${level} ${name}`);

describe("a role's demand", () => {
  const measured = (more: object): MeasuredDemand =>
    demandSchema.parse({ series: "load", perMachine: 5, maxAge: "30s", ...more }) as MeasuredDemand;
  const value = (number: number) => ({ ok: true, value: number }) as const;
  const gone = { ok: false, why: "no series matched" } as const;
  const well: DemandAnswers = { value: value(7), age: value(3), count: value(2), most: value(2), confirm: value(1) };

  test.each([
    ["is fresh and whole", {}, {}, []],
    ["gives no value", { value: gone, age: gone, count: gone }, {}, ["error prometheus-value"]],
    ["is negative", { value: value(-1) }, {}, ["error prometheus-value"]],
    ["is old", { age: value(31) }, {}, ["error prometheus-stale"]],
    ["comes from the future", { age: value(-6) }, {}, ["error prometheus-stale"]],
    ["had more series today", { most: value(3) }, {}, ["error prometheus-count"]],
    ["has fewer series than were named", { most: null }, { expectSeries: 3 }, ["error prometheus-count"]],
    ["has as many as were named", { most: null }, { expectSeries: 2 }, []],
    ["has no second signal", { confirm: gone }, {}, ["error prometheus-confirm"]],
    [
      "is old, and partly covered",
      { age: value(31), most: value(3) },
      {},
      ["error prometheus-stale", "error prometheus-count"],
    ],
  ])("%s", (_, answers: Partial<DemandAnswers>, policy, faults) => {
    expect(named(judgeDemand("web", measured(policy), { ...well, ...answers }))).toEqual(faults);
  });
});

describe("a HAProxy", () => {
  const backend = { name: "web", role: "web", machines: [{ name: "m1", ip: "10.0.3.1" }] };
  const row = { name: "m1", off: false, weightless: false, up: true, address: "10.0.3.1" };
  const rows = (...some: (typeof row)[]) => new Map([["web", some]]);
  const socket = "unix:/run/haproxy.sock";

  test.each([
    ["that is as it should be", { level: "admin", backends: rows(row) }, []],
    ["that lets retask only look", { level: "operator", backends: rows(row) }, ["error haproxy-level"]],
    ["that does not say what it lets retask do", { level: "", backends: rows(row) }, ["error haproxy-level"]],
    ["without the server", { level: "admin", backends: rows() }, ["error haproxy-server"]],
    [
      "with the server elsewhere",
      { level: "admin", backends: rows({ ...row, address: "10.0.3.9" }) },
      ["warning haproxy-address"],
    ],
    ["without the backend", { level: "admin", backends: new Map([["web", null]]) }, ["error haproxy-backend"]],
    ["that is silent", { silent: "connection refused" }, ["error haproxy-silent"]],
  ])("%s", (_, facts, faults) => {
    expect(named(judgeProxy({ socket, ...facts }, [backend]))).toEqual(faults);
  });
});

describe("a hosts file", () => {
  const sound = { kind: "sound" } as const;
  const facts = { file: "/srv/hosts", entry: "{ip}:3632/4", checked: sound, unwritable: null };

  test.each([
    ["that is sound", { text: `${machine.ip}:3632/4\nelsewhere/2\n` }, []],
    ["with a machine in it twice", { text: `${machine.ip}:3632/4\n${machine.name}/2\n` }, ["warning hosts-entry"]],
    ["with a limit of 0", { text: "elsewhere/0\n" }, ["warning hosts-entry"]],
    ["that distcc refuses", { text: "a/2\n", checked: { kind: "void", why: "bad" } as const }, ["error hosts-void"]],
    [
      "that distcc could not be asked about",
      { text: "a/2\n", checked: { kind: "unchecked", why: "no distcc" } as const },
      [],
    ],
    ["that can't be replaced", { text: "", unwritable: "EACCES" }, ["error hosts-unwritable"]],
  ])("%s", (_, more, faults) => {
    expect(named(judgeHosts({ ...facts, ...more }, [machine]))).toEqual(faults);
  });
});

describe("a clock", () => {
  const reading = (theirsMs: number, more: Partial<ClockReading> = {}): ClockReading => ({
    ...{ who: "Prometheus", theirsMs, beforeMs: 1_000_000, afterMs: 1_004_000, resolutionMs: 0, counts: true },
    ...more,
  });

  test.each([
    ["within the question's own time", reading(1_003_000), []],
    ["5 s ahead of the answer", reading(1_009_000), []],
    ["more than 5 s ahead", reading(1_009_001), ["warning clock-apart"]],
    ["5 s behind the question", reading(995_000), []],
    ["more than 5 s behind", reading(994_999), ["warning clock-apart"]],
    ["that tells whole seconds, behind by one more", reading(994_000, { resolutionMs: 1_000 }), []],
    ["a minute ahead", reading(1_064_000), ["error clock-apart"]],
    ["a minute ahead, that retask asks for no history", reading(1_064_000, { counts: false }), ["warning clock-apart"]],
  ])("%s", (_, one, faults) => {
    expect(named(judgeClock(one))).toEqual(faults);
  });
});

test("an image that is wished for is there, and serves the role that wishes for it", () => {
  const [web, channel] = [imageName("web.1"), imageName("web.production")];
  const catalogue = {
    channels: new Map([
      [channel, web],
      [web, web],
    ]),
    images: new Map([[web, roleName("web")]]),
    roots: new Map(),
  };
  const judge = (name: string, role: string) =>
    judgeWishes([{ name: imageName(name), role, machine }], catalogue, ["/srv"]);
  expect(judge("web.production", "web")).toEqual({ faults: [], images: [{ image: web, machine }] });
  expect(named(judge("web.2", "web").faults)).toEqual(["error image-missing"]);
  expect(named(judge("web.1", "compile").faults)).toEqual(["error image-role"]);
});

test("a DHCP server's program that is missing is an error where it has to try new entries", () => {
  expect(judgeProgram({ server: "isc" }, true)).toEqual([]);
  expect(judgeProgram({ server: "kea" }, false)).toMatchObject([
    { level: "error", name: "dhcp-program", where: ["kea-dhcp4"] },
  ]);
  expect(named(judgeProgram({ server: "dnsmasq" }, false))).toEqual(["warning dhcp-program"]);
});
