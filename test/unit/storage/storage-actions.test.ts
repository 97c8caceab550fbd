/** Orders about file servers, their status and what is told of them, over a simulated farm; and what the doctor finds. */
import { beforeAll, describe, expect, test } from "vitest";
import { judgeCopies, judgeServer } from "../../../src/cli/doctor/check-storage.ts";
import { PLAIN } from "../../../src/cli/text/look.ts";
import { storageText } from "../../../src/cli/text/storage-text.ts";
import type { Tick } from "../../../src/control/controller.ts";
import { orderStorageServer } from "../../../src/control/storage-actions.ts";
import { storageStatus } from "../../../src/control/storage-status.ts";
import { imageName } from "../../../src/core/domain/names.ts";
import { storageServerSchema } from "../../../src/core/domain/storage.ts";
import { storageConditions } from "../../../src/core/notify/storage-conditions.ts";
import { newStorage } from "../../../src/core/storage/storage.statechart.ts";
import { type Bench, startBench } from "../http/support/bench.ts";
import { DOWN, UP } from "../support/pool-storage.ts";

const ASKER = { author: "ada", from: "test" };
let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});

/** nfs-a in this state, and what its port says. */
function tell(state: string, port = DOWN.port, upMs = 0): void {
  const { controller } = bench;
  const { last } = controller;
  if (last === null) throw new Error("no tick");
  const fresh = newStorage();
  const chart = (value: string, ms: number) => ({
    ...fresh,
    value,
    context: { ...(fresh.context as object), upMs: ms },
  });
  const storage = new Map([
    ["nfs-a", chart(state, upMs)],
    ["nfs-b", chart("well", 600_000)],
  ]);
  controller.state = { ...controller.state, storage };
  const facts = new Map([
    ["nfs-a", { port, monitoring: UP.monitoring }],
    ["nfs-b", UP],
  ]);
  controller.last = { ...last, observation: { ...last.observation, storage: facts } };
}

async function order(kind: "failOver" | "failBack", server = "nfs-a"): Promise<string> {
  const result = await orderStorageServer(bench.controller, ASKER, { kind, server }, "test");
  return result.ok ? result.value.state : result.code;
}

describe("an order", () => {
  test("to fail over is taken of a dead server, and of a suspect one whose port is silent: the operator is a source", async () => {
    tell("dead");
    expect(await order("failOver")).toBe("failedOver");
    tell("suspect");
    expect(await order("failOver")).toBe("failedOver");
  });

  test.each([
    ["that is well", "well", UP.port],
    ["whose port answers", "suspect", UP.port],
    ["whose port can't be asked", "suspect", { kind: "unknown", why: "EMFILE" } as const],
    ["that is failed over", "failedOver", DOWN.port],
    ["that is back", "recovered", UP.port],
  ])("to fail over is refused of one %s", async (_, state, port) => {
    tell(state, port);
    expect(await order("failOver")).toBe("RTK_STORAGE_STATE");
  });

  test("to fail back is refused until it has been well for wellAfter, and where nobody is away", async () => {
    tell("failedOver", UP.port, 590_000);
    expect(await order("failBack")).toBe("RTK_STORAGE_UNFIT");
    tell("recovered", UP.port, 590_000);
    expect(await order("failBack")).toBe("RTK_STORAGE_UNFIT");
    tell("recovered", UP.port, 600_000);
    expect(await order("failBack")).toBe("RTK_STORAGE_STATE");
    expect(await order("failBack", "nfs-z")).toBe("RTK_UNKNOWN_STORAGE");
  });

  test("is audited, and so is its refusal", async () => {
    tell("dead");
    await order("failOver");
    tell("well", UP.port);
    await order("failOver");
    const { entries } = (await bench.get("/v1/audit?limit=2")).body as {
      entries: { action: string; refused: string }[];
    };
    expect(entries.map(({ action, refused }) => [action, refused?.split(":")[0] ?? null])).toEqual([
      ["fail over nfs-a", "RTK_STORAGE_STATE"],
      ["fail over nfs-a", null],
    ]);
  });
});

test("the status says of each server what its sources say, who runs from it, and what it waits for", () => {
  tell("dead");
  const servers = storageStatus(bench.controller, bench.controller.last as Tick);
  expect(servers).toMatchObject([
    { name: "nfs-a", state: "dead", machines: 12 },
    { name: "nfs-b", machines: 12, next: "" },
  ]);
  const lines = storageText({ servers }, PLAIN).split("\n");
  expect(lines[1]).toMatch(/^nfs-a +dead +down +up +12 +0 +0 +manual +nfs-b$/);
  expect(lines.slice(4)).toEqual([
    "nfs-a's NFS service is down: ECONNREFUSED",
    "nfs-a: 0 machines hang; the fail-over waits for: an operator's `retask storage fail-over nfs-a`",
  ]);
});

test.each([
  ["well", []],
  ["suspect", []],
  ["dead", ["critical storage:nfs-a:dead"]],
  ["failedOver", ["critical storage:nfs-a:failedOver"]],
  ["recovered", ["info storage:nfs-a:recovered"]],
  ["failingBack", []],
])("of a server that is %s people are told %j", (state, told) => {
  tell(state);
  const { controller } = bench;
  const { observation } = controller.last as Tick;
  const conditions = storageConditions(controller.configured.site(), controller.state, observation);
  expect(conditions.map(({ severity, key }) => `${severity} ${key}`)).toEqual(told);
});

describe("the doctor", () => {
  const A = storageServerSchema.parse({ name: "nfs-a", address: "10.0.1.20", mirror: "nfs-b", failOver: "ask" });

  test("finds a server that does not answer, and one that Prometheus does not know", () => {
    const names = (facts: typeof UP) => judgeServer(A, facts).map(({ level, name }) => `${level} ${name}`);
    expect(names(UP)).toEqual([]);
    expect(names(DOWN)).toEqual(["error storage-silent", "warning storage-unwatched"]);
    expect(names({ ...UP, monitoring: { kind: "unknown", why: "no series" } })).toEqual(["warning storage-unwatched"]);
  });

  test("finds images without a copy on the mirror, where somebody would wait for one", () => {
    const site = { ...bench.controller.configured.site() };
    const B = { ...A, name: "nfs-b", address: "10.0.1.21", mirror: "nfs-a" };
    const roots = new Map([
      [imageName("web.1"), "10.0.1.20"],
      [imageName("web.1@nfs-b"), "10.0.1.21"],
      [imageName("compile.1"), "10.0.1.20"],
    ]);
    const judge = (failOver: "ask" | "manual") => {
      const storage = [{ ...A, failOver }, B];
      return judgeCopies({ configuration: { site: { ...site, storage } } as never }, { roots });
    };
    expect(judge("ask")).toMatchObject([{ name: "image-copy", where: ["compile.1"], what: "it has no copy on nfs-b" }]);
    expect(judge("manual")).toEqual([]);
  });
});
