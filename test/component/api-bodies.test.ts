/** Bodies that do not fit, at every write of the published document: each is refused with its mistakes, and changes nothing. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SimulatedDaemon, startSimulatedDaemon } from "./support/cli-bench.ts";
import { Contract } from "./support/contract.ts";

let daemon: SimulatedDaemon;
let contract: Contract;

beforeAll(async () => {
  daemon = await startSimulatedDaemon("advise");
  contract = await Contract.of(daemon.url, (await readFile(join(daemon.site, "../var/token"), "utf8")).trim());
});
afterAll(() => daemon.stop());

test("a body that does not fit is 422 with its mistakes, at every write; so is none", async () => {
  const writes = Object.entries(contract.document.paths).flatMap(([template, methods]) =>
    Object.entries(methods)
      .filter(([, { requestBody }]) => requestBody !== undefined)
      .map(([method]) => [method.toUpperCase(), template] as const),
  );
  expect(writes.length).toBeGreaterThan(12);
  for (const [method, template] of writes) {
    const isRole = template.includes("roles");
    const path = template.replace("{id}", "0123456789abcdef").replace("{name}", isRole ? "web" : "m01");
    const { body } = await contract.call(method, path, { autor: "ada" });
    expect(body, `${method} ${template}`).toMatchObject({ code: "RTK_INVALID_REQUEST", errors: expect.any(Array) });
  }
});
