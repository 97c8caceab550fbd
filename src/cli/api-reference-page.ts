/** docs/reference/api.md: the routes register over a simulated farm, and the page is made of the document that they publish. */
import { fileURLToPath } from "node:url";
import pino from "pino";
import { Registry } from "prom-client";
import { loadConfiguration } from "../control/configuration/load-configuration.ts";
import { describeProblems } from "../control/configuration/problem.ts";
import { apiReferencePage, type PublishedDocument } from "../http/reference-page.ts";
import { createApi } from "../http/server.ts";
import { Simulation } from "../simulation/simulation.ts";
import { openMemoryStore } from "../store/memory-store.ts";
import { createCalendar } from "../world/calendar/cron-calendar.ts";

/** The example site of the repository, beside `src` and `dist`. */
const SITE = fileURLToPath(new URL("../../policies/example", import.meta.url));

/** The whole page, Markdown. */
export async function apiPage(): Promise<string> {
  const loaded = await loadConfiguration(SITE);
  if (!loaded.ok) throw new Error(describeProblems(loaded.problems, false));
  const { controller } = await Simulation.start({
    site: loaded.configuration.site,
    seed: 1,
    startWallMs: 0,
    calendar: createCalendar(),
    store: openMemoryStore(),
    logger: pino({ level: "silent" }),
    begin: new Map(),
  });
  const parts = { keeper: null, links: null, registry: new Registry(), beaconPort: 9_421, host: "127.0.0.1" };
  const api = await createApi({ controller, ...parts });
  await api.ready();
  const document = api.swagger() as unknown as PublishedDocument;
  await api.close();
  return apiReferencePage(document);
}
