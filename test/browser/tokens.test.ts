/** An operator's stories about tokens: when the page asks for one, and what it says of a wrong one. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Opened, openBrowser, openPage } from "./support/browser.ts";
import { type Pool, startPool, TOKEN } from "./support/pool.ts";

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

const dialog = (page: Page) => page.getByRole("dialog");

test("without a token the page asks for one, and goes on with what was begun", async () => {
  opened = await openPage(browser, `${pool.url}/#/machines/m01`);
  const { page } = opened;
  await page.getByRole("button", { name: "Pin" }).click();
  await dialog(page).getByRole("button", { name: "Enter token" }).click();
  await dialog(page).getByLabel("Token").fill("rtk_page-0123456789-0123456789-0123456789");
  await dialog(page).getByRole("button", { name: "Use this token" }).click();
  await dialog(page).getByLabel("Reason").fill("a disk is changed");
  await dialog(page).getByLabel("Your name").fill("ada");
  await dialog(page).getByRole("button", { name: "Pin m01" }).click();
  await page.getByText("pin of m01").waitFor();
  expect(new URL(page.url()).href).not.toContain("rtk_");
});

test("a token that retask does not know is refused when it is entered, where looking needs none as well", async () => {
  opened = await openPage(browser, `${pool.url}/#/`);
  const { page } = opened;
  await page.getByRole("button", { name: "Enter token" }).click();
  await dialog(page).getByRole("textbox", { name: "Token" }).fill(`${TOKEN}-mistyped`);
  await dialog(page).getByRole("button", { name: "Use this token" }).click();
  expect(await dialog(page).getByRole("alert").innerText()).toContain("does not know this token");
  await dialog(page).getByRole("textbox", { name: "Token" }).fill(TOKEN);
  await dialog(page).getByRole("button", { name: "Use this token" }).click();
  await page.getByRole("button", { name: "Forget token" }).waitFor();
});

test("from elsewhere: the page says that it needs a token, refuses a wrong one, and opens with the right one", async () => {
  opened = await openPage(browser, `${pool.url}/#/`, { headers: { "x-forwarded-for": "10.0.0.9" } });
  const { page } = opened;
  const firstLine = page.getByRole("region", { name: "State of the pool" });
  await firstLine.getByText("A token is needed to look at this retask").waitFor();
  await firstLine.getByRole("button", { name: "Enter token" }).click();
  await dialog(page).getByLabel("Token").fill("rtk_wrong-0123456789-0123456789");
  await dialog(page).getByRole("button", { name: "Use this token" }).click();
  expect(await dialog(page).getByRole("alert").innerText()).toContain("does not know this token");
  await dialog(page).getByLabel("Token").fill(TOKEN);
  await dialog(page).getByRole("button", { name: "Use this token" }).click();
  await firstLine.getByText("Healthy").waitFor();
  await page.getByRole("link", { name: /^m05 / }).waitFor();
  await page.getByText("live", { exact: true }).waitFor();
});
