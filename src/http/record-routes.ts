/** What was decided and done: operations, decisions and the audit log, newest first. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Controller } from "../control/controller.ts";
import { machineNameSchema, type OperationId } from "../core/domain/names.ts";
import { countBetween } from "../core/domain/units.ts";
import { operationAnswer, operationsAnswer } from "./answers/operation-answers.ts";
import { decision, decisionsAnswer } from "./answers/pool-answers.ts";
import { auditAnswer } from "./answers/record-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { nextPage } from "./pages.ts";
import { notFound } from "./problem.ts";
import { finishedView, operationViews, recordedView } from "./views.ts";

const instantSchema = z.coerce.number().pipe(countBetween(1, Number.MAX_SAFE_INTEGER - 1));
const pageOf = (most: number, before: string) =>
  z.strictObject({
    limit: z.coerce.number().pipe(countBetween(1, most)).default(50).describe(`1 to ${most}.`),
    before: instantSchema.optional().describe(before),
  });
const operationsPage = pageOf(1_000, "Unix ms: only those that ended before.");
/** Whole decisions, of which a pool of thousands has long ones. */
const decisionsPage = pageOf(200, "Unix ms: only those recorded before.");
const auditPage = pageOf(1_000, "An entry's id: only older ones.");
const operationIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,127}$/, "expected an operation's id")
  .transform((id) => id as OperationId);

export function recordRoutes(server: FastifyInstance, options: ApiOptions): void {
  operationRoutes(server, options);
  decisionRoutes(server, options);
  auditRoute(server, options);
}

function operationRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const { store } = controller;

  const list = described(
    {
      id: "listOperations",
      tag: "record",
      summary: "Operations under way, and those that have ended.",
      answers: { 200: operationsAnswer },
    },
    { querystring: operationsPage },
  );
  api.get("/v1/operations", { schema: list }, async ({ query }) => {
    const finished = await store.finishedOperations({ limit: query.limit, beforeMs: query.before });
    const next = nextPage("/v1/operations", query.limit, finished.length, finished.at(-1)?.endedMs);
    return { operations: operationViews(controller), finished: finished.map(finishedView), next };
  });

  const one = described(
    {
      id: "getOperation",
      tag: "record",
      summary: "One operation, under way or ended, with its journal.",
      answers: { 200: operationAnswer },
      refuses: ["RTK_NOT_FOUND"],
    },
    { params: z.object({ id: operationIdSchema }) },
  );
  api.get("/v1/operations/:id", { schema: one }, async (request, reply) => {
    const { id } = request.params;
    const intents = await store.intentsOf(id);
    const live = operationViews(controller).find((operation) => operation.id === id);
    if (live !== undefined) return { ...live, intents };
    const finished = await findFinished(controller, id);
    if (finished === undefined) return notFound(reply, "no such operation", `there is no operation ${id}`);
    return { ...finishedView(finished), intents };
  });
}

/** An operation's id begins with its machine's name, which is all that the history can be asked by. */
async function findFinished({ store }: Controller, id: OperationId) {
  const machine = machineNameSchema.safeParse(id.replace(/-[^-]*$/, ""));
  if (!machine.success) return undefined;
  const history = await store.finishedOperations({ limit: 1_000, machine: machine.data });
  return history.find(({ operation }) => operation.id === id);
}

function decisionRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const { store } = controller;

  const list = described(
    {
      id: "listDecisions",
      tag: "record",
      summary: "Decisions with their plans.",
      description: "One that says the same as the last is recorded once in ten minutes.",
      answers: { 200: decisionsAnswer },
    },
    { querystring: decisionsPage },
  );
  api.get("/v1/decisions", { schema: list }, async ({ query }) => {
    const decisions = await store.decisions({ limit: query.limit, beforeMs: query.before });
    const next = nextPage("/v1/decisions", query.limit, decisions.length, decisions.at(-1)?.atMs);
    return { decisions: decisions.map(recordedView), next };
  });

  const one = described(
    {
      id: "getDecision",
      tag: "record",
      summary: "One decision, by its time.",
      description: "Of a role that decides ahead `wanted.ahead` has the whole arithmetic, machine by machine.",
      answers: { 200: decision },
      refuses: ["RTK_NOT_FOUND"],
    },
    { params: z.object({ id: instantSchema }) },
  );
  api.get("/v1/decisions/:id", { schema: one }, async (request, reply) => {
    const { id } = request.params;
    const [found] = await store.decisions({ limit: 1, beforeMs: id + 1 });
    if (found?.atMs === id) return recordedView(found);
    return notFound(reply, "no such decision", `none was recorded at ${id}; GET /v1/decisions lists those that were`);
  });
}

function auditRoute(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const schema = described(
    {
      id: "listAudit",
      tag: "record",
      summary: "Who changed what, when, from where and why; refusals too.",
      answers: { 200: auditAnswer },
    },
    { querystring: auditPage },
  );
  api.get("/v1/audit", { schema }, async ({ query }) => {
    const entries = await controller.store.auditLog({ limit: query.limit, beforeId: query.before });
    return { entries, next: nextPage("/v1/audit", query.limit, entries.length, entries.at(-1)?.id) };
  });
}
