/** `retask apply`: the proposals of advise mode begin when somebody has counted them, and only those that were shown. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { cliFor, onTerminal, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon("advise");
  await daemon.simulation.adopt();
  retask = await cliFor(daemon.site);
  for (let i = 0; i < 300 && moves() === 0; i++) await daemon.simulation.turn();
});
afterAll(() => daemon.stop());

const moves = (): number => daemon.simulation.controller.last?.plan.moves.length ?? 0;
const started = (): string[] =>
  [...daemon.simulation.controller.state.operations.values()].map(
    ({ machine, from, to }) => `${machine} ${from} ${to}`,
  );

test("a plan is applied as it was shown: by its id, its number, and a person's answer", async () => {
  const shown = await retask(["plan"]);
  expect(shown.code).toBe(2);
  const [, id = ""] = /to start exactly these moves: retask apply (\w+)\n$/.exec(shown.stdout) ?? [];
  const count = moves();

  const nobody = await retask(["apply", id]);
  expect(nobody).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(`say --yes ${count}`) });
  expect(nobody.stderr).toMatch(/^~ +m\d\d +web to compile /m);
  expect(await retask(["apply", id, "--yes", "9"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${count} machines are to be moved, not 9`),
  });
  expect((await retask(["apply", "0123456789abcdef", "--yes", String(count)])).stderr).toContain(
    `the plan is ${id} now`,
  );
  expect((await retask(["apply", id, "--machine", "m24", "--yes", "1"])).stderr).toContain("does not move m24");
  expect(started()).toEqual([]);

  const [first = ""] = /m\d\d/.exec(shown.stdout) ?? [];
  const one = await retask(["apply", id.slice(0, 8), "--machine", first, "--yes", "1", "--json"]);
  expect(JSON.parse(one.stdout)).toMatchObject({ version: 1, kind: "applied", planId: id });
  expect(started()).toEqual([`${first} web compile`]);
});

test("on a terminal it asks for the number", async () => {
  await daemon.simulation.turn();
  const [, id = ""] = /retask apply (\w+)\n$/.exec((await retask(["plan"])).stdout) ?? [];
  const before = started().length;
  const typed = await onTerminal(daemon.site, ["apply", id], `${moves()}\r`);
  expect(typed.screen).toMatch(/started: m\d\d web to compile \(m\d\d-\w+\)/);
  expect(typed.code).toBe(0);
  expect(started().length).toBeGreaterThan(before);
});
