/** What ipmitool's words mean, against texts observed with ipmitool 1.8.19 and ipmi_sim. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bmcAdvice } from "../../../src/world/power/bmc-advice.ts";
import { classifyEnd, classifyFailure, isAcknowledged, parsePower } from "../../../src/world/power/classify.ts";

const fixtures = new URL("../../fixtures/ipmitool/", import.meta.url);
const observed = (name: string): string => readFileSync(new URL(`${name}.stderr`, fixtures), "utf8");

const expected = {
  "wrong-password": ["RTK_BMC_AUTH", "wrong password"],
  "wrong-user": ["RTK_BMC_AUTH", "unknown user"],
  unreachable: ["RTK_BMC_UNREACHABLE", "no answer"],
  "unknown-host": ["RTK_BMC_UNREACHABLE", "its name is not known"],
  "suite-refused": ["RTK_BMC_CIPHER", "the BMC does not offer the cipher suite"],
  "no-free-session": ["RTK_BMC_BUSY", "no free session"],
  "session-unanswered": ["RTK_BMC_UNREACHABLE", "it does not answer a login"],
  "rakp-unanswered": ["RTK_BMC_UNREACHABLE", "it stopped answering during the login"],
  "low-privilege": ["RTK_BMC_PRIVILEGE", "the user's privilege is too low for this command"],
  "soft-off-while-off": ["RTK_BMC_REFUSED", "it refused"],
  "status-refused": ["RTK_BMC_REFUSED", "it refused"],
  "command-unanswered": [
    "RTK_BMC_TIMEOUT",
    "no answer to the command; what was asked for may or may not have happened",
  ],
  "guid-unanswered": ["RTK_BMC_TIMEOUT", "no answer to the command; what was asked for may or may not have happened"],
  "no-ipmi-2": ["RTK_BMC_UNREACHABLE", "it does not speak IPMI 2.0"],
  "broken-enterprise-numbers": ["RTK_IPMITOOL_BROKEN", "ipmitool can't read its file of enterprise numbers"],
  "quiet-no-session": ["RTK_BMC_UNREACHABLE", "no session could be opened"],
  success: ["RTK_BMC_GARBLED", "ipmitool failed and said"],
} as const;

describe("a failed call", () => {
  test.each(Object.entries(expected))("that printed %s is classified", (name, [code, what]) => {
    expect(classifyFailure(observed(name))).toMatchObject({ code, what });
  });

  test("of every observed kind has its row above", () => {
    const names = readdirSync(fixtures).filter((file) => file.endsWith(".stderr"));
    expect(names.map((file) => file.replace(".stderr", "")).sort()).toEqual(Object.keys(expected).sort());
  });

  test("quotes what a BMC refused, without ipmitool's noise", () => {
    expect(classifyFailure(observed("soft-off-while-off")).said).toBe(
      "Set Chassis Power Control to Soft failed: Unspecified error",
    );
  });

  test("lets enrolment try the other suite only where the login request itself met silence", () => {
    expect(classifyFailure(observed("session-unanswered")).sessionUnanswered).toBe(true);
    expect(classifyFailure(observed("rakp-unanswered")).sessionUnanswered).toBeUndefined();
    expect(classifyFailure(observed("unreachable")).sessionUnanswered).toBeUndefined();
  });

  test("with a busy BMC does not promise that nothing happened: a retransmission may have met its own first copy", () => {
    expect(classifyFailure("Set Chassis Power Control to Down/Off failed: Node busy\n").code).toBe("RTK_BMC_REFUSED");
  });

  test("without a word is garbled, and says so", () => {
    expect(classifyFailure("\n")).toEqual({
      code: "RTK_BMC_GARBLED",
      what: "ipmitool failed and said",
      said: "nothing",
    });
  });
});

describe("the end of a process", () => {
  const output = { stdout: "", stderr: "" };

  test.each([
    [{ kind: "unstartable", code: "ENOENT" }, "RTK_IPMITOOL_MISSING"],
    [{ kind: "unstartable", code: "EACCES" }, "RTK_IPMITOOL_MISSING"],
    [{ kind: "unstartable", code: "EAGAIN" }, "RTK_IPMITOOL_BROKEN"],
    [{ kind: "died", signal: "SIGSEGV", ...output }, "RTK_BMC_TIMEOUT"],
    [{ kind: "killed", by: "deadline", ...output }, "RTK_BMC_TIMEOUT"],
    [{ kind: "killed", by: "abort", ...output }, "RTK_BMC_TIMEOUT"],
  ] as const)("%j is %s", (ended, code) => {
    expect(classifyEnd(ended)).toMatchObject({ ok: false, code });
  });

  test("that retask killed leaves open whether the command happened", () => {
    expect(classifyEnd({ kind: "killed", by: "abort", ...output })).toMatchObject({
      what: expect.stringContaining("may or may not have happened"),
    });
  });
});

describe("power", () => {
  test.each([
    ["Chassis Power is on\n", "on"],
    ["Chassis Power is off\n", "off"],
    ["", null],
    ["Chassis Power is unknown\n", null],
    ["Chassis Power is OFF\n", null],
    ["Chassis Power is offline\n", null],
    ["chassis power is off\n", null],
    ["The Chassis Power is off\n", null],
    ["Chassis Power is on\nChassis Power is off\n", null],
    ["Chassis Power is off\nChassis Power is off\n", null],
  ])("in %j is %s", (stdout, power) => expect(parsePower(stdout)).toBe(power));

  test.each(["Soft", "Down/Off", "Up/On"])("command is acknowledged by 'Chassis Power Control: %s' alone", (word) => {
    expect(isAcknowledged(`Chassis Power Control: ${word}\n`)).toBe(true);
    expect(isAcknowledged(`Chassis Power Control: ${word} failed\n`)).toBe(false);
  });

  test("command is never acknowledged by a cycle or a reset", () => {
    expect(isAcknowledged("Chassis Power Control: Cycle\n")).toBe(false);
    expect(isAcknowledged("Chassis Power Control: Reset\n")).toBe(false);
  });
});

test("every code says what to do, in a sentence", () => {
  for (const advice of Object.values(bmcAdvice)) expect(advice).toMatch(/^(?:[A-Z]|ipmitool ).*\.$/);
});
