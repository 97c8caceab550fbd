/** What is severe is shown before it is done, and typed by name; where nobody can be asked it is refused. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cliFor, onTerminal, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

const WHY = ["--for", "1h", "--reason", "a sale"];
const GREAT = ["force", "role", "web", "--count", "16", ...WHY];
const PAUSE = ["pause", "--pool", ...WHY];
const overrides = () => daemon.simulation.controller.state.overrides.map(({ act }) => act.kind);
const audited = async () => (await daemon.simulation.controller.store.auditLog({ limit: 1_000 })).length;

test("a preview shows machines and floor margins, and changes nothing", async () => {
  const before = await audited();
  const { code, stdout } = await retask([...GREAT, "--preview"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^this is severe:\n {2}compile: desired \d+ to \d+, \d+ above its floor of 2/);
  expect(stdout).toMatch(/ {2}m\d\d goes from compile to web: /);
  const json = JSON.parse((await retask([...GREAT, "--preview", "--json"])).stdout);
  expect(json).toMatchObject({ version: 1, kind: "preview", severe: true, confirm: "web" });
  expect(overrides()).toEqual([]);
  expect(await audited()).toBe(before);
});

describe("a severe act", () => {
  test("is refused where nobody can be asked, and says what would do", async () => {
    for (const line of [PAUSE, [...PAUSE, "--no-input"], [...PAUSE, "--json"]]) {
      const refused = await retask(line);
      expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("say --confirm pool") });
      expect(refused.stderr).toContain("this is severe:");
    }
    expect(overrides()).toEqual([]);
  });

  test("is refused when another name was typed, and done when the right one was", async () => {
    expect(await retask([...PAUSE, "--confirm", "web"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("pool was to be typed, not web"),
    });
    expect((await retask([...GREAT, "--confirm", "web"])).code).toBe(0);
    expect(overrides()).toEqual(["forceCount"]);
    await retask(["unforce", "role", "web", "--confirm", "web"]);
  });

  test("is asked about on a terminal", async () => {
    const mistyped = await onTerminal(daemon.site, PAUSE, "yes\r");
    expect(mistyped).toMatchObject({ code: 1, screen: expect.stringContaining("pool was to be typed, not yes") });
    expect(overrides()).toEqual([]);
    const typed = await onTerminal(daemon.site, PAUSE, "pool\r");
    expect(typed).toMatchObject({ code: 0, screen: expect.stringContaining("set: pause of the whole pool") });
    await retask(["resume", "--pool", "--confirm", "pool"]);
    expect(overrides()).toEqual([]);
  });
});

test("what is not severe is done without a question, and what is refused is audited as ever", async () => {
  expect((await retask(["pin", "m07", ...WHY])).code).toBe(0);
  expect((await retask(["unpin", "m07"])).code).toBe(0);
  const before = await audited();
  expect((await retask(["pin", "m99", ...WHY])).stderr).toContain("RTK_UNKNOWN_MACHINE");
  expect(await audited()).toBe(before + 1);
});

test("what can't be previewed is taken for severe", async () => {
  const { controller } = daemon.simulation;
  const { last } = controller;
  // As before the first tick: the change itself would be taken.
  controller.last = null;
  try {
    const refused = await retask(["pin", "m07", ...WHY]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("say --confirm m07") });
    expect(refused.stderr).toContain("what it would do can't be told: ");
    expect(overrides()).toEqual([]);
    expect((await retask(["pin", "m07", ...WHY, "--confirm", "m07"])).code).toBe(0);
    expect(overrides()).toEqual(["pin"]);
  } finally {
    controller.last = last;
  }
});
