/** An operator's stories, told by what is on the page: roles and names, as a screen reader finds them. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { machineName } from "../../src/core/domain/names.ts";
import { type Opened, openBrowser, openPage } from "./support/browser.ts";
import { type Pool, startPool, WEB } from "./support/pool.ts";

let browser: Browser;
let pool: Pool;
let opened: Opened | null = null;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  pool = await startPool();
});
afterEach(async () => {
  await opened?.context.close();
  opened = null;
  await pool.close();
});

async function open(hash: string): Promise<Page> {
  opened = await openPage(browser, `${pool.url}/${hash}`, { withToken: true });
  return opened.page;
}

const dialog = (page: Page) => page.getByRole("dialog");
const record = (name: string) => pool.controller.state.machines.get(machineName(name));

test("see why web is short", async () => {
  pool.load.sessions = 700;
  await pool.pass(120_000);
  const page = await open("#/");
  const row = page.getByRole("table", { name: "Roles" }).getByRole("row", { name: /web/ });
  await row.getByRole("link", { name: /short of \d+: why/ }).click();
  await page.getByRole("heading", { name: /Why is web short of \d+/ }).waitFor();
  await page
    .getByText(/demand 700, \+15 % headroom, 55 a machine: wants 15/)
    .first()
    .waitFor();
  const notDone = page.getByRole("table", { name: "Not done, and why" });
  expect(await notDone.innerText()).toMatch(/2 in operation, at most 2 at once/);
});

test("pause the pool for an hour: the word must be typed, the first line says it, and it can be resumed", async () => {
  const page = await open("#/");
  await page.getByRole("button", { name: "Pause the pool" }).click();
  await dialog(page).getByLabel("Reason").fill("switch upgrade");
  await dialog(page).getByLabel("Holds for").selectOption("1 hour");
  await dialog(page).getByText("This is a severe step").waitFor();
  await dialog(page).getByLabel("Type pool to confirm").fill("web");
  await dialog(page).getByRole("button", { name: "Pause the whole pool" }).click();
  await dialog(page).getByRole("alert").getByText("To confirm, type pool.").waitFor();
  expect(pool.controller.state.overrides).toEqual([]);

  await dialog(page).getByLabel("Type pool to confirm").fill("pool");
  await dialog(page).getByRole("button", { name: "Pause the whole pool" }).click();
  await page
    .getByRole("region", { name: "State of the pool" })
    .getByText(/Holding because .*switch upgrade/)
    .waitFor();
  const [override] = pool.controller.state.overrides;
  expect(override).toMatchObject({ author: "ada", reason: "switch upgrade", act: { kind: "pause" } });
  expect((override?.expiresMs ?? 0) - (override?.createdMs ?? 0)).toBe(3_600_000);

  await page.getByRole("button", { name: "Resume the pool" }).click();
  await dialog(page).getByLabel("Reason").fill("the switch is back");
  const word = dialog(page).getByLabel("Type pool to confirm");
  await word.fill("pool");
  await dialog(page).getByRole("button", { name: "Resume the whole pool" }).click();
  await page.getByRole("button", { name: "Pause the pool" }).waitFor();
  expect(pool.controller.state.overrides).toEqual([]);
});

test("nothing can be sent before it is known what it will do: only then is it known whether a word must be typed", async () => {
  const page = await open("#/roles/web");
  await page.getByRole("button", { name: "Force" }).click();
  await dialog(page).getByLabel("Reason").fill("a sale");
  const send = dialog(page).getByRole("button", { name: "Force role web" });
  await dialog(page).getByText("No role changes.").or(dialog(page).getByText("Above the floor")).first().waitFor();
  expect(await send.isEnabled()).toBe(true);

  await page.route("**/v1/overrides/preview", (route) => route.abort());
  await dialog(page).getByLabel("Machines").fill("20");
  await dialog(page).getByText("no answer from retask").waitFor();
  expect(await send.isDisabled()).toBe(true);

  await page.unroute("**/v1/overrides/preview");
  await dialog(page).getByLabel("Type web to confirm").waitFor();
  expect(await send.isEnabled()).toBe(true);
  expect(pool.controller.state.overrides).toEqual([]);
});

test("force a machine, and see it happen", async () => {
  const page = await open("#/machines/m20");
  await page.getByRole("button", { name: "Force" }).click();
  await dialog(page).getByRole("combobox", { name: "To" }).selectOption("web");
  await dialog(page).getByLabel("Reason").fill("launch");
  await dialog(page)
    .getByText(/m20 goes from compile to web/)
    .waitFor();
  const word = dialog(page).getByLabel(/Type .* to confirm/);
  if (await word.isVisible()) await word.fill("m20");
  await dialog(page).getByRole("button", { name: "Force m20" }).click();
  await page.getByRole("heading", { level: 1 }).getByText("switching").waitFor();
  await pool.until(() => record("m20")?.placement === WEB && pool.controller.state.operations.size === 0);
  expect(record("m20")?.placement).toBe(WEB);
  await page.getByRole("heading", { level: 1 }).getByText("serving").waitFor();
  await page.getByRole("table", { name: "Operations that have ended" }).getByText("compile to web").waitFor();
});

test("find the quarantined machine, and release it", async () => {
  for (const name of pool.controller.state.machines.keys()) pool.unbootable.add(name);
  pool.load.sessions = 420;
  await pool.until(() => [...pool.controller.state.machines.values()].some(({ quarantine }) => quarantine !== null));
  const [sick] = [...pool.controller.state.machines].find(([, { quarantine }]) => quarantine !== null) ?? [];
  const page = await open("#/?state=wrong");
  await page
    .getByRole("region", { name: "State of the pool" })
    .getByText(/in quarantine: /)
    .waitFor();
  await page
    .getByRole("link", { name: new RegExp(`^${sick} `) })
    .first()
    .click();
  await page.getByRole("heading", { name: "What to do next" }).waitFor();
  // Somebody switches it off by hand: a spare that is off is something to count on.
  pool.simulation.world.machines.get(machineName(sick ?? ""))?.switchOff();
  await pool.pass(180_000);
  await page.getByText("It is off: power it on at its BMC").waitFor();
  await page.getByRole("button", { name: "Release" }).click();
  await dialog(page).getByLabel("Reason").fill("its disk was changed");
  await dialog(page).getByRole("heading", { name: "What it will do" }).waitFor();
  await dialog(page)
    .getByRole("button", { name: `Release ${sick} from quarantine` })
    .click();
  await page.getByRole("heading", { level: 1 }).getByText("quarantined").waitFor({ state: "detached" });
  expect(record(sick ?? "")?.quarantine).toBeNull();
});

test("lose the connection, and see it said; and said again when it is back", async () => {
  const page = await open("#/");
  await page.getByRole("region", { name: "State of the pool" }).getByText("Healthy").waitFor();
  await pool.stopServing();
  await page
    .getByRole("status")
    .getByText(/Connection lost: retask does not answer/)
    .waitFor();
  const lost = page.getByText("no connection", { exact: true });
  expect(await lost.isVisible()).toBe(true);
  await pool.serveAgain();
  await page.getByRole("region", { name: "State of the pool" }).getByText("Healthy").waitFor();
  await lost.waitFor({ state: "detached" });
});

test("apply a proposal: one move of the plan that is shown begins", async () => {
  pool.operator.mode = "advise";
  pool.load.sessions = 600;
  await pool.pass(120_000);
  expect(pool.controller.state.operations.size).toBe(0);
  const page = await open("#/plan");
  const table = page.getByRole("table", { name: "Proposals" });
  const apply = table.getByRole("button", { name: /^Apply m\d+/ }).first();
  const machine = ((await apply.textContent()) ?? "").replace(/^Apply\s+/, "");
  await apply.click();
  await dialog(page).getByLabel("Reason").fill("the morning's rush");
  await dialog(page)
    .getByText(new RegExp(`${machine} goes from compile to web`))
    .waitFor();
  await dialog(page)
    .getByRole("button", { name: `Re-task ${machine}` })
    .click();
  await page.getByText(`Re-task ${machine}: done.`).waitFor();
  expect([...pool.controller.state.operations.values()].map((one) => one.machine)).toContain(machine);
});

test("by keyboard: past the navigation, into a dialog and out of it, and the focus stays where it was as ticks go by", async () => {
  const page = await open("#/");
  await page.getByRole("link", { name: /^m05 / }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");

  const pause = page.getByRole("button", { name: "Pause the pool" });
  await pause.focus();
  await page.keyboard.press("Enter");
  await dialog(page).waitFor();
  expect(await page.evaluate(() => document.activeElement?.closest("label")?.textContent)).toBe("Reason");
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  await expect.poll(() => pause.evaluate((button) => button === document.activeElement)).toBe(true);

  const tile = await page.getByRole("link", { name: /^m10 / }).elementHandle();
  await tile?.focus();
  pool.load.sessions = 700;
  const inItsRack = /^m(09|1[1-6])$/;
  await pool.until(() => [...pool.controller.state.operations.values()].some(({ machine }) => inItsRack.test(machine)));
  const rack = page.getByRole("region", { name: "rack r2" });
  await rack
    .getByRole("link", { name: /switching/ })
    .first()
    .waitFor();
  // The very same element: one that was made anew could be given the focus, and a reader would be told of it again.
  expect(await tile?.evaluate((link) => link === document.activeElement)).toBe(true);
});

test("a pool that stands still is told by the age of the data, in red", async () => {
  const page = await open("#/");
  await page.getByText(/^data \d+ s old$/).waitFor();
  // Three ticks of the example site are half a minute of the browser's time.
  await page.clock.install();
  await page.reload();
  await page.getByText(/^data \d+ s old$/).waitFor();
  await pool.hold(async () => {
    await page.clock.fastForward(40_000);
    await page.getByText(/^OLD: data 4\d s old$/).waitFor();
  });
  expect(opened?.complaints).toEqual([]);
});
