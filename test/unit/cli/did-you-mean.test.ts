/** The hint behind a refusal, by what the daemon answers when it is asked again. */
import { expect, test } from "vitest";
import { hintFor } from "../../../src/cli/did-you-mean.ts";
import { override, status } from "./answers-fixture.ts";

const ANSWERS: Readonly<Record<string, unknown>> = {
  "/v1/machines": { machines: [{ name: "m07" }, { name: "m12" }] },
  "/v1/status": status(),
  "/v1/overrides": { overrides: [override({ kind: "pin", machine: "m12" })] },
};
const get = async <T>(path: string): Promise<T | null> => (ANSWERS[path] ?? null) as T | null;
const silent = async <T>(): Promise<T | null> => null;

test.each([
  ["RTK_UNKNOWN_MACHINE", { path: "/v1/overrides/pins/m7" }, "; did you mean m07?"],
  ["RTK_UNKNOWN_ROLE", { path: "/v1/overrides/machines/m07", body: { to: "wep" } }, "; did you mean web?"],
  ["RTK_UNKNOWN_ROLE", { path: "/v1/pause", body: { scope: { role: "copmile" } } }, "; did you mean compile?"],
  ["RTK_UNKNOWN_ROLE", { path: "/v1/report?split=wep%3D3" }, "; did you mean web?"],
  // What somebody wrote as a reason is no mistyped name.
  ["RTK_UNKNOWN_ROLE", { path: "/v1/pause", body: { reason: "wet", scope: { role: "mail" } } }, ""],
  ["RTK_UNKNOWN_OVERRIDE", { path: "/v1/overrides/pins/m07" }, "\n  in force: pin of m12"],
  ["RTK_BAD_COUNT", { path: "/v1/overrides/roles/web" }, ""],
])("%s of %o is followed by %j", async (code, asked, hint) => {
  expect(await hintFor(code, asked, get)).toBe(hint);
});

test("a daemon that answers nothing more leaves the refusal as it is", async () => {
  expect(await hintFor("RTK_UNKNOWN_MACHINE", { path: "/v1/overrides/pins/m70" }, silent)).toBe("");
});
