/** Demand from servers that are no good Prometheus: slow, huge, redirecting, warning, or asking for credentials. */
import { writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { roleName } from "../../src/core/domain/names.ts";
import { seriesDemandSchema } from "../../src/core/domain/policy.ts";
import { describeReading } from "../../src/core/domain/reading.ts";
import { type PrometheusLoadMeter, prometheusLoadMeter } from "../../src/world/load/prometheus.ts";
import { temporaryDirectory } from "./support/ports.ts";

const web = roleName("web");
const demand = (more: object = {}) => seriesDemandSchema.parse({ series: "sessions", perMachine: 55, ...more });
const meterAt = (url: string, more: object = {}): PrometheusLoadMeter =>
  prometheusLoadMeter({ url, deadlineMs: 10_000, clock: { monotonicMs: () => performance.now() }, ...more });
const demandText = async (meter: PrometheusLoadMeter, asked = demand()): Promise<string> =>
  describeReading((await meter.read(web, asked, AbortSignal.timeout(20_000))).demand);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

describe("a Prometheus that wants credentials", () => {
  test("a token file is read again when it changes, and the token never shows", async () => {
    const file = join(directory.path, "token");
    let wanted = "first-token";
    const { url } = await serve((request, response) => {
      const allowed = request.headers.authorization === `Bearer ${wanted}`;
      response.writeHead(allowed ? 200 : 401).end(allowed ? vector("7") : "Unauthorized");
    });
    await writeFile(file, "first-token\n");
    const meter = meterAt(url, { tokenFile: file });
    expect(await demandText(meter, demand({ maxAge: "60s" }))).toBe("7");

    wanted = "second-token";
    const refused = await demandText(meter);
    expect(refused).toContain("refused the credentials (HTTP 401)");
    expect(refused).not.toContain("first-token");
    await writeFile(file, "second-token, rotated\n");
    expect(await demandText(meter)).toContain("does not hold one bearer token");
    await writeFile(file, "second-token\n");
    expect(await demandText(meter)).toBe("7");
  });

  test("a password in the address is used, and never shown", async () => {
    const { url } = await serve((_, response) => response.writeHead(403).end());
    const text = await demandText(meterAt(url.replace("http://", "http://user:hunter2@")));
    expect(text).toContain("refused the credentials");
    expect(text).not.toContain("hunter2");
  });
});

describe("a server that misbehaves", () => {
  test("one that accepts and never answers ends at the deadline", async () => {
    const { url } = await serve(() => {});
    expect(await demandText(meterAt(url, { deadlineMs: 300 }))).toContain("no answer within the deadline");
  });

  test("one that answers a byte at a time ends at the total deadline", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(drip));
    });
    expect(await demandText(meterAt(url, { deadlineMs: 500 }))).toContain("no answer within the deadline");
  });

  test("the tick's own signal ends a reading too", async () => {
    const { url } = await serve(() => {});
    const facts = await meterAt(url).read(web, demand(), AbortSignal.timeout(200));
    expect(facts.demand.kind).toBe("unknown");
  });

  test("10 MB are cut off at the cap", async () => {
    const { url } = await serve((_, response) => response.end("x".repeat(10_000_000)));
    expect(await demandText(meterAt(url))).toContain("more than 1048576 bytes");
  });

  test("a redirect is not followed", async () => {
    const { url } = await serve((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    expect(await demandText(meterAt(url))).toContain("a redirect (HTTP 302)");
  });

  test("a success that bears warnings is unknown", async () => {
    const { url } = await serve((_, response) =>
      response.end(vector("7", ', "warnings": ["store-2 did not\\nanswer"]')),
    );
    expect(await demandText(meterAt(url))).toContain("bears a warning: store-2 did not?answer");
  });

  test("a proxy of the environment is not used", async () => {
    const { url } = await serve((_, response) => response.end(vector("7")));
    process.env.http_proxy = "http://127.0.0.1:1";
    try {
      expect(await demandText(meterAt(url))).toBe("7");
    } finally {
      delete process.env.http_proxy;
    }
  });
});

const vector = (value: string, more = ""): string =>
  `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.5,"${value}"]}]}${more}}`;

const servers: Server[] = [];
async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${bound.port}`, server };
}
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
