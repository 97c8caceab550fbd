/** Which changes wait for somebody's acceptance, which are refused, and which come into force by themselves (S14). */
import { describe, expect, test } from "vitest";
import { compareConfigurations } from "../../../src/control/configuration/compare-configurations.ts";
import { type MachineName, machineName } from "../../../src/core/domain/names.ts";
import { COMPILE, configurationOf, fleetOf, RETASK, replaced, WEB } from "./support/site-files.ts";

type Changed = Readonly<Record<string, string | null>>;

const compare = (before: Changed, after: Changed, off: readonly string[] = []) =>
  compareConfigurations(
    configurationOf(before),
    configurationOf(after),
    new Set<MachineName>(off.map((name) => machineName(name))),
  );
const needs = (before: Changed, after: Changed): readonly string[] => compare(before, after).needsAcceptance;

const web = (machines: string): Changed => ({ "policies/web.yaml": replaced(WEB, "  floor: 4\n", machines) });
const raised = (floor: number): string =>
  `  floor: 4\n  raiseFloor:\n    - { opens: "0 7 * * 1-5", for: 12h, timezone: Europe/Berlin, floor: ${floor} }\n`;
const accepting = (share: string): string => `limits: { acceptance: { removedShare: ${share} } }\n`;

/** The fleet of twelve with the first `count` machines retiring. */
const retiring = (count: number): string =>
  fleetOf(12)
    .split("\n")
    .map((line, index) => (index >= 1 && index <= count ? line.replace(" }", ", status: retiring }") : line))
    .join("\n");
const without = (fleet: string, name: string): string =>
  fleet
    .split("\n")
    .filter((line) => !line.includes(`name: ${name},`))
    .join("\n");

describe("what comes into force by itself", () => {
  test.each<[string, Changed, Changed]>([
    ["nothing", {}, {}],
    ["a higher floor", {}, web("  floor: 6\n")],
    ["a new role", { "policies/compile.yaml": null }, {}],
    ["more machines", { "fleet.yaml": fleetOf(10) }, {}],
    ["another load per machine", {}, { "policies/web.yaml": replaced(WEB, "perMachine: 55", "perMachine: 60") }],
    ["a schedule that raises the floor more", web(raised(6)), web(raised(8))],
    ["two of twelve machines that retire: 17%", {}, { "fleet.yaml": retiring(2) }],
    ["a stricter acceptance", {}, { "policies/limits.yaml": accepting("10%") }],
    ["a maximum above what the role has", {}, web("  floor: 4\n  max: 12\n")],
  ])("%s", (_title, before, after) => {
    expect(compare(before, after)).toMatchObject({ refused: [], needsAcceptance: [] });
  });
});

describe("what waits for acceptance", () => {
  test("a lower floor, by however little", () => {
    expect(needs({}, web("  floor: 3\n"))).toEqual(["web: floor 4 → 3"]);
  });

  test("a raised floor that is lowered or gone", () => {
    expect(needs(web(raised(8)), web(raised(6)))).toEqual(['web: floor raised at "0 7 * * 1-5" 8 → 6']);
    expect(needs(web(raised(8)), {})).toEqual(['web: floor raised at "0 7 * * 1-5" 8 → 4']);
    expect(needs(web(raised(8)), web(raised(8).replace("12h", "2h")))).toHaveLength(1);
  });

  test("a raised floor that is gone waits for nobody where the floor itself is as high now", () => {
    expect(needs(web(raised(8)), web("  floor: 8\n"))).toEqual([]);
  });

  test("a role that vanishes", () => {
    expect(needs({}, { "policies/compile.yaml": null })).toEqual(["the role compile is gone"]);
  });

  test("a role that changes its name", () => {
    const renamed = {
      "policies/compile.yaml": null,
      "policies/build.yaml": replaced(COMPILE, "role: compile", "role: build"),
    };
    expect(needs({}, renamed)).toEqual(["the role compile is gone"]);
  });

  test("three of twelve machines that retire: 25% of each role and of the fleet", () => {
    expect(needs({}, { "fleet.yaml": retiring(3) })).toEqual([
      "compile: machines it may have 12 → 9, more than 20% of them at once",
      "web: machines it may have 12 → 9, more than 20% of them at once",
      "active machines of the fleet 12 → 9, more than 20% of them at once",
    ]);
  });

  test("machines that may no longer be a role, though they stay in the fleet", () => {
    const fewer = fleetOf(12).replaceAll(/(m0[1-3],.*) }/g, "$1, roles: [compile] }");
    expect(needs({}, { "fleet.yaml": fewer })).toEqual([
      "web: machines it may have 12 → 9, more than 20% of them at once",
    ]);
  });

  test("a maximum cut by more than the share", () => {
    expect(needs(web("  floor: 4\n  max: 10\n"), web("  floor: 4\n  max: 7\n"))).toEqual([
      "web: machines it may have 10 → 7, more than 20% of them at once",
    ]);
  });

  test("a looser acceptance, which cannot allow itself and a cut in one change", () => {
    const loose = { "policies/limits.yaml": accepting("90%"), "fleet.yaml": retiring(3) };
    expect(needs({}, loose)).toContain("limits: acceptance.removedShare 20% → 90%");
    expect(needs({}, loose)).toHaveLength(4);
  });
});

describe("a machine's entry", () => {
  const retired = { "fleet.yaml": retiring(1) };
  const gone = { "fleet.yaml": without(fleetOf(12), "m01") };

  test("may go when the machine is retiring and off", () => {
    expect(compare(retired, gone, ["m01"])).toMatchObject({ refused: [], needsAcceptance: [] });
  });

  test("is refused to go while the machine may still be on", () => {
    expect(compare(retired, gone).refused).toEqual([
      {
        file: "fleet.yaml",
        line: null,
        column: null,
        path: "",
        message: "m01 is gone, but it is not known to be off yet; keep its entry until it is",
      },
    ]);
  });

  test("is refused to go when it never retired, even if the machine is off", () => {
    expect(compare({}, gone, ["m01"]).refused[0]?.message).toBe(
      "m01 is gone; first give it `status: retiring`, and delete its entry once it is off",
    );
  });
});

describe("a retired machine", () => {
  const active = '- { name: m01, ip: 10.0.3.1, mac: "00:11:22:33:44:01", bmc: 10.0.9.1';
  const retired = { "fleet.yaml": replaced(fleetOf(12), active, `${active}, status: retired`) };

  test("is none of the pool's any more, which is refused while it may still be on", () => {
    expect(compare({}, retired, ["m01"])).toMatchObject({ refused: [], needsAcceptance: [] });
    expect(compare({}, retired).refused[0]?.message).toBe(
      "m01 is retired, but it is not known to be off yet; leave it active or retiring until it is",
    );
  });

  test("may go, and may come back", () => {
    const gone = { "fleet.yaml": without(fleetOf(12), "m01") };
    for (const after of [gone, {}]) expect(compare(retired, after)).toMatchObject({ refused: [], needsAcceptance: [] });
  });

  test("is kept as hardware, with what belongs to the metal", () => {
    const { site } = configurationOf(retired);
    expect([...site.machines.keys()]).not.toContain("m01");
    expect(site.retired.get(machineName("m01"))).toMatchObject({
      ...{ name: "m01", status: "retired", mac: "00:11:22:33:44:01", bmc: { address: "10.0.9.1", port: 623 } },
      ...{ domains: {}, capacity: 1, loader: "pxelinux" },
    });
  });
});

describe("the changes", () => {
  test("are listed as written, machines by their names", () => {
    const after = {
      "policies/web.yaml": replaced(WEB, "floor: 4", "floor: 5\n  max: 9"),
      "fleet.yaml": without(retiring(2), "m12"),
      "policies/limits.yaml": "limits: { dwell: 1h }\n",
      "retask.yaml": `${RETASK}tick: 5s\n`,
    };
    expect(compare({}, after).changes).toEqual([
      'fleet.yaml machines.m01.status: nothing → "retiring"',
      'fleet.yaml machines.m02.status: nothing → "retiring"',
      'fleet.yaml machines.m12: {"name":"m12","ip":"10.0.3.12","mac":"00:11:22:33:44:12","bmc":"10.0.9.12"} → nothing',
      "policies/limits.yaml: new",
      "policies/web.yaml machines.floor: 4 → 5",
      "policies/web.yaml machines.max: nothing → 9",
      'retask.yaml tick: nothing → "5s"',
    ]);
  });

  test("hold no address beyond its host: they go to the audit log, and the path of a chat's webhook is its password", () => {
    const telling = (...receivers: string[]) => ({ "retask.yaml": `${RETASK}notify: [${receivers.join(", ")}]\n` });
    const hook = '{ url: "https://a:s3cret@chat.example/hooks/s3cret" }';
    const { changes } = compare({}, telling(hook));
    expect(changes).toEqual(['retask.yaml notify: nothing → [{"url":"https://chat.example/…"}]']);
    const prometheus = { "retask.yaml": replaced(RETASK, "http://10.0.1.5:9090", "http://a:s3cret@10.0.1.5:9091/x") };
    expect(compare({}, prometheus).changes).toEqual([
      'retask.yaml prometheus: "http://10.0.1.5:9090/…" → "http://10.0.1.5:9091/…"',
    ]);
  });
});
