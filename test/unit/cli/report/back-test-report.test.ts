/** The back-test's page: whole without a network or a script, told in words too, and nobody's markup but its own. */
import { describe, expect, test } from "vitest";
import { backTestReport } from "../../../../src/cli/report/back-test-report.ts";
import { machineName, roleName } from "../../../../src/core/domain/names.ts";
import type { BackTest } from "../../../../src/simulation/backtest/back-test.ts";
import { attributeOf, type Element, readPage, textOf } from "./support.ts";

const WEB = roleName("web");
const COMPILE = roleName("compile");
const START_MS = Date.UTC(2026, 10, 2);
const MINUTES = 3 * 1_440;
const need = Array.from({ length: MINUTES }, (_, minute) =>
  minute >= 600 && minute < 700 ? null : minute === 2_000 ? 9 : 4,
);
const bill = { shortHours: 0.1, shortageCost: 2, lostHours: 7, moves: 2, total: 9.2 };

const backTest: BackTest = {
  startMs: START_MS,
  minutes: MINUTES,
  machines: 12,
  bill,
  replay: {
    serving: new Map([
      [COMPILE, new Float64Array(MINUTES).fill(7)],
      [WEB, new Float64Array(MINUTES).fill(5)],
    ]),
    desired: new Map(),
    bands: new Map([[WEB, { low: new Float64Array(MINUTES).fill(180), high: new Float64Array(MINUTES).fill(260) }]]),
    moves: [
      { atMs: START_MS + 60_000, machine: machineName("m01"), from: COMPILE, to: WEB },
      { atMs: START_MS + 1_441 * 60_000, machine: machineName("m01"), from: WEB, to: COMPILE },
    ],
  },
  demand: new Map([[WEB, need.map((value) => (value === null ? null : value * 55))]]),
  need: new Map([[WEB, need]]),
  compared: { ok: true, optimum: 4, rivals: [{ name: "as HPA does", bill }] },
};

const EVIL = `</pre><script>alert("1")</script><img src=x onerror='x'>\u202e & done`;
const run = { name: "", test: backTest, policies: new Map([["policies/web.yaml", `role: web # ${EVIL}\n`]]) };
const text = backTestReport({
  title: `Back-test of /srv/${EVIL}`,
  assumed: ["Demand from demand.csv.", `What if ${EVIL}`],
  runs: [run],
  verdict: null,
  command: ["simulate", "--from-prometheus", "http://ada:secret@10.0.1.5:9090", "--csv", "it's here.csv"],
});
const page = readPage(text);

test("it is sound HTML, with a language, a title and one main heading", () => {
  expect(page.wrong).toEqual([]);
  expect(attributeOf(page.named("html")[0] as Element, "lang")).toBe("en");
  expect(page.named("title").filter(({ parentNode }) => parentNode?.nodeName === "head")).toHaveLength(1);
  expect(page.named("h1")).toHaveLength(1);
});

test("it runs nothing and asks nobody, and tells the browser so", () => {
  expect(page.named("script")).toEqual([]);
  expect(page.named("img")).toEqual([]);
  const asking = page.elements.filter((element) =>
    ["src", "href", "xlink:href", "onerror", "onload", "style"].some((name) => attributeOf(element, name) !== null),
  );
  expect(asking).toEqual([]);
  expect(text).not.toMatch(/url\(|@import/);
  const policy = page.named("meta").find((meta) => attributeOf(meta, "http-equiv") === "Content-Security-Policy");
  expect(policy && attributeOf(policy, "content")).toBe("default-src 'none'; style-src 'unsafe-inline'");
});

test("what names and files say stays text, and what would reorder it is shown", () => {
  expect(textOf(page.named("h1")[0] as Element)).toContain('</pre><script>alert("1")</script>');
  expect(page.named("pre").map(textOf).join()).toContain("<img src=x onerror='x'>\\u{202e} & done");
  expect(text).not.toContain("\u202e");
});

describe("each plot", () => {
  const plots = page.named("svg").filter((svg) => attributeOf(svg, "role") === "img");

  test("is there for wide and for narrow screens: demand, capacity, shortages and moves", () => {
    const titles = plots.map((plot) =>
      textOf(page.withId(attributeOf(plot, "aria-labelledby")?.split(" ")[0] ?? "")[0] as Element),
    );
    const whole = ["Demand of web", "Capacity of web, beside what it needed", "Shortages of web", "Moves of web"];
    const rest = ["Capacity of compile", "Moves of compile"];
    // The worst day shows web's once more.
    expect(titles).toEqual([...whole, ...whole, ...rest].flatMap((title) => [title, title]));
  });

  test("has a name and a description of its own, and no id stands twice", () => {
    for (const plot of plots) {
      const ids = attributeOf(plot, "aria-labelledby")?.split(" ") ?? [];
      expect(ids.map((id) => page.withId(id).map(({ tagName }) => tagName))).toEqual([["title"], ["desc"]]);
    }
    const ids = page.elements.flatMap((element) => attributeOf(element, "id") ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("describes what it shows: extremes, when, and how much is unknown", () => {
    const [demand] = page.withId("r0-web-demand-wide-desc");
    expect(demand && textOf(demand)).toContain(
      "from 220 to 495, the most at 2026-11-03 09:20 UTC; unknown for 100 minutes.",
    );
  });

  test("breaks its line where demand is unknown, and marks the stretch", () => {
    const [demand] = plots;
    const children = (demand?.childNodes ?? []) as Element[];
    const line = children.find((child) => child.tagName === "path" && attributeOf(child, "class") === "demand");
    expect(line && attributeOf(line, "d")?.match(/M/g)).toHaveLength(2);
    expect(children.some((child) => child.tagName === "rect" && attributeOf(child, "class") === "unknown")).toBe(true);
  });
});

test("the figures are there as tables: the bills, and each role day by day", () => {
  const rows = page.named("tr").map((row) => row.childNodes.map(textOf).join(" "));
  expect(rows).toContain("these policies 0.1 7.0 2 0.06 9.2 2.30");
  expect(rows).toContain("2026-11-02 220.0 220.0 4.0 0.00 5.0 5.0 1 0");
  expect(rows).toContain("2026-11-03 220.0 495.0 9.0 0.07 5.0 5.0 0 1");
  for (const region of page.elements.filter((element) => attributeOf(element, "role") === "region"))
    expect(attributeOf(region, "tabindex")).toBe("0");
});

test("it says how to make it again, without anybody's password", () => {
  const command = page.named("pre").map(textOf).at(-1)?.trim();
  expect(command).toBe("retask simulate --from-prometheus http://10.0.1.5:9090 --csv 'it'\\''s here.csv'");
});
