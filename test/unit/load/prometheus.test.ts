/** How value, age and count together become a reading; Prometheus is a small server that answers as the test says. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { roleName } from "../../../src/core/domain/names.ts";
import { seriesDemandSchema } from "../../../src/core/domain/policy.ts";
import { describeReading } from "../../../src/core/domain/reading.ts";
import { composeQueries, prometheusLoadMeter } from "../../../src/world/load/prometheus.ts";

const web = roleName("web");
const series = 'sessions{proxy="web"}';
const demand = (more: object = {}) => seriesDemandSchema.parse({ series, perMachine: 55, ...more });
const expression = { ...demand(), kind: "expression" as const, expression: "a / b", ageOf: series };

test("the queries are composed around the selector, and those of an expression around its ageOf", () => {
  expect(composeQueries(demand())).toEqual({
    vouching: series,
    value: `sum(${series})`,
    age: `max(time() - timestamp(${series}))`,
    count: `count(${series} > -Inf)`,
  });
  expect(composeQueries(demand({ aggregate: "max" })).value).toBe(`max(${series})`);
  expect(composeQueries(expression)).toMatchObject({ vouching: series, value: "a / b" });
});

describe("a reading", () => {
  /** What each query is answered: by its first word. */
  const answers = new Map<string, string>();
  let asked: string[] = [];
  let server: Server;
  let url: string;
  let now = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        const query = new URLSearchParams(body).get("query") ?? "";
        asked.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
        const value = answers.get(/^\w+/.exec(query)?.[0] ?? "");
        const result = value === undefined ? [] : [{ metric: {}, value: [1.5, value] }];
        response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const bound = server.address();
    if (bound === null || typeof bound === "string") throw new Error("no port");
    url = `http://127.0.0.1:${bound.port}/behind/a/prefix/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    answers.clear();
    for (const [query, value] of Object.entries({ sum: "531", max: "3.2", count: "2" })) answers.set(query, value);
    asked = [];
    now = 0;
  });

  const createMeter = () => prometheusLoadMeter({ url, deadlineMs: 10_000, clock: { monotonicMs: () => now } });
  const read = async (meter = createMeter(), wanted: Parameters<typeof meter.read>[1] = demand()): Promise<string> =>
    describeReading((await meter.read(web, wanted, AbortSignal.timeout(10_000))).demand);

  test("is known when value, age and count all are right", async () => {
    expect(await read()).toBe("531");
    const form = "POST /behind/a/prefix/api/v1/query application/x-www-form-urlencoded";
    expect(asked).toHaveLength(3);
    for (const request of asked) expect(request).toContain(form);
  });

  test.for([
    ["60", "531"],
    ["60.01", "unknown (age query: the samples are too old, 60 s of at most 60 s)"],
    ["95", "unknown (age query: the samples are too old, 95 s of at most 60 s)"],
    ["-4.9", "531"],
    ["-5.1", "unknown (age query: the samples are 5 s in the future, a skewed clock)"],
  ] as const)("with an age of %s s is %s", async ([age, text]) => {
    answers.set("max", age);
    expect(await read()).toBe(text);
  });

  test.for([
    ["sum", "value query: no series matched"],
    ["max", "age query: no series matched"],
    ["count", "count query: no series matched"],
  ] as const)("without an answer to %s is unknown, and says of which query", async ([query, why]) => {
    answers.delete(query);
    expect(await read()).toContain(`unknown (${why}`);
  });

  test("expects the most series of the last 24 h, also after a restart", async () => {
    const meter = createMeter();
    expect(await read(meter)).toBe("531");
    answers.set("count", "1");
    expect(await read(meter)).toBe("unknown (partly covered: 1 of 2 series (the most seen in 24 h))");

    const restarted = createMeter();
    restarted.restoreExpectedSeries(meter.expectedSeries());
    expect(await read(restarted)).toContain("partly covered: 1 of 2");
    now += 26 * 3_600_000;
    expect(await read(restarted)).toBe("531");
  });

  test("a stated number of series goes before the most seen", async () => {
    const meter = createMeter();
    expect(await read(meter, demand({ expectSeries: 3 }))).toContain("partly covered: 2 of 3 series (expectSeries)");
    answers.set("count", "1");
    expect(await read(meter, demand({ expectSeries: 1 }))).toBe("531");
  });

  test("an expression in place of a selector is unknown, without a question asked", async () => {
    const meter = createMeter();
    const disguised = { ...demand(), series: "sum(sessions)" };
    expect(await read(meter, disguised)).toContain("demand.series is an expression, not a selector");
    expect(await read(meter, { ...expression, ageOf: "(sessions)" })).toContain("demand.ageOf is an expression");
    expect(asked).toEqual([]);
  });

  test("the confirming signal stands for itself", async () => {
    const meter = createMeter();
    answers.delete("sum");
    answers.set("rate", "12");
    const facts = await meter.read(web, demand({ confirm: "rate(x[1m])" }), AbortSignal.timeout(10_000));
    expect(facts.demand.kind).toBe("unknown");
    expect(facts.confirm).toEqual({ kind: "known", value: 12 });
    answers.set("rate", "-1");
    const negative = await meter.read(web, demand({ confirm: "rate(x[1m])" }), AbortSignal.timeout(10_000));
    expect(negative.confirm).toEqual({ kind: "unknown", why: "confirm query: a load can't be negative, got -1" });
  });
});
