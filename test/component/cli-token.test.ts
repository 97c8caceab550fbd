/** `retask token` against a daemon that listens: made, used, listed, revoked. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

const PIN = ["pin", "m07", "--for", "1h", "--reason", "x"];

test("a token is made, works for a while, and does not once it is revoked", async () => {
  const made = await retask(["token", "create", "deploy", "--scope", "write", "--for", "30d"]);
  expect(made).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^token deploy may write, and ends 2026-12-23/),
  });
  const token = made.stdout.trim();
  expect(token).toMatch(/^rtk_[\w-]{43}$/);
  expect((await retask(PIN, { RETASK_TOKEN: token })).code).toBe(0);
  expect((await retask(["token", "list"])).stdout).toMatch(/^deploy +write +2026-11-23 /m);

  expect(await retask(["token", "revoke", "deploy"])).toMatchObject({ code: 0, stdout: "revoked: deploy\n" });
  expect(await retask(PIN, { RETASK_TOKEN: token })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("RTK_NO_TOKEN"),
  });
});

test("the last token that may write stays, and the refusal says what to do", async () => {
  const refused = await retask(["token", "revoke", "first"]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("make another one first");
  const { tokens } = JSON.parse((await retask(["token", "list", "--json"])).stdout);
  expect(tokens).toMatchObject([{ name: "first", scope: "write", expiresMs: null }]);
});
