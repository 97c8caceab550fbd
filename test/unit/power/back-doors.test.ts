/** What ipmitool's words mean when a login without a password was tried. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { backDoorArgs, judgeBackDoor } from "../../../src/world/power/back-doors.ts";
import { someMachine } from "../traffic/some-machine.ts";

const said = (name: string): string => readFileSync(`test/fixtures/ipmitool/${name}.stderr`, "utf8");

test.each([
  ["suite-refused", "closed"],
  ["wrong-user", "closed"],
  ["rakp-unanswered", "closed"],
  ["session-unanswered", "closed"],
  ["low-privilege", "closed"],
  ["soft-off-while-off", "open"],
  ["no-free-session", "unsure"],
  ["command-unanswered", "unsure"],
  ["broken-enterprise-numbers", "unsure"],
])("%s: %s", (name, kind) => {
  expect(judgeBackDoor({ kind: "exited", code: 1, stdout: "", stderr: said(name) }).kind).toBe(kind);
});

test("who reads the GUID is in, and who was killed may be", () => {
  const output = { stdout: "System GUID  : 00", stderr: said("success") };
  expect(judgeBackDoor({ kind: "exited", code: 0, ...output })).toEqual({ kind: "open" });
  expect(judgeBackDoor({ kind: "killed", by: "deadline", ...output })).toMatchObject({ kind: "unsure" });
});

test("only the GUID is read, whichever door", () => {
  const machine = someMachine("m01", "10.0.3.1");
  for (const door of ["suite 0", "anonymous"] as const) {
    const args = backDoorArgs(door, machine, "retask", 17, { N: 1, R: 3 });
    expect(args.slice(-3)).toEqual(["-E", "mc", "guid"]);
    expect(args.join(" ")).toContain(door === "suite 0" ? "-U retask -L OPERATOR -C 0" : "-U  -L USER -C 17");
  }
});
