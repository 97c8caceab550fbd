/** The first day, by the CLI: the table, a deliberate answer, and then retask begins. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliFor, onTerminal, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

test("adopt shows the table, adopts only what its number was typed for, and then retask begins", async () => {
  const before = await retask(["status"]);
  expect(before.stdout).toContain("mode advise (nothing is adopted yet: retask adopt)");
  expect(before.stdout).toContain("24 stray");

  const refused = await retask(["adopt", "--no-input"]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("say --yes 24") });
  expect(refused.stdout).toMatch(/^m01 +web.production-1 +web, web.production-1 +[0-9a-f]{32} +web +serves as web$/m);
  expect(refused.stdout).toContain("24 to adopt, 0 strays");
  expect(await retask(["adopt", "--yes", "23"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("24 machines are to be adopted, not 23"),
  });
  const asked = await retask(["--json", "adopt"]);
  expect(asked.code).toBe(1);
  expect(JSON.parse(asked.stdout)).toMatchObject({ adopted: null });
  expect(daemon.simulation.controller.state.adopted).toBe(false);

  const mistyped = await onTerminal(daemon.site, ["adopt"], "yes\r");
  expect(mistyped).toMatchObject({ code: 1, screen: expect.stringContaining("nothing was adopted") });
  const hurried = await onTerminal(daemon.site, ["adopt"], "\u0004");
  expect(hurried).toMatchObject({ code: 1, screen: expect.stringContaining("nothing was adopted") });
  expect(daemon.simulation.controller.state.adopted).toBe(false);
  const typed = await onTerminal(daemon.site, ["adopt"], "24\r");
  expect(typed).toMatchObject({ code: 0, screen: expect.stringContaining("adopted 24 machines") });

  await daemon.simulation.turn();
  expect((await retask(["status"])).stdout).toContain("mode auto");
  const again = await retask(["adopt", "--yes", "24"]);
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("nothing is left to adopt") });
});
