/** `retask notify test`, and a real daemon that tells: what waits for acceptance, marked as a dry run's word. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtFile } from "./support/built.ts";
import { cliFor } from "./support/cli-bench.ts";
import { freePort, spawnOwned, temporaryDirectory, waitFor } from "./support/ports.ts";
import { startReceiver, status, type TestReceiver } from "./support/receiver.ts";
import { SITE, webOf, writeSite } from "./support/site-dir.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let receiver: TestReceiver;

beforeEach(async () => {
  directory = await temporaryDirectory();
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.stop();
  await directory.remove();
});

async function siteTelling(...notify: readonly object[]): Promise<string> {
  const listen = `listen: 127.0.0.1:${await freePort()}`;
  const more = `${listen}\nstore: { file: ${directory.path}/retask.db }\nnotify: ${JSON.stringify(notify)}\n`;
  return writeSite(`${directory.path}/site`, { ...SITE, "retask.yaml": `${SITE["retask.yaml"]}${more}` });
}

test("a test message reaches every receiver, and what each answered is said without its address's secret", async () => {
  const dead = `http://127.0.0.1:${await freePort()}/s3cret`;
  const run = await cliFor(await siteTelling({ url: receiver.url }, { url: dead, form: "alertmanager" }));
  const { code, stdout, stderr } = await run(["notify", "test"]);
  expect(receiver.requests[0]?.body).toMatchObject({ kind: "test", status: "begun", severity: "info" });
  expect(stdout).toMatch(/^127\.0\.0\.1:\d+ +json +taken +HTTP 204$/m);
  expect(stdout).toMatch(/^127\.0\.0\.1:\d+ +alertmanager +failed +connection refused$/m);
  expect(stdout + stderr).not.toContain("s3cret");
  expect(code).toBe(1);
});

test("it exits with 0 when all have taken it, and says a refusal as JSON where that is asked for", async () => {
  const run = await cliFor(await siteTelling({ url: receiver.url }));
  expect((await run(["notify", "test"])).code).toBe(0);
  receiver.behave(status(403));
  const refused = await run(["--json", "notify", "test"]);
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    answers: [{ form: "json", posted: { kind: "refused", why: "HTTP 403" } }],
  });
});

test("without a receiver there is nothing to test, and it says so", async () => {
  const run = await cliFor(await siteTelling());
  expect(await run(["notify", "test"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("names no receiver"),
  });
});

test("a daemon tells of a configuration that waits, and of its end; in a dry run it says that it is one", async () => {
  const site = await siteTelling({ url: receiver.url, on: ["acceptance"] });
  const main = await builtFile("cli/main.js");
  const daemon = await spawnOwned(process.execPath, [main, "serve", "--dry-run", "--site", site]);
  await waitFor(() => daemon.output().includes("retask serves"), 30_000, "the daemon");
  writeSite(site, { "policies/web.yaml": webOf(3) });
  const asked = await waitFor(() => receiver.requests[0], 60_000, "the notification");
  expect(asked.body).toMatchObject({ kind: "acceptance", status: "begun", dryRun: true });
  expect(asked.body.summary).toContain("floor 4 → 3");
  writeSite(site, { "policies/web.yaml": webOf(4) });
  const over = await waitFor(() => receiver.requests[1], 60_000, "its end");
  expect(over.body).toMatchObject({ kind: "acceptance", status: "over" });
  await daemon.stop();
}, 180_000);
