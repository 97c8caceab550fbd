/** What good files mean, and what YAML itself could do to a program that trusts it. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadConfiguration } from "../../../src/control/configuration/load-configuration.ts";
import { describeProblems } from "../../../src/control/configuration/problem.ts";
import { machineName, roleName } from "../../../src/core/domain/names.ts";
import { configurationOf, fleetOf, parsed, problemLines, RETASK, replaced, WEB } from "./support/site-files.ts";

const MINUTE = 60_000;

describe("defaults", () => {
  const { site, settings } = configurationOf();

  test("a minimal policy means what the reference says", () => {
    expect(site.policies.get(roleName("web"))).toEqual({
      role: "web",
      images: { production: "web.production" },
      prototypeMachines: 0,
      demand: {
        kind: "series",
        series: 'haproxy_backend_current_sessions{proxy="web"}',
        aggregate: "sum",
        maxAge: MINUTE,
        perMachine: 55,
        headroom: 15,
        suspectFor: 30 * MINUTE,
      },
      machines: { floor: 4, raiseFloor: [] },
      hold: { up: MINUTE, down: 5 * MINUTE, cool: 0 },
      blind: "hold",
      warmUp: 0,
      shortageCost: 20,
      forecast: "none",
      traffic: { haproxy: { backend: "web", drainFor: 15 * MINUTE, onTimeout: "cancel" } },
      health: [],
    });
  });

  test("the distcc hosts file has its own", () => {
    expect(site.policies.get(roleName("compile"))?.traffic.distcc).toEqual({
      hostsFile: "/srv/distcc/hosts",
      entry: "{ip}:3632",
      quietFor: 10_000,
      drainFor: 2 * MINUTE,
      onTimeout: "proceed",
    });
  });

  test("without limits.yaml the limits are on all the same", () => {
    expect(site.limits).toEqual({
      atOnce: { kind: "percent", percent: 10 },
      perHour: { kind: "percent", percent: 40 },
      perDomain: { rack: 2, pdu: 2, storage: 4 },
      dwell: 30 * MINUTE,
      reserve: { machines: 0, power: "off" },
      windows: [],
      urgent: { shortBy: 2 },
      freeze: [],
      breaker: { failures: 3, within: 60 * MINUTE },
      unknownFreeze: 45,
      acceptance: { removedShare: 20 },
    });
  });

  test("a machine may take every role, on the usual port and loader", () => {
    expect(site.machines.get(machineName("m02"))).toEqual({
      name: "m02",
      ip: "10.0.3.2",
      mac: "00:11:22:33:44:02",
      bmc: { address: "10.0.9.2", port: 623 },
      domains: {},
      roles: ["compile", "web"],
      capacity: 1,
      loader: "pxelinux",
      image: {},
      status: "active",
    });
  });

  test("retask.yaml's minimum starts in advise mode, listening on loopback", () => {
    expect(settings).toMatchObject({
      mode: "advise",
      tick: 10_000,
      listen: "127.0.0.1:9420",
      bootLinks: { pxelinux: "/srv/tftp/pxelinux.cfg" },
      prometheus: { url: "http://10.0.1.5:9090", deadline: 5_000 },
      beacon: { port: 9_421, maxAge: MINUTE },
      haproxy: ["unix:/run/haproxy/admin.sock"],
      bmc: { user: "retask", passwordFile: "/etc/retask/bmc", interval: 5_000, softOff: 3 * MINUTE },
      store: { file: "/var/lib/retask/retask.db", keepDecisions: 90 * 1_440 * MINUTE },
    });
    expect(site.timing).toMatchObject({ beaconMaxAgeMs: MINUTE, softOffMs: 3 * MINUTE, tickMs: 10_000 });
  });
});

describe("YAML that attacks", () => {
  const WIDE = `a: &a [${"x,".repeat(9)}x]\n`;
  const BOMB = `${WIDE}${["b", "c", "d", "e", "f", "g", "h", "i"]
    .map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9)}*${"abcdefgh"[index]}]`)
    .join("\n")}\n`;

  test("aliases that multiply are refused, not expanded", () => {
    expect(problemLines(parsed({ "policies/web.yaml": BOMB }))[0]).toMatch(
      /^policies\/web\.yaml:1:1 not readable as YAML: .*alias/i,
    );
  });

  test("thousands of aliases are refused at the first that is too many", () => {
    const many = `role: &a web\nlist:\n${"  - *a\n".repeat(5_000)}`;
    expect(problemLines(parsed({ "policies/web.yaml": many }))).toEqual([
      "policies/web.yaml:103:5 more than 100 aliases",
    ]);
  });

  test("a schedule written once and used twice is fine", () => {
    const { limits } = configurationOf({
      "policies/limits.yaml":
        'limits:\n  windows:\n    - &w { opens: "0 3 * * *", for: 1h, timezone: UTC }\n  freeze: [*w]\n',
    }).site;
    expect(limits.freeze).toEqual(limits.windows);
  });

  test.each(["[", '{"a":', "- ", "? "])("hundreds of nested %j are refused before they are built", (one) => {
    expect(problemLines(parsed({ "policies/web.yaml": one.repeat(200) }))).toContain(
      "policies/web.yaml:1:1 not readable as YAML: nested too deeply",
    );
  });

  test("__proto__ pollutes nothing", () => {
    parsed({ "policies/web.yaml": `${WEB}__proto__: { polluted: yes }\n` });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("all problems", () => {
  test("of all files come at once, in the order of files and lines, as the operator reads them", () => {
    const web = replaced(
      replaced(WEB, "perMachine: 55", "perMachine: 55 sessions"),
      "floor: 4",
      "floor: 4\n  maxx: 12",
    );
    const result = parsed({
      "policies/web.yaml": web,
      "retask.yaml": replaced(RETASK, "user: retask", "user: -retask"),
    });
    expect(describeProblems(result.ok ? [] : result.problems, true)).toBe(
      [
        "policy rejected, the previous one stays in force",
        '  policies/web.yaml:5:15  demand.perMachine: expected a number above 0, got "55 sessions"',
        "  policies/web.yaml:8:3   machines.maxx: unknown key; did you mean max?",
        '  retask.yaml:4:14        bmc.user: expected an IPMI user name of at most 16 characters, got "-retask"',
      ].join("\n"),
    );
  });

  test("are cut short where nobody would read them all", () => {
    const result = parsed({ "fleet.yaml": fleetOf(99).replaceAll("10.0.", "10.0.0.").replaceAll("00:11", "0:11") });
    expect(result.ok ? 0 : result.problems.length).toBe(99 * 2);
    const more = parsed({
      "fleet.yaml": fleetOf(99).replaceAll("10.0.3", "x").replaceAll("00:11", "0:11").replaceAll("name: m", "name: M"),
    });
    expect(more.ok ? "" : more.problems.at(-1)?.message).toMatch(/^and \d+ more problems$/);
    expect(more.ok ? 0 : more.problems.length).toBe(201);
  });

  test("without an earlier configuration the head says so", () => {
    expect(describeProblems([], false)).toMatch(/no earlier one is in force/);
  });
});

describe("the digest", () => {
  test("is the same for the same files, and another for any other text", () => {
    const { digest } = configurationOf();
    expect(configurationOf().digest).toBe(digest);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(configurationOf({ "fleet.yaml": `${fleetOf(12)}# a comment\n` }).digest).not.toBe(digest);
  });
});

describe("the example site", () => {
  const dir = new URL("../../../policies/example/", import.meta.url).pathname;

  test("is accepted: 24 machines in 3 racks, web and compile", async () => {
    const result = await loadConfiguration(dir);
    if (!result.ok) throw new Error(describeProblems(result.problems, false));
    const { site } = result.configuration;
    expect([...site.policies.keys()]).toEqual(["compile", "web"]);
    expect(site.machines.size).toBe(24);
    expect(new Set([...site.machines.values()].map(({ domains }) => domains.rack))).toEqual(
      new Set(["r1", "r2", "r3"]),
    );
    expect(result.configuration.files.get("retask.yaml")).toBe(readFileSync(`${dir}/retask.yaml`, "utf8"));
  });
});
