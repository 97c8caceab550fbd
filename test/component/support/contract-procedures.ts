/** The article's procedures by the API, against the published document: their part of the contract test. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SimulatedDaemon } from "./cli-bench.ts";
import type { Contract } from "./contract.ts";
import { exchangeInFleet, loseWithSpare } from "./lose.ts";

const BY = { author: "ada", reason: "the contract" };

export interface ContractBench {
  readonly daemon: SimulatedDaemon;
  readonly contract: Contract;
}

/** Before anything is adopted. */
export function testPreparing(bench: () => ContractBench): void {
  const call: Contract["call"] = (...args) => bench().contract.call(...args);
  test("a machine that is not adopted is prepared step by step", async () => {
    const prepare = (machine: string, wanted: object) =>
      call("POST", `/v1/machines/${machine}/prepare`, { ...BY, ...wanted });
    const prepared = await prepare("m01", { boots: { role: "web" }, networkBoot: "bios", powerOn: true });
    expect(prepared.body).toMatchObject({
      steps: [
        { step: "bootLink", done: "unchanged" },
        { step: "networkBoot", done: "changed" },
        { step: "powerOn", done: "unchanged" },
      ],
    });
    expect((await prepare("m01", { boots: { role: "mail" } })).body.code).toBe("RTK_NOT_ELIGIBLE");
  });
}

export function testProcedures(bench: () => ContractBench): void {
  const call: Contract["call"] = (...args) => bench().contract.call(...args);
  const read = (path: string) => call("GET", path);

  test("channels", async () => {
    const { daemon } = bench();
    const text = await readFile(join(daemon.links, "web.production-1"), "utf8");
    await writeFile(join(daemon.links, "web.2"), text.replaceAll("web.production-1", "web.2"));
    const moved = await call("POST", "/v1/channels/promote", { ...BY, image: "web.2" });
    expect(moved.body).toMatchObject({ from: "web.production-1", to: "web.2", changed: true });
    expect((await call("POST", "/v1/channels/rollback", { ...BY, role: "web" })).body).toMatchObject({ from: "web.2" });
    expect((await call("POST", "/v1/channels/promote", { ...BY, image: "web.3" })).body.code).toBe("RTK_NO_VERSION");
  });

  test("roll-outs", async () => {
    const { daemon } = bench();
    const image = "web.2026-12";
    await daemon.addImage("web.production-1", image);
    await daemon.simulation.runFor(20_000, 10_000);
    const what = { role: "web", image };
    const act = { kind: "startRollout", ...what };
    const previewed = await call("POST", "/v1/overrides/preview", { act });
    expect(previewed.body).toMatchObject({ severe: true, confirm: "web" });
    const start = (more: object) => call("POST", "/v1/rollouts", { ...BY, ...what, confirm: "web", ...more });
    expect((await start({ confirm: "compile" })).body.code).toBe("RTK_UNCONFIRMED");
    expect((await start({ waves: ["50%", "20%"] })).body.code).toBe("RTK_INVALID_REQUEST");
    expect((await start({ image: "web.none" })).body.code).toBe("RTK_UNKNOWN_IMAGE");
    expect((await start({})).body).toMatchObject({ state: "canary", image, previous: "web.production-1" });
    expect((await start({})).body.code).toBe("RTK_ROLLOUT_UNDER_WAY");
    await read("/v1/status");
    for (const order of ["pause", "resume", "abort"]) {
      expect((await call("POST", `/v1/rollouts/web/${order}`, BY)).status, order).toBe(200);
      expect((await call("POST", `/v1/rollouts/web/${order}`, BY)).body.code, order).toBe("RTK_ROLLOUT_STATE");
    }
    await daemon.simulation.runFor(60_000, 10_000);
    expect((await read("/v1/rollouts")).body).toMatchObject({ rollouts: [{ state: "rolledBack" }] });
    expect((await call("POST", "/v1/rollouts/web/abort", BY)).body.code).toBe("RTK_NO_ROLLOUT");
  });

  test("a dead machine's name goes over to a spare", async () => {
    const { daemon } = bench();
    const ask = (step: string) => call("POST", `/v1/machines/m23/${step}`, { ...BY, spare: "m24" });
    await loseWithSpare(daemon, "m23", "m24");
    expect((await ask("prove-off")).body).toMatchObject({ role: "compile" });
    await daemon.simulation.runFor(20_000, 10_000);
    await exchangeInFleet(daemon, "m23", "m24");
    expect(await ask("replacement")).toMatchObject({ status: 202, body: { machine: "m23", spare: "m24" } });
  });
}
