/** Each view, looked at in both themes and both widths: axe-core finds nothing, nothing scrolls sideways, no complaint. */
import { mkdirSync } from "node:fs";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, openPage } from "./support/browser.ts";
import { type BusyPool, startBusyPool } from "./support/busy-pool.ts";

/** Not kept by git; look at them after a change of the page. */
const IMAGES = "run/page";
let pool: BusyPool;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(IMAGES, { recursive: true });
  [pool, browser] = await Promise.all([startBusyPool(2), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await pool?.close();
});

const VIEWS = [
  ["overview", "#/?span=6h"],
  ["role", "#/roles/web?span=6h"],
  ["machine", "#/machines/SICK"],
  ["plan", "#/plan"],
  ["decisions", "#/decisions"],
  ["overrides", "#/overrides"],
  ["audit", "#/audit"],
] as const;
const WIDTHS = [
  ["desktop", 1_280],
  ["phone", 360],
] as const;

test.for(VIEWS)("%s: no violation in either theme, and nothing sideways on a phone", async ([name, hash]) => {
  for (const theme of ["light", "dark"] as const) {
    const { page, complaints, context } = await openPage(browser, `${pool.url}/${hash.replace("SICK", pool.sick)}`, {
      theme,
    });
    await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
    await page.waitForTimeout(600);
    for (const [kind, width] of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${IMAGES}/${name}-${kind}-${theme}.png`, fullPage: true });
      expect(await sideways(page), `${name}, ${theme}, ${width} px`).toBeLessThanOrEqual(0);
    }
    expect(await violations(page), `${name}, ${theme}`).toEqual([]);
    expect(complaints, `${name}, ${theme}`).toEqual([]);
    await context.close();
  }
});

/** Pixels by which the page is wider than the window. */
const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof import("axe-core") };
    return (await checker.run(document)).violations.map(({ id, nodes }) => ({
      id,
      where: nodes.map(({ html }) => html),
    }));
  });
  return found.map(({ id, where }) => `${id}: ${where.slice(0, 3).join(" | ")}`);
}
