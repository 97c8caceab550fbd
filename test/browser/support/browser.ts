/** Debian's Chromium, one for all tests of a file; a page of its own for each. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { TOKEN } from "./pool.ts";

/** As root there is no sandbox to be had; what it would guard against is our own page. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "light" | "dark";
  /** As an operator who has entered a token in this tab. */
  readonly withToken?: boolean;
  /** What a proxy would add to each request. */
  readonly headers?: Record<string, string>;
}

export interface Opened {
  readonly page: Page;
  /** What the page complained of: exceptions, and what the content security policy kept from happening. */
  readonly complaints: string[];
  readonly context: BrowserContext;
}

export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<Opened> {
  const { width = 1_280, height = 900, theme = "light", withToken = false, headers = {} } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: "en-GB",
    extraHTTPHeaders: headers,
  });
  context.setDefaultTimeout(10_000);
  if (withToken) await context.addInitScript(enterToken, TOKEN);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !isLostConnection(message.text())) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints, context };
}

/** Runs in the page. */
function enterToken(token: string): void {
  sessionStorage.setItem("retask.token", token);
  localStorage.setItem("retask.author", "ada");
}

/** The browser's own line on a request that got no answer, or a refusal: the page itself says so where it matters. */
const isLostConnection = (text: string): boolean => text.startsWith("Failed to load resource");
