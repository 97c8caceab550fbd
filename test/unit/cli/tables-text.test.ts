/** The tables of `retask adopt`, `links` and `check`, word for word. */
import { describe, expect, test } from "vitest";
import { type AdoptionLine, adoptionText } from "../../../src/cli/text/adoption-text.ts";
import { type CheckResult, checkText } from "../../../src/cli/text/check-text.ts";
import { judgeLinks, linksText, repairedText } from "../../../src/cli/text/links-text.ts";
import { tableText } from "../../../src/cli/text/table.ts";
import type { LinksReport } from "../../../src/world/boot-links/report.ts";
import { LOOK, machine, troubled } from "./answers-fixture.ts";

test("the adoption table tells new machines, strays and those adopted before", () => {
  const line = (name: string, more: object): AdoptionLine =>
    ({
      machine: name,
      link: "web.1",
      beacon: "web, web.1",
      guid: "0011",
      placement: "web",
      image: "web.1",
      why: "serves as web",
      adoptedBefore: false,
      ...more,
    }) as AdoptionLine;
  const stray = { placement: null, image: null, guid: null, beacon: "silent", why: "no beacon: connection refused" };
  const lines = [line("m01", {}), line("m02", stray), line("m03", { adoptedBefore: true }), line("m04", stray)];
  expect(adoptionText(lines, LOOK)).toMatchInlineSnapshot(`
    "machine  boot link  beacon      GUID      recorded as     why
    m01      web.1      web, web.1  0011      web             serves as web
    m02      web.1      silent      not read  stray           no beacon: connection refused
    m03      web.1      web, web.1  0011      adopted before  serves as web
    m04      web.1      silent      not read  stray           no beacon: connection refused

    strays: shown, and never touched
      m02, m04

    1 to adopt, 2 strays"
  `);
});

describe("boot links", () => {
  const link = (name: string, fact: object) => ({ machine: name, link: `/srv/tftp/${name}`, fact, meant: null });
  const report = {
    machines: [
      link("m01", { kind: "image", image: "web.1" }),
      link("m02", { kind: "image", image: "web.2" }),
      link("m03", { kind: "missing" }),
      link("m04", { kind: "missing" }),
      link("m05", { kind: "shadowed", by: "01-00-11" }),
    ],
    odd: [{ path: "/srv/tftp/0A0003FF", target: "web.1", kind: "stray", machine: null }],
    holding: [{ path: "/srv/tftp/default", fact: { kind: "file" }, serves: ["web"] }],
    warnings: ["web.3 names no kernel"],
  } as unknown as LinksReport;
  const record = (name: string, more: object) => ({
    ...machine({ name, operation: null, recorded: { ...machine().recorded, image: "web.1" }, ...more }),
  });
  const machines = [
    record("m01", {}),
    record("m02", {}),
    record("m03", { recorded: null }),
    record("m04", { operation: "m04-1" }),
    record("m05", {}),
  ];

  test("are judged by what is recorded, and whatever else a loader would find is named", () => {
    expect(linksText({ ...report, machines: judgeLinks(report.machines, machines) }, LOOK)).toMatchInlineSnapshot(`
      "machine  boot link  recorded  is                names
      m01      m01        web.1     right             web.1
      m02      m02        web.1     wrong             web.2
      m03      m03        nothing   nothing recorded  it has no boot link
      m04      m04        web.1     in operation      it has no boot link
      m05      m05        web.1     wrong             01-00-11 shadows its boot link

      what a machine without a boot link boots
        /srv/tftp/default  a plain file; it should serve no role, but states web

      others
        /srv/tftp/0A0003FF to web.1: a boot link of no machine in fleet.yaml

      warnings
        web.3 names no kernel"
    `);
  });

  test("are wrong only where a record says otherwise and no operation is at work", () => {
    expect(judgeLinks(report.machines, machines).map(({ verdict }) => verdict)).toEqual([
      "right",
      "wrong",
      "nothing recorded",
      "in operation",
      "wrong",
    ]);
  });

  test("that were repaired, or refused to be, say so", () => {
    const repaired = [{ machine: "m02", done: "changed", why: "names web.1" }] as unknown as Parameters<
      typeof repairedText
    >[0];
    expect(repairedText(repaired, LOOK)).toBe("machine  boot link  why\nm02      changed    names web.1");
  });
});

describe("check", () => {
  const fine: CheckResult = {
    ok: true,
    site: "/etc/retask",
    digest: "aaaabbbbccccdddd",
    machines: 24,
    roles: ["compile", "web"],
    problems: [],
    ipmitool: { ok: true, version: "1.8.19" },
    daemon: null,
  };

  test("says what fine files amount to, and how the daemon stands to them", () => {
    const { configuration: daemon } = troubled;
    expect(checkText(fine, LOOK)).toBe("/etc/retask: fine, 24 machines, roles compile, web, digest aaaabbbbcccc");
    expect(
      checkText({ ...fine, daemon }, LOOK)
        .split("\n")
        .slice(1),
    ).toEqual(["they wait for: retask accept aaaabbbbcccc", "  the floor of web falls from 4 to 1"]);
    expect(checkText({ ...fine, daemon, digest: "1f2e3d4c5b6a798800" }, LOOK)).toContain(
      "the daemon runs by these files",
    );
    expect(checkText({ ...fine, daemon, digest: "99" }, LOOK)).toContain("the daemon runs by others (1f2e3d4c5b6a)");
  });

  test("names every problem with its place", () => {
    const problems = troubled.configuration?.problems ?? [];
    expect(checkText({ ...fine, ok: false, digest: null, problems }, LOOK)).toMatchInlineSnapshot(`
      "/etc/retask: 1 problem; a daemon keeps what it accepted last until they are gone
        policies/web.yaml:4:15  demand.perMachine: expected a number above 0"
    `);
  });
});

test("on a terminal the last column is cut or wrapped to the room that is left", () => {
  const rows = [["m01", "a reason that is much too long for a terminal of forty columns"]];
  const look = { ...LOOK, columns: 40 };
  expect(tableText(look, ["machine", "why"], rows)).toBe("machine  why\nm01      a reason that is much too lo…");
  expect(tableText(look, ["machine", "why"], rows, "wrapped").split("\n").length).toBe(4);
  expect(tableText(LOOK, ["machine", "why"], rows)).toContain("of forty columns");
});
