/** Everything that can be looked at. */
import type { FastifyInstance, FastifyReply } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Controller } from "../control/controller.ts";
import { machineNameSchema, type OperationId, roleNameSchema } from "../core/domain/names.ts";
import { countBetween } from "../core/domain/units.ts";
import type { ApiOptions } from "./api-options.ts";
import { nextPage } from "./pages.ts";
import { sendProblem, starting } from "./problem.ts";
import { sendTagged } from "./tags.ts";
import {
  finishedView,
  machinesAfter,
  machinesJson,
  oneMachineView,
  operationViews,
  overridesJson,
  recordedView,
  roleView,
  rotaView,
  statusView,
} from "./views.ts";

const instantSchema = z.coerce.number().pipe(countBetween(1, Number.MAX_SAFE_INTEGER - 1));
const pageOf = (most: number) =>
  z.strictObject({
    limit: z.coerce.number().pipe(countBetween(1, most)).default(50),
    before: instantSchema.optional(),
  });
/** Small entries, and big ones: whole decisions, of which a pool of thousands has long ones. */
const page = pageOf(1_000);
const bigPage = pageOf(200);
/** All of them unless fewer are asked for: the page shows every machine. */
const machinesPage = z.strictObject({
  limit: z.coerce.number().pipe(countBetween(1, 20_000)).default(20_000),
  after: machineNameSchema.optional(),
});
const operationIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,127}$/, "expected an operation's id")
  .transform((id) => id as OperationId);

export function readRoutes(server: FastifyInstance, options: ApiOptions): void {
  poolRoutes(server, options);
  operationRoutes(server, options);
  recordRoutes(server, options);
}

function poolRoutes(server: FastifyInstance, { controller, keeper }: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();

  api.get("/v1/status", async () => statusView(controller, keeper?.status() ?? null));
  api.get("/v1/machines", { schema: { querystring: machinesPage } }, async ({ query }, reply) => {
    const { limit, after } = query;
    if (after === undefined && limit >= controller.configured.site().machines.size) {
      return sendTagged(reply, machinesJson(controller));
    }
    const page = machinesAfter(controller, after ?? null, limit);
    if (page === null) return notFound(reply, "no such machine", `fleet.yaml has no ${after} any more; begin anew`);
    const { machines, isLast } = page;
    return { machines, next: isLast ? null : nextPage("/v1/machines", limit, limit, machines.at(-1)?.name) };
  });
  api.get(
    "/v1/machines/:name",
    { schema: { params: z.object({ name: machineNameSchema }) } },
    async (request, reply) => {
      const { name } = request.params;
      const machine = controller.configured.site().machines.get(name);
      if (machine === undefined) return notFound(reply, "no such machine", `fleet.yaml has no ${name}`);
      const history = await controller.store.finishedOperations({ limit: 20, machine: name });
      return { ...oneMachineView(controller, machine), history: history.map(finishedView) };
    },
  );
  api.get("/v1/roles", async (_, reply) => {
    const { last } = controller;
    return last === null ? starting(reply) : { roles: [...last.decision.roles.values()].map(roleView) };
  });
  api.get("/v1/roles/:name", { schema: { params: z.object({ name: roleNameSchema }) } }, async (request, reply) => {
    const { name } = request.params;
    const role = controller.last?.decision.roles.get(name);
    if (role !== undefined) return roleView(role);
    // A role that was written a moment ago is first decided on by the next tick.
    if (controller.configured.site().policies.has(name)) return starting(reply);
    return notFound(reply, "no such role", `there is no role ${name} in the policies`);
  });
  api.get("/v1/plan", async (_, reply) => controller.last?.plan ?? starting(reply));
  api.get("/v1/rota", async (_, reply) => {
    const rota = controller.rota.current(controller);
    return rota === null ? starting(reply) : rotaView(rota);
  });
  api.get("/v1/overrides", async (_, reply) => sendTagged(reply, overridesJson(controller)));
  api.get("/v1/configuration", async () => keeper?.status() ?? null);
}

function operationRoutes(server: FastifyInstance, { controller }: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  const { store } = controller;

  api.get("/v1/operations", { schema: { querystring: page } }, async ({ query }) => {
    const finished = await store.finishedOperations({ limit: query.limit, beforeMs: query.before });
    const next = nextPage("/v1/operations", query.limit, finished.length, finished.at(-1)?.endedMs);
    return { operations: operationViews(controller), finished: finished.map(finishedView), next };
  });
  api.get("/v1/operations/:id", { schema: { params: z.object({ id: operationIdSchema }) } }, async (request, reply) => {
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

function recordRoutes(server: FastifyInstance, { controller, links }: ApiOptions): void {
  const api = server.withTypeProvider<ZodTypeProvider>();
  const { store } = controller;

  api.get("/v1/decisions", { schema: { querystring: bigPage } }, async ({ query }) => {
    const decisions = await store.decisions({ limit: query.limit, beforeMs: query.before });
    const next = nextPage("/v1/decisions", query.limit, decisions.length, decisions.at(-1)?.atMs);
    return { decisions: decisions.map(recordedView), next };
  });
  api.get("/v1/decisions/:id", { schema: { params: z.object({ id: instantSchema }) } }, async (request, reply) => {
    const { id } = request.params;
    const [found] = await store.decisions({ limit: 1, beforeMs: id + 1 });
    if (found?.atMs === id) return recordedView(found);
    return notFound(reply, "no such decision", `none was recorded at ${id}; GET /v1/decisions lists those that were`);
  });
  api.get("/v1/audit", { schema: { querystring: page } }, async ({ query }) => {
    const entries = await store.auditLog({ limit: query.limit, beforeId: query.before });
    return { entries, next: nextPage("/v1/audit", query.limit, entries.length, entries.at(-1)?.id) };
  });
  api.get("/v1/links", async (_, reply) => {
    if (links === null) {
      const detail = "they are not on a disk here";
      return sendProblem(reply, { status: 409, code: "RTK_NO_LINKS", title: "no boot links", detail });
    }
    const machines = [...controller.configured.site().machines.values()];
    const report = await links.inspect(machines, controller.world.clock.deadline(5_000));
    if (report.ok) return report.value;
    const title = "boot links can't be read";
    return sendProblem(reply, { status: 503, code: "RTK_LINKS_UNREADABLE", title, detail: report.why });
  });
}

const notFound = (reply: FastifyReply, title: string, detail: string) =>
  sendProblem(reply, { status: 404, code: "RTK_NOT_FOUND", title, detail });
