/** The API's reference page lists exactly the routes that the server registers. */
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import pino from "pino";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { loadConfiguration } from "../../../src/control/configuration/load-configuration.ts";
import type { ApiOptions } from "../../../src/http/api-options.ts";
import { healthRoutes } from "../../../src/http/health-routes.ts";
import { readRoutes } from "../../../src/http/read-routes.ts";
import { writeRoutes } from "../../../src/http/write-routes.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";
import { openMemoryStore } from "../../../src/store/memory-store.ts";
import { createCalendar } from "../../../src/world/calendar/cron-calendar.ts";

const page = readFileSync("docs/reference/api.md", "utf8");

async function apiOptions(): Promise<ApiOptions> {
  const loaded = await loadConfiguration("policies/example");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { controller } = await Simulation.start({
    site: loaded.configuration.site,
    seed: 1,
    startWallMs: 0,
    calendar: createCalendar(),
    store: openMemoryStore(),
    logger: pino({ level: "silent" }),
    begin: new Map(),
  });
  return { controller, keeper: null, links: null, registry: new Registry(), beaconPort: 9421, host: "127.0.0.1" };
}

async function registeredRoutes(): Promise<string[]> {
  const options = await apiOptions();
  const api = Fastify();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  const routes: string[] = [];
  api.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) if (one !== "HEAD") routes.push(`${one} ${url}`);
  });
  for (const register of [healthRoutes, readRoutes, writeRoutes]) {
    await api.register(async (instance) => register(instance, options));
  }
  await api.ready();
  await api.close();
  return routes;
}

test("every route has its row, and every row is a route", async () => {
  const rows = [...page.matchAll(/^\| `([A-Z]+)` \| `(\S+)` \|/gm)].map(([, method, path]) => `${method} ${path}`);
  expect(rows.toSorted()).toEqual((await registeredRoutes()).toSorted());
});
