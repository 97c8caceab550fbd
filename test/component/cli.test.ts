/** Every command of the CLI, as a process of its own, against the real API over a simulated farm. */
import { readFileSync, readlinkSync } from "node:fs";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cliFor, type Run, type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";

let daemon: SimulatedDaemon;
let retask: Run;

beforeAll(async () => {
  daemon = await startSimulatedDaemon();
  await daemon.simulation.adopt();
  retask = await cliFor(daemon.site);
});
afterAll(() => daemon.stop());

const json = async (...args: string[]) => JSON.parse((await retask([...args, "--json"])).stdout);

describe("looking", () => {
  test("status says on its first line how it is", async () => {
    const { code, stdout, stderr } = await retask(["status"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")[0]).toBe("healthy");
    expect(stdout).toMatch(/^web +\w+ +\d+ +\d+ +8 +\d+/m);
    expect(await json("status")).toMatchObject({ health: "healthy", mode: "auto", adopted: true });
  });

  test("explain gives a role's reasons in order, and a machine's record, observation and history", async () => {
    const web = await retask(["explain", "web"]);
    expect(web.stdout).toMatch(/^role web: \w+/);
    expect(web.stdout).toContain("reasons, in the order of deciding\n  1. demand ");
    expect((await json("explain", "web")).role.reasons.length).toBeGreaterThan(1);
    const machine = await retask(["explain", "m07"]);
    expect(machine.stdout).toContain("recorded  web, web.production-1");
    expect(machine.stdout).toContain("power    on");
    expect(await json("explain", "m07")).toMatchObject({ machine: { name: "m07" } });
  });

  test("explain of a name that is none guesses what was meant", async () => {
    expect(await retask(["explain", "wep"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "retask: there is no role and no machine wep; did you mean web? (RTK_NOT_FOUND)\n",
    });
  });

  test("plan exits with 2 while there is something to do, and with 0 when not", async () => {
    const quiet = await json("plan");
    expect((await retask(["plan"])).code).toBe(quiet.moves.length > 0 ? 2 : 0);
    const force = ["force", "role", "web", "--count", "12", "--for", "2h", "--reason", "broadcast", "--confirm", "web"];
    expect((await retask(force)).code).toBe(0);
    const tick = await daemon.simulation.turn();
    expect(tick.plan.moves.length).toBeGreaterThan(0);
    const busy = await retask(["plan"]);
    expect(busy.code).toBe(2);
    expect(busy.stdout).toMatch(/^~ +m\d\d +compile to web +compile\.production-1 -> web\.production-1 +/m);
    expect((await retask(["--json", "plan"])).code).toBe(2);

    const status = await retask(["status"]);
    expect(status.stdout).toMatch(/^ {2}m\d\d +compile to web +\w+/m);
    expect(status.stdout).toContain("force of web to 12 machines");
    expect((await retask(["unforce", "role", "web", "--confirm", "web"])).stdout).toContain(
      "ended: force of web to 12 machines",
    );
    await daemon.simulation.runFor(3_600_000, 5_000);
    expect(daemon.simulation.controller.state.operations.size).toBe(0);
  });

  test("check, schema and reference need no daemon", async () => {
    const check = await retask(["check"]);
    expect(check).toMatchObject({ code: 0, stdout: expect.stringContaining("fine, 24 machines, roles compile, web") });
    expect(check.stdout).toContain("the daemon runs by these files");
    expect((await json("check")).ipmitool.ok).toBe(true);
    const bare = await retask(["check"], { PATH: "/nowhere" });
    expect(bare).toMatchObject({ code: 0, stderr: expect.stringContaining("warning: no machine's power") });
    for (const file of ["policy", "limits", "fleet", "retask"])
      expect(await json("schema", file)).toHaveProperty("title");
    expect((await retask(["reference"])).stdout).toContain("# Configuration");
  });

  test("check of broken files names every problem with its place, and exits with 1", async () => {
    const policy = "policies/web.yaml";
    const good = readFileSync(join(daemon.site, policy), "utf8");
    await daemon.rewrite(policy, (text) =>
      text.replace("perMachine: 55", "perMachine: many").replace("max: 20", "maxx: 20"),
    );
    const check = await retask(["check"]);
    expect(check).toMatchObject({ code: 1, stderr: "" });
    expect(check.stdout).toContain("2 problems");
    expect(check.stdout).toMatch(/policies\/web\.yaml:\d+:\d+ +demand\.perMachine: expected a number above 0/);
    expect(check.stdout).toMatch(/policies\/web\.yaml:\d+:\d+ .*maxx: unknown key; did you mean max\?/);
    expect((await json("check")).problems).toHaveLength(2);
    const status = await retask(["status"]);
    expect(status.stdout.split("\n")[0]).toMatch(/^degraded because configuration files are rejected/);
    await daemon.rewrite(policy, () => good);
  });
});

test("accept puts the waiting configuration into force, by its digest alone", async () => {
  await daemon.rewrite("policies/web.yaml", (text) => text.replace("floor: 4", "floor: 3"));
  const { digest } = await json("check");
  const check = await retask(["check"]);
  expect(check.stdout).toContain(`they wait for: retask accept ${digest.slice(0, 12)}`);
  expect((await retask(["status"])).stdout).toContain(`waits for: retask accept ${digest.slice(0, 12)}`);
  expect((await retask(["accept", "0123456789"])).code).toBe(1);
  const accepted = await retask(["accept", digest.slice(0, 12)]);
  expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining(`in force: ${digest.slice(0, 12)}`) });
  const again = await retask(["accept", digest]);
  expect(again).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("RTK_NOTHING_WAITS") });
});

describe("links", () => {
  const linkOf = (name: string): string => join(daemon.links, name);
  const wrongOnes = async () =>
    (await json("links")).machines.filter((one: { verdict: string }) => one.verdict === "wrong").length;

  test("that were changed by hand are shown, and repaired by name or by their count, never all at once unsaid", async () => {
    const [m01, m02] = (await json("links", "m01", "m02")).machines;
    const right = readlinkSync(m01.link);
    const other = right.startsWith("web") ? "compile.production-1" : "web.production-1";
    for (const { link } of [m01, m02]) {
      await rm(link);
      await symlink(other, link);
    }
    const shown = await retask(["links"]);
    expect(shown.stdout).toMatch(new RegExp(`^m01 +0A00030B +${right} +wrong +${other}$`, "m"));
    expect(shown.stdout).toContain(linkOf("default"));

    expect(await retask(["links", "--repair"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("say which"),
    });
    expect(await retask(["links", "--repair", "--all", "24"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("nothing was repaired: --all 24 was said, but the wrong links are 2: m01, m02"),
    });
    expect(await wrongOnes()).toBe(2);

    const one = await retask(["links", "--repair", "m01"]);
    expect(one).toMatchObject({ code: 0, stdout: expect.stringMatching(/^m01 +changed +names /m) });
    expect(readlinkSync(m01.link)).toBe(right);
    expect(await wrongOnes()).toBe(1);
    expect((await retask(["links", "--repair", "--all", "1"])).code).toBe(0);
    expect(await wrongOnes()).toBe(0);
    expect((await retask(["links", "--repair", "m99"])).code).toBe(1);
  });
});
