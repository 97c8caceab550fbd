/** What the doctor makes of what it was told of machines, their BMCs, links and beacons, case by case. */
import { describe, expect, test } from "vitest";
import { judgeBeacon } from "../../../../src/cli/doctor/check-beacons.ts";
import { judgeBmc } from "../../../../src/cli/doctor/check-bmcs.ts";
import { judgeGuids } from "../../../../src/cli/doctor/check-guids.ts";
import { judgeIpmitool } from "../../../../src/cli/doctor/check-ipmitool.ts";
import { judgeOwner } from "../../../../src/cli/doctor/check-links.ts";
import { judgePasswords, type PasswordFile } from "../../../../src/cli/doctor/check-passwords.ts";
import { judgeUser } from "../../../../src/cli/doctor/check-user.ts";
import type { Fault } from "../../../../src/cli/doctor/finding.ts";
import { judgeDefault, judgeLink, judgeOdd } from "../../../../src/cli/doctor/judge-links.ts";
import { imageName, machineName } from "../../../../src/core/domain/names.ts";
import type { DoorReply } from "../../../../src/world/power/back-doors.ts";
import { someMachine } from "../../traffic/some-machine.ts";

const named = (faults: readonly Fault[]): string[] => faults.map(({ level, name }) => `${level} ${name}`);

describe("a BMC", () => {
  const identity = { ok: true, guid: "ab".repeat(16), suite: 17 } as const;
  const closed: DoorReply = { kind: "closed" };

  test.each([
    ["lets retask in and nobody else", closed, closed, []],
    ["accepts suite 0", { kind: "open" } as const, closed, ["error bmc-suite-0"]],
    ["accepts an anonymous login", closed, { kind: "open" } as const, ["error bmc-anonymous"]],
    ["gives no clear answer", closed, { kind: "unsure", why: "busy" } as const, ["warning bmc-unsure"]],
  ])("%s", (_, suite0: DoorReply, anonymous: DoorReply, faults) => {
    const doors = new Map([["suite 0", suite0] as const, ["anonymous", anonymous] as const]);
    expect(named(judgeBmc({ machine: "m1", identity, doors }))).toEqual(faults);
  });

  test.each([
    ["RTK_BMC_AUTH", "error bmc-login"],
    ["RTK_BMC_UNREACHABLE", "error bmc-login"],
    ["RTK_BMC_WRONG_GUID", "error bmc-wrong-guid"],
    ["RTK_BMC_BUSY", "warning bmc-busy"],
  ] as const)("that fails with %s", (code, fault) => {
    const refused = { ok: false, code, why: "identification of m1: it said no." } as const;
    const faults = judgeBmc({ machine: "m1", identity: refused, doors: new Map() });
    expect(named(faults)).toEqual([fault]);
    expect(faults[0]?.why).toContain(code);
  });
});

describe("GUIDs", () => {
  const guid = "00112233445566778899aabbccddee01";
  const reversed = "01eeddccbbaa99887766554433221100";

  test("are one where they differ in byte order alone", () => {
    const faults = judgeGuids(
      new Map([
        ["m1", guid],
        ["m2", reversed],
        ["m3", guid.replace("01", "02")],
      ]),
    );
    expect(faults).toMatchObject([{ name: "guid-same", where: ["m1", "m2"] }]);
  });

  test("of the same bytes in no known order are two", () => {
    expect(
      judgeGuids(
        new Map([
          ["m1", guid],
          ["m2", "1100332255447766998800bbaaddcc10"],
        ]),
      ),
    ).toEqual([]);
    expect(
      judgeGuids(
        new Map([
          ["m1", guid],
          ["m2", `11${guid.slice(4)}00`],
        ]),
      ),
    ).toEqual([]);
  });
});

describe("passwords", () => {
  const file = (name: string, digest: string | null, more: Partial<PasswordFile> = {}): PasswordFile => ({
    ...{ file: `/etc/${name}`, machines: [name], digest, trouble: digest === null ? "is empty" : null, open: false },
    ...more,
  });

  test.each([
    ["two of their own", [file("m1", "a"), file("m2", "b")], []],
    ["one file for two", [file("m1", "a", { machines: ["m1", "m2"] })], ["warning password-shared"]],
    ["two files of one content", [file("m1", "a"), file("m2", "a")], ["warning password-shared"]],
    [
      "two that can't be read are not the same",
      [file("m1", null), file("m2", null)],
      ["error password-file", "error password-file"],
    ],
    ["one that everybody reads", [file("m1", "a", { open: true })], ["error password-readable"]],
  ])("%s", (_, files, faults) => {
    expect(named(judgePasswords(files))).toEqual(faults);
  });
});

describe("a boot link", () => {
  const [machine, link] = [machineName("m1"), "/srv/tftp/pxelinux.cfg/0A000311"];
  test.each([
    [{ kind: "image", image: imageName("web.1") }, []],
    [{ kind: "shadowed", by: "01-00-11" }, ["error link-shadowed"]],
    [{ kind: "foreign", target: "/tftp/web.1" }, ["error link-foreign"]],
    [{ kind: "missing" }, ["warning link-missing"]],
    [{ kind: "unreadable", why: "EIO" }, ["error links-directory"]],
  ] as const)("%o", (fact, faults) => {
    expect(named(judgeLink({ machine, link, fact, meant: null }))).toEqual(faults);
  });

  test("a file that a loader would find is a stray, unless it is a machine's own", () => {
    const odd = { path: "/srv/0A", target: null, kind: "wide", machine: null } as const;
    expect(named(judgeOdd(odd))).toEqual(["warning link-stray"]);
    expect(judgeOdd({ ...odd, kind: "mac", machine })).toEqual([]);
  });

  test.each([
    [{ kind: "file" }, [], []],
    [{ kind: "file" }, ["web"], ["error default-serves"]],
    [{ kind: "missing" }, [], ["warning default-missing"]],
  ] as const)("the default %o that serves %o", (fact, serves, faults) => {
    expect(named(judgeDefault({ path: "/srv/default", fact, serves }))).toEqual(faults);
  });

  test.each([
    [null, null],
    [{ host: "here", owner: "us" }, null],
    [{ host: "there", owner: "us" }, "links-owner"],
    [{ host: "here", owner: "before" }, "links-owner"],
    ["garbled", "links-owner"],
  ] as const)("a directory owned by %o", (owner, fault) => {
    expect(judgeOwner("/srv", owner, { host: "here", owner: "us" })?.name ?? null).toBe(fault);
  });
});

describe("a beacon", () => {
  const { name, mac, ip } = someMachine("m01", "10.0.3.1");
  const report = { machine: String(name), mac, role: "web", image: "web.1", bootId: "x", uptimeS: 1, distcc: null };
  const silent = { ok: false, why: "connection refused" } as const;

  test.each([
    ["of the machine itself", { ok: true, value: report } as const, null, []],
    ["of another name", { ok: true, value: { ...report, machine: "m99" } } as const, null, ["error beacon-other"]],
    [
      "of another MAC",
      { ok: true, value: { ...report, mac: "00:00:00:00:00:00" } } as const,
      null,
      ["error beacon-other"],
    ],
    ["silent while on", silent, "on" as const, ["error beacon-silent"]],
    ["silent while off", silent, "off" as const, []],
    ["silent, and nobody knows", silent, null, ["warning beacon-silent"]],
  ])("%s", (_, heard, power, faults) => {
    expect(named(judgeBeacon({ machine: { name, mac, ip }, heard, power }))).toEqual(faults);
  });
});

test("ipmitool, and the user who looks", () => {
  expect(judgeIpmitool({ ok: true, version: "1.8.19" })).toMatchObject({ kind: "looked", faults: [] });
  const broken = judgeIpmitool({ ok: false, code: "RTK_IPMITOOL_BROKEN", why: "reinstall it" });
  expect(broken).toMatchObject({ faults: [{ name: "ipmitool-broken", why: "RTK_IPMITOOL_BROKEN" }] });
  expect(judgeUser("/db", 998, 998)).toMatchObject({ faults: [] });
  expect(judgeUser("/db", 998, 0)).toMatchObject({ faults: [{ name: "user-differs", level: "warning" }] });
  expect(judgeUser("/db", null, 0)).toMatchObject({ kind: "skipped" });
});
