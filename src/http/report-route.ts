/** `GET /v1/report`: what a stretch of time brought, from what the record holds of it. */
import { setImmediate } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Controller } from "../control/controller.ts";
import { type MachineName, machineNameSchema, type RoleName, roleNameSchema } from "../core/domain/names.ts";
import type { FinishedOperation } from "../core/domain/operation.ts";
import { countBetween, countSchema } from "../core/domain/units.ts";
import { machineHours, type Sample, type Stretch } from "../core/report/machine-hours.ts";
import { maintenance, type Release } from "../core/report/maintenance.ts";
import { reportAnswer } from "./answers/report-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { sendRefusal } from "./problem.ts";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Retention keeps no more unless it is told to. */
const LONGEST_MS = 92 * DAY_MS;
/** So many rows are read without a pause: a tick must not wait for a report. */
const ROWS_AT_ONCE = 50;

const instant = z.coerce.number().pipe(countBetween(1, Number.MAX_SAFE_INTEGER - 1));
const SPLIT = "expected roles with counts, as in web=8,compile=16";
const splitSchema = z
  .string()
  .regex(/^[^=,]+=\d{1,6}(,[^=,]+=\d{1,6})*$/, SPLIT)
  .transform((text) =>
    Object.fromEntries(
      text.split(",").map((part) => {
        const at = part.indexOf("=");
        return [part.slice(0, at), Number(part.slice(at + 1))];
      }),
    ),
  )
  .pipe(z.record(roleNameSchema, countSchema));

const reportQuery = z.strictObject({
  from: instant.optional().describe("The beginning, Unix ms; a week before the end unless said."),
  to: instant.optional().describe("The end, Unix ms; now unless said."),
  split: splitSchema
    .optional()
    .describe(`The fixed split to compare with: ${SPLIT}. Unless said, as it was at the beginning.`),
});

export function reportRoute(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const schema = described(
    {
      id: "getReport",
      tag: "record",
      summary: "What a stretch of time brought: machine-hours against a fixed split, shortages, moves, maintenance.",
      answers: { 200: reportAnswer },
      refuses: ["RTK_BAD_PERIOD", "RTK_UNKNOWN_ROLE"],
    },
    { querystring: reportQuery },
  );
  api.get("/v1/report", { schema }, async ({ query }, reply) => {
    const nowMs = controller.world.clock.wallMs();
    const toMs = Math.min(query.to ?? nowMs, nowMs);
    const fromMs = query.from ?? toMs - WEEK_MS;
    const stranger = Object.keys(query.split ?? {}).find((role) => !isRoleOf(controller, role));
    if (stranger !== undefined) {
      return sendRefusal(reply, { code: "RTK_UNKNOWN_ROLE", why: `there is no role ${stranger} in the policies` });
    }
    if (fromMs < toMs && toMs - fromMs <= LONGEST_MS) return reportOf(controller, { fromMs, toMs }, query.split);
    const why = "`from` must lie before `to` and now, and at most 92 days before it";
    return sendRefusal(reply, { code: "RTK_BAD_PERIOD", why });
  });
}

/** The answer, as the API and the command line show it. Without `split`: it takes the counts at the beginning. */
async function reportOf(controller: Controller, stretch: Stretch, split?: Readonly<Record<RoleName, number>>) {
  const samples = fromAdoption(await samplesOf(controller, stretch));
  const finished = await finishedIn(controller, stretch);
  const compared = split === undefined ? splitAtFirst(samples) : byRole(split);
  const hours = machineHours(samples, stretch, compared);
  const quarantined = [...controller.state.machines].flatMap(([machine, { quarantine }]): [MachineName, number][] =>
    quarantine === null ? [] : [[machine, quarantine.sinceMs]],
  );
  return {
    ...stretch,
    ...hours,
    split: {
      from: split === undefined ? ("beginning" as const) : ("request" as const),
      counts: Object.fromEntries(compared),
    },
    maintenance: maintenance(
      { finished, releases: await releasesIn(controller, stretch), quarantined: new Map(quarantined) },
      stretch,
    ),
  };
}

export type ReportAnswer = Awaited<ReturnType<typeof reportOf>>;

const isRoleOf = ({ configured }: Controller, role: string): boolean =>
  configured.site().policies.has(role as RoleName);

const byRole = (counts: Readonly<Record<RoleName, number>>): ReadonlyMap<RoleName, number> =>
  new Map(Object.entries(counts) as [RoleName, number][]);

/** Before the farm is adopted nothing counts as serving: what it did then is not known, and no shortage. */
function fromAdoption(samples: readonly Sample[]): readonly Sample[] {
  const first = samples.findIndex(({ roles }) => [...roles.values()].some(({ counts }) => counts.capacity > 0));
  return first < 0 ? samples : samples.slice(first);
}

/** As the machines served at the beginning. */
const splitAtFirst = ([first]: readonly Sample[]): ReadonlyMap<RoleName, number> =>
  new Map([...(first?.roles ?? [])].map(([role, { counts }]) => [role, counts.capacity]));

/** Oldest first; the first one is in force at the beginning, where there is one. */
async function samplesOf({ store }: Controller, { fromMs, toMs }: Stretch): Promise<Sample[]> {
  const pages = (beforeMs: number) => store.decisions({ limit: ROWS_AT_ONCE, beforeMs, lasting: true });
  const records = await readBack(pages, ({ atMs }) => atMs, { fromMs, toMs });
  return records.reverse().map(({ atMs, decision }) => ({ atMs, roles: decision.roles }));
}

const finishedIn = ({ store }: Controller, stretch: Stretch): Promise<FinishedOperation[]> =>
  readBack(
    (beforeMs) => store.finishedOperations({ limit: ROWS_AT_ONCE, beforeMs }),
    ({ endedMs }) => endedMs,
    stretch,
  );

/** Page by page from the end, until one is older than the beginning; that one is kept. */
async function readBack<T>(
  page: (beforeMs: number) => Promise<readonly T[]>,
  timeOf: (one: T) => number,
  { fromMs, toMs }: Stretch,
): Promise<T[]> {
  const all: T[] = [];
  for (let beforeMs = toMs; ; ) {
    const some = await page(beforeMs);
    for (const one of some) {
      all.push(one);
      if (timeOf(one) <= fromMs) return all;
      beforeMs = timeOf(one);
    }
    if (some.length < ROWS_AT_ONCE) return all;
    await setImmediate();
  }
}

const RELEASE = /^(?:unquarantine|release) (.+)$/;

async function releasesIn({ store }: Controller, { fromMs }: Stretch): Promise<Release[]> {
  const releases: Release[] = [];
  for (let beforeId: number | undefined; ; ) {
    const entries = await store.auditLog({ limit: ROWS_AT_ONCE, beforeId });
    for (const { id, atMs, action, refused } of entries) {
      beforeId = id;
      const machine = machineNameSchema.safeParse(RELEASE.exec(action)?.[1]);
      if (refused === null && machine.success) releases.push({ machine: machine.data, atMs });
    }
    const oldestMs = entries.at(-1)?.atMs ?? 0;
    if (entries.length < ROWS_AT_ONCE || oldestMs < fromMs) return releases;
    await setImmediate();
  }
}
