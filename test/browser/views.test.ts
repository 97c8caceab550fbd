/** Each view, looked at in both themes and both widths: axe-core finds nothing, nothing scrolls sideways, no complaint. */
import { mkdirSync } from "node:fs";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Opened, openBrowser, openPage } from "./support/browser.ts";
import { type BusyPool, startBusyPool } from "./support/busy-pool.ts";

/** Not kept by git; look at them after a change of the page. `npm run screenshots` takes README's picture from here. */
const IMAGES = "run/page";
const THEMES = ["light", "dark"] as const;
const WIDTHS = [
  ["desktop", 1_280],
  ["phone", 360],
] as const;
/** The first look at a view's answers, charts included. */
const SETTLED_MS = 250;

let pool: BusyPool;
let browser: Browser;
const opened: Opened[] = [];

beforeAll(async () => {
  mkdirSync(IMAGES, { recursive: true });
  [pool, browser] = await Promise.all([startBusyPool(2), openBrowser()]);
  for (const theme of THEMES) opened.push(await openPage(browser, pool.url, { theme, withToken: true }));
});
afterAll(async () => {
  await browser?.close();
  await pool?.close();
});

interface View {
  readonly name: string;
  readonly hash: string;
  /** Opens a dialog on it. */
  readonly button?: string;
}

const VIEWS: readonly View[] = [
  { name: "overview", hash: "#/?span=6h" },
  { name: "overview-names", hash: "#/?grid=names&state=wrong" },
  { name: "role", hash: "#/roles/web?span=6h" },
  { name: "machine", hash: "#/machines/SICK" },
  { name: "plan", hash: "#/plan" },
  { name: "decisions", hash: "#/decisions" },
  { name: "decision", hash: "#/decisions/DECISION" },
  { name: "overrides", hash: "#/overrides" },
  { name: "rollouts", hash: "#/rollouts" },
  { name: "rollout", hash: "#/rollouts/web" },
  { name: "audit", hash: "#/audit" },
  { name: "dialog", hash: "#/roles/web", button: "Force" },
];

test.for(VIEWS)("$name: no violation in either theme, and nothing sideways on a phone", async (view) => {
  const [decision] = await pool.controller.store.decisions({ limit: 1 });
  const hash = view.hash.replace("SICK", pool.sick).replace("DECISION", String(decision?.atMs));
  for (const [index, { page, complaints }] of opened.entries()) {
    const what = `${view.name}-${THEMES[index]}`;
    await page.goto(`${pool.url}/${hash}`);
    await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
    if (view.button !== undefined) await page.getByRole("button", { name: view.button }).click();
    for (const [kind, width] of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(SETTLED_MS);
      await page.screenshot({ path: `${IMAGES}/${what}-${kind}.png`, fullPage: view.button === undefined });
      expect(await sideways(page), `${what}, ${width} px`).toBeLessThanOrEqual(0);
      expect(await violations(page), `${what}, ${width} px`).toEqual([]);
    }
    if (view.button !== undefined) await page.keyboard.press("Escape");
    expect(complaints, what).toEqual([]);
  }
});

test("axe-core sees this page at all: a picture without a text is found", async () => {
  const { page } = opened[0] as Opened;
  await page.evaluate(() => document.querySelector("main")?.append(document.createElement("img")));
  expect(await violations(page)).toEqual([expect.stringMatching(/^image-alt: /)]);
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
