/** `GET /v1/timeline`: demand, capacity and events of a stretch of time, with what is expected and planned after it. */
import { setImmediate } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Controller } from "../control/controller.ts";
import type { FinishedOperation } from "../core/domain/operation.ts";
import type { Policy } from "../core/domain/policy.ts";
import { countBetween } from "../core/domain/units.ts";
import type { AuditEntry } from "../store/store.ts";
import { timelineAnswer } from "./answers/page-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import type { ForecastTrail } from "./forecast-trail.ts";
import { sendProblem } from "./problem.ts";
import {
  bandOf,
  countCourses,
  demandCourse,
  endOf,
  plannedCourse,
  type Sample,
  type Steps,
  sampleOf,
  stepsOf,
  unknownCourse,
} from "./timeline.ts";
import { moveMarks, overrideMarks, quarantineMarks } from "./timeline-events.ts";
import { overridesInForce } from "./views.ts";

const DAY_MS = 86_400_000;
const LONGEST_MS = 100 * DAY_MS;
/** As a week's steps on a wide screen. */
const USUAL_STEPS = 300;
/** Reads of the record before whatever else is due gets its turn: some milliseconds. */
const READS_IN_A_ROW = 20;
const MOST_MARKS = 2_000;
const PAGE = 500;

const momentSchema = z.coerce.number().pipe(countBetween(0, 8_640_000_000_000_000));
const query = z.strictObject({
  from: momentSchema.optional().describe("Unix ms. Without it: a day before `to`."),
  to: momentSchema.optional().describe("Unix ms; may lie ahead. Without it: now."),
  step: momentSchema.optional().describe("Ms; rounded up to whole minutes, and to 1,500 steps at most."),
});

export function timelineRoute(server: FastifyInstance, { controller }: ApiOptions, trail: ForecastTrail): void {
  const api = server.withTypeProvider<RequestTypes>();
  const schema = described(
    {
      id: "getTimeline",
      tag: "record",
      summary: "Demand, capacity and events of a stretch of time, and what is expected and planned after it.",
      answers: { 200: timelineAnswer },
    },
    { querystring: query },
  );
  api.get("/v1/timeline", { schema }, async (request, reply) => {
    const nowMs = controller.world.clock.wallMs();
    const { to: toMs = nowMs, from: fromMs = toMs - DAY_MS, step = (toMs - fromMs) / USUAL_STEPS } = request.query;
    if (fromMs >= toMs || toMs - fromMs > LONGEST_MS) {
      const detail = "`from` must lie before `to`, by 100 days at most";
      return sendProblem(reply, { status: 422, code: "RTK_INVALID_REQUEST", title: "no such time", detail });
    }
    return timelineView(controller, trail, stepsOf(fromMs, toMs, step), nowMs);
  });
}

export type TimelineAnswer = Awaited<ReturnType<typeof timelineView>>;

async function timelineView(controller: Controller, trail: ForecastTrail, steps: Steps, nowMs: number) {
  const range = { fromMs: steps.fromMs, toMs: endOf(steps, steps.count - 1) };
  const samples = await samplesOf(controller, steps, nowMs);
  const finished = await finishedSince(controller, range.fromMs);
  const audit = await auditSince(controller, range.fromMs);
  const rota = controller.rota.current(controller);
  const roles = [];
  for (const policy of controller.configured.site().policies.values()) {
    roles.push(await roleTimeline(controller, policy, { trail, steps, nowMs, samples }));
  }
  return {
    ...range,
    stepMs: steps.stepMs,
    nowMs,
    roles,
    moves: moveMarks(range, finished, controller.state.operations.values()),
    overrides: overrideMarks(range, audit, overridesInForce(controller)),
    quarantines: quarantineMarks(range, finished, controller.state),
    rota: rota === null ? null : { atMs: rota.atMs, slotMinutes: rota.slotMinutes },
  };
}

interface Asked {
  readonly trail: ForecastTrail;
  readonly steps: Steps;
  readonly nowMs: number;
  readonly samples: readonly (Sample | null)[];
}

/** `perMachine`: demand that a usual machine carries, in the role's own unit; null where it is measured, or takes the rest. */
async function roleTimeline(controller: Controller, { role, demand }: Policy, { trail, steps, nowMs, samples }: Asked) {
  // A role that takes the rest has no demand of its own: what is recorded of it says nothing.
  const isMeasured = demand.kind !== "rest";
  const toMs = endOf(steps, steps.count - 1);
  const points = isMeasured ? await controller.store.demandHistory(role, steps.fromMs, toMs) : [];
  const rota = controller.rota.current(controller);
  const line = rota?.roles.find((one) => one.role === role);
  return {
    role,
    perMachine: demand.kind === "rest" || demand.perMachine === "slots" ? null : demand.perMachine,
    demand: demandCourse(steps, points),
    band: isMeasured ? bandOf(steps, nowMs, controller.forecasts.ahead(role), trail.of(role)) : null,
    ...countCourses(steps, samples, role),
    planned: rota && line ? plannedCourse(steps, nowMs, { ...rota, counts: line.counts }) : unknownCourse(steps),
  };
}

/** Samples of the past never change; a page that looks again asks the record for the newest ones only. */
const remembered = new WeakMap<Controller, Map<number, Sample | null>>();
const MOST_REMEMBERED = 20_000;

/** The newest decision at the end of each step; of steps that are still to come none. */
async function samplesOf(controller: Controller, steps: Steps, nowMs: number): Promise<readonly (Sample | null)[]> {
  const known = remembered.get(controller) ?? new Map<number, Sample | null>();
  remembered.set(controller, known);
  if (known.size > MOST_REMEMBERED) known.clear();
  const samples: (Sample | null)[] = [];
  let reads = 0;
  for (let step = 0; step < steps.count; step++) {
    const endMs = endOf(steps, step);
    const isPast = endMs <= nowMs;
    if (endMs - steps.stepMs > nowMs) {
      samples.push(null);
      continue;
    }
    const before = isPast ? known.get(endMs) : undefined;
    if (before !== undefined) {
      samples.push(before);
      continue;
    }
    if (++reads % READS_IN_A_ROW === 0) await setImmediate();
    const [found] = await controller.store.decisions({ limit: 1, beforeMs: endMs });
    const sample = found === undefined ? null : sampleOf(found);
    if (isPast) known.set(endMs, sample);
    samples.push(sample);
  }
  return samples;
}

/** Newest first, the newest 2,000 at most. */
async function finishedSince({ store }: Controller, fromMs: number): Promise<readonly FinishedOperation[]> {
  const found: FinishedOperation[] = [];
  let beforeMs: number | undefined;
  while (found.length < MOST_MARKS) {
    const page = await store.finishedOperations({ limit: PAGE, beforeMs });
    found.push(...page.filter(({ endedMs }) => endedMs >= fromMs));
    beforeMs = page.at(-1)?.endedMs;
    if (page.length < PAGE || beforeMs === undefined || beforeMs < fromMs) break;
  }
  return found;
}

async function auditSince({ store }: Controller, fromMs: number): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  let beforeId: number | undefined;
  while (found.length < MOST_MARKS) {
    const page = await store.auditLog({ limit: PAGE, beforeId });
    found.push(...page.filter(({ atMs }) => atMs >= fromMs));
    const oldest = page.at(-1);
    if (page.length < PAGE || oldest === undefined || oldest.atMs < fromMs) break;
    beforeId = oldest.id;
  }
  return found;
}
