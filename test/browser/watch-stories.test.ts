/** Stories of a night on call: a roll-out that stopped, a file server that died, a machine that somebody works on. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { rolloutState } from "../../src/core/rollout/rollout.statechart.ts";
import { storageStateOf } from "../../src/core/storage/storage.statechart.ts";
import { type Opened, openBrowser, openPage } from "./support/browser.ts";
import { NEW_IMAGE, type Pool, type PoolOptions, startPool, TOKEN } from "./support/pool.ts";

let browser: Browser;
let pool: Pool;
let opened: Opened | null = null;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  await opened?.context.close();
  opened = null;
  await pool.close();
});

async function begin(options: PoolOptions = {}): Promise<void> {
  pool = await startPool(options);
}
async function open(hash: string): Promise<Page> {
  opened = await openPage(browser, `${pool.url}/${hash}`, { withToken: true });
  return opened.page;
}

/** As the command line would. */
async function send(method: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${pool.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ author: "ada", reason: "a test", ...body }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const rollOut = () => send("POST", "rollouts", { role: "web", image: NEW_IMAGE, soak: "10m", confirm: "web" });
const rolloutNow = (): string => {
  const [rollout] = pool.controller.state.rollouts;
  return rollout === undefined ? "none" : rolloutState(rollout.chart);
};
/** Its first machine, once that is on its way. */
const canary = (): string | undefined =>
  [...pool.controller.state.operations.values()].find(({ toImage }) => toImage === NEW_IMAGE)?.machine;
const firstLine = (page: Page) => page.getByRole("region", { name: "State of the pool" });
const dialog = (page: Page) => page.getByRole("dialog");
const row = (page: Page, table: string, name: RegExp) =>
  page.getByRole("table", { name: table }).getByRole("row", { name });

test("a new image that does not boot: the first line says that the roll-out has stopped and why, and so does its row", async () => {
  await begin();
  const page = await open("#/");
  await page.getByRole("heading", { name: "Roles" }).waitFor();
  expect(await page.getByRole("heading", { name: "Roll-outs" }).count()).toBe(0);

  await rollOut();
  await pool.until(() => canary() !== undefined);
  pool.unbootable.add(canary() ?? "");
  await row(page, "Roll-outs", /web .*renewing its canaries \(canaries\) 0 of 8 booted anew/).waitFor();
  await pool.until(() => rolloutNow() === "rolledBack");
  await firstLine(page)
    .getByText(/the roll-out of web.2026-11 has stopped: m\d+ did not come back/)
    .waitFor();
  await row(page, "Roll-outs", /rolled back 0 of 7 booted anew m\d+ did not come back/).waitFor();

  await page.getByRole("link", { name: "roll-out of web.2026-11" }).click();
  await page.getByRole("heading", { level: 1, name: "web: roll-out of web.2026-11" }).waitFor();
  await page.getByText("1 first, then 10 %, 50 %, 100 % of the role; 10 min of good health after each").waitFor();
  expect(await page.getByRole("button", { name: /^Abort/ }).count()).toBe(0);
});

test("pause a roll-out, let it go on, and take it back: what that does is said before", async () => {
  await begin();
  await rollOut();
  await pool.until(() => rolloutNow() === "soaking");
  const page = await open("#/");
  const its = row(page, "Roll-outs", /web/);
  await its.getByText(/soaking/).waitFor();
  await its.getByRole("button", { name: "Pause the roll-out of web" }).click();
  await dialog(page).getByLabel("Reason").fill("a call");
  await dialog(page).getByRole("button", { name: "Pause the roll-out of web" }).click();
  await its.getByText("pause by ada: a call").waitFor();
  expect(rolloutNow()).toBe("paused");

  await its.getByRole("button", { name: "Resume the roll-out of web" }).click();
  await dialog(page).getByLabel("Reason").fill("the call is over");
  await dialog(page).getByRole("button", { name: "Resume the roll-out of web" }).click();
  await its.getByRole("button", { name: "Pause the roll-out of web" }).waitFor();

  await its.getByRole("button", { name: "Abort the roll-out of web" }).click();
  await dialog(page).getByLabel("Reason").fill("not this image");
  await dialog(page).getByText("1 machine follows as limits and windows let them").waitFor();
  await dialog(page).getByLabel("Leave every machine on what it runs").check();
  await dialog(page).getByText("every machine stays on what it runs").waitFor();
  await dialog(page).getByText("no machine moves, or stays, because of it now").waitFor();
  await dialog(page).getByLabel("Leave every machine on what it runs").uncheck();
  await dialog(page).getByRole("button", { name: "Abort the roll-out of web" }).click();
  await pool.until(() => rolloutNow() === "rolledBack");
  // Somebody wanted that, so nobody has to be told of it.
  await page.getByRole("heading", { name: "Roll-outs" }).waitFor({ state: "detached" });
});

test("a file server dies: both sources say so, and it is failed over once its name is typed", async () => {
  await begin();
  const page = await open("#/");
  const its = row(page, "File servers", /^nfs-a/);
  await its.getByText("serves", { exact: true }).waitFor();
  await its.getByText("answers", { exact: true }).waitFor();
  expect(await its.getByRole("button").count()).toBe(0);

  pool.simulation.world.deadServers.add("nfs-a");
  const stateOf = () => storageStateOf(pool.controller.state.storage.get("nfs-a") as never);
  await pool.until(() => stateOf() === "dead");
  await firstLine(page)
    .getByText(/file server nfs-a: dead; \d+ machines hang/)
    .waitFor();
  await its.getByText(/^silent: /).waitFor();
  await its.getByText(/^down: /).waitFor();
  await its
    .getByText(/\d+ hang/)
    .first()
    .waitFor();

  await its.getByRole("button", { name: "Fail over nfs-a" }).click();
  await dialog(page).getByLabel("Reason").fill("its controller is gone");
  await dialog(page).getByText("This is a severe step").waitFor();
  await dialog(page).getByLabel("Type nfs-a to confirm").fill("nfs-a");
  await dialog(page).getByRole("button", { name: "Fail nfs-a over" }).click();
  await its.getByText("failed over", { exact: true }).waitFor();
  await its.getByText(/ordered by ada: its controller is gone/).waitFor();
  expect(stateOf()).toBe("failedOver");
});

test("a machine that somebody works on: until when, whether it is out, and the end of it", async () => {
  await begin();
  const page = await open("#/");
  await send("PUT", "overrides/maintenance/m20", { for: "2h", reason: "new fan" });
  const its = row(page, "Maintenance", /m20/);
  await its.getByText(/until .*left\)/).waitFor();
  await its.getByText("out, and off").waitFor();
  await its.getByRole("button", { name: "End maintenance of m20" }).click();
  await dialog(page).getByLabel("Reason").fill("fan changed");
  await dialog(page).getByRole("button", { name: "End the maintenance of m20" }).click();
  await its.waitFor({ state: "detached" });
  expect(pool.controller.state.overrides).toEqual([]);
  expect(pool.controller.state.machines.get(machineName("m20"))?.placement).toBe("spare");
});

test("a site without file servers, roll-outs and maintenance sees nothing of them", async () => {
  await begin({ changeSite: (site) => ({ ...site, storage: [] }) });
  const page = await open("#/");
  await page.getByRole("heading", { name: "Operations" }).waitFor();
  const headings = await page.getByRole("heading", { level: 2 }).allInnerTexts();
  expect(headings.filter((text) => /file servers|roll-outs|maintenance/i.test(text))).toEqual([]);
});
