/** Accepting a configuration and repairing boot links, over stand-ins that keep what they are told. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { ConfigurationKeeper, ConfigurationStatus } from "../../../src/control/configuration/keeper.ts";
import type { LinksOnDisk } from "../../../src/control/repair-links.ts";
import { imageName, machineName } from "../../../src/core/domain/names.ts";
import type { Changed } from "../../../src/world/ports.ts";
import { BY, startBench } from "../http/support/bench.ts";

const DIGEST = "0123456789abcdef";

function waitingKeeper() {
  const accepted: string[] = [];
  let pending: ConfigurationStatus["pending"] = { digest: DIGEST, reasons: ["a lower floor"], changes: [] };
  const status = (): ConfigurationStatus => ({
    inForceDigest: "ffff",
    acceptedMs: 0,
    problems: [],
    pending,
    source: "stored",
    restartNeeded: [],
  });
  const keeper: ConfigurationKeeper = {
    current: () => {
      throw new Error("nobody asks here");
    },
    status,
    accept: async (digest, who) => {
      if (pending === null || !DIGEST.startsWith(digest)) return { ok: false, why: `${digest} does not wait` };
      accepted.push(who);
      pending = null;
      return { ok: true };
    },
    reload: async () => status(),
    onChange: () => () => {},
    close: async () => {},
  };
  return { keeper, accepted };
}

describe("accepting a configuration", () => {
  test("what waits is shown, accepted by its digest, and by whom and with which token is handed on", async () => {
    const { keeper, accepted } = waitingKeeper();
    const { send, get } = await startBench({ keeper });
    expect((await get("/v1/configuration")).body).toMatchObject({ pending: { digest: DIGEST } });
    expect((await get("/v1/status")).body).toMatchObject({ health: "degraded" });
    const answer = await send("POST", "/v1/configuration/accept", { author: "ada", digest: DIGEST.slice(0, 8) });
    expect(answer).toMatchObject({ status: 200, body: { pending: null } });
    expect(accepted).toEqual(["ada (http 127.0.0.1 token writer)"]);
  });

  test("another digest is refused, and the refusal audited", async () => {
    const { send, store } = await startBench({ keeper: waitingKeeper().keeper });
    const answer = await send("POST", "/v1/configuration/accept", { author: "ada", digest: "99999999" });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: "RTK_NOTHING_WAITS", detail: "99999999 does not wait" },
    });
    const [entry] = await store.auditLog({ limit: 1 });
    expect(entry).toMatchObject({
      who: "ada",
      action: "accept 99999999",
      refused: expect.stringContaining("does not wait"),
    });
  });

  test.each(["0123", "0123456G", "", "../etc", DIGEST.repeat(5)])("%j is no digest", async (digest) => {
    const { send } = await startBench({ keeper: waitingKeeper().keeper });
    expect((await send("POST", "/v1/configuration/accept", { author: "ada", digest })).status).toBe(422);
  });
});

/** Boot links that can be looked at and mended; those of broken machines can't. */
function brokenLinks(broken: ReadonlySet<string>, repairing: (machine: string) => Promise<void> = async () => {}) {
  const links = new Map<string, string>();
  const unused = (): never => {
    throw new Error("nobody asks here");
  };
  const port: LinksOnDisk = {
    read: unused,
    point: unused,
    writable: unused,
    catalogue: unused,
    own: unused,
    moveChannel: unused,
    remove: unused,
    repair: async ({ name }, image): Promise<Changed> => {
      await repairing(name);
      if (broken.has(name)) return { ok: false, code: "RTK_LINK_UNWRITABLE", why: "read-only file system" };
      const changed = links.get(name) !== image;
      links.set(name, image);
      return { ok: true, changed };
    },
    inspect: async (machines) => ({
      ok: true,
      value: {
        machines: machines.map(({ name }) => ({
          machine: name,
          link: `/x/${name}`,
          fact: { kind: "missing" },
          meant: null,
        })),
        odd: [],
        holding: [],
        warnings: [],
      },
    }),
  };
  return { port, links };
}

function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe("repairing links", () => {
  test("each named machine gets its own answer, and the audit log all of them", async () => {
    const { port, links } = brokenLinks(new Set(["m02"]));
    const { send, store } = await startBench({ links: port });
    const machines = ["m01", "m02", "m99", "m01"];
    const { status, body } = await send("POST", "/v1/links/repair", { ...BY, machines });
    expect(status).toBe(200);
    expect(body.repaired).toEqual([
      { machine: "m01", done: "changed", why: "names web.production-1" },
      { machine: "m02", done: "refused", why: "read-only file system" },
      { machine: "m99", done: "refused", why: "there is no such machine in fleet.yaml" },
    ]);
    expect(links.get("m01")).toBe(imageName("web.production-1"));
    const [entry] = await store.auditLog({ limit: 1 });
    expect(entry).toMatchObject({
      who: "ada",
      action: "repair links",
      before: machines,
      after: body.repaired,
      refused: null,
    });
  });

  test("a machine in operation, and one without a recorded image, are left alone", async () => {
    const { port, links } = brokenLinks(new Set());
    const { send, simulation, controller } = await startBench({ links: port });
    await send("PUT", "/v1/overrides/machines/m01", { ...BY, for: "1h", to: "compile" });
    await simulation.turn();
    const spare = machineName("m24");
    const record = controller.state.machines.get(spare);
    if (record !== undefined) {
      const machines = new Map(controller.state.machines).set(spare, { ...record, image: null });
      controller.state = { ...controller.state, machines };
    }
    const { body } = await send("POST", "/v1/links/repair", { ...BY, machines: ["m01", "m24"] });
    expect((body.repaired as { done: string }[]).map(({ done }) => done)).toEqual(["refused", "refused"]);
    expect(links.size).toBe(0);
  });

  test("a dry run repairs nothing, whatever the links would do", async () => {
    const { port, links } = brokenLinks(new Set());
    const { send, controller, store } = await startBench({ links: port });
    Object.assign(controller, { dryRun: true });
    const { body } = await send("POST", "/v1/links/repair", { ...BY, machines: ["m01"] });
    expect(body.repaired).toMatchObject([{ done: "refused", why: "a dry run changes nothing" }]);
    expect(links.size).toBe(0);
    expect((await store.auditLog({ limit: 1 }))[0]?.refused).toContain("RTK_NOT_REPAIRED");
  });

  test("ticks go on between two links, and never during one, however long the whole repair takes", async () => {
    const [reached, held] = [gate(), gate()];
    const order: string[] = [];
    const { port } = brokenLinks(new Set(), async (machine) => {
      order.push(machine);
      if (machine !== "m02") return;
      reached.open();
      await held.opened;
    });
    const watchers = [{ onTick: () => void order.push("tick") }];
    const { send, simulation, controller } = await startBench({ links: port, watchers });
    order.length = 0;
    const body = { ...BY, machines: ["m01", "m02", "m03"] };
    const repair = send("POST", "/v1/links/repair", body);
    await reached.opened;
    // It is queued behind m02, and must not have to wait for m03 as well.
    const tick = simulation.turn();
    while (controller.observer.lastMs !== simulation.world.clock.monotonicMs()) await sleep(1);
    await sleep(20);
    expect(order).toEqual(["m01", "m02"]);
    held.open();
    await Promise.all([repair, tick]);
    expect(order).toEqual(["m01", "m02", "tick", "m03"]);
  });

  test("all that a loader would find can be looked at", async () => {
    const { get } = await startBench({ links: brokenLinks(new Set()).port });
    const { status, body } = await get("/v1/links");
    expect(status).toBe(200);
    expect(body.machines).toHaveLength(24);
  });

  test("an unreadable directory is 503 with its reason", async () => {
    const { port } = brokenLinks(new Set());
    const links: LinksOnDisk = { ...port, inspect: async () => ({ ok: false, why: "EIO: i/o error" }) };
    const { get } = await startBench({ links });
    expect(await get("/v1/links")).toMatchObject({
      status: 503,
      body: { code: "RTK_LINKS_UNREADABLE", detail: "EIO: i/o error" },
    });
  });
});
